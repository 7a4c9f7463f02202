#include "status_routes.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "identity.h"
#include "layout.h"
#include "replies.h"
#include "status.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

asio::awaitable<std::vector<Component>> all_states(App& app) {
  std::vector<Component> all;
  for (const auto state : {records_state, jobs_state, cache_state, pubsub_state}) {
    all.push_back(co_await state(app));
  }
  co_return all;
}

// 3, not 3.0; what is not whole to two decimals.
nlohmann::json json_of(double number) {
  if (number == std::floor(number)) return static_cast<std::int64_t>(number);
  return std::round(number * 100) / 100;
}

Html render_values(const Component& state) {
  Html html;
  html.markup("<h2><a href=\"/status/").text(state.name).markup("\">").text(state.name);
  html.markup("</a></h2>\n<p>").text(state.about).markup("</p>\n<dl>\n");
  for (const auto& [name, number] : state.values) {
    html.markup("<dt>").text(name).markup("</dt><dd>").text(json_of(number).dump());
    html.markup("</dd>\n");
  }
  return html.markup("</dl>\n");
}

Html render_rows(const Component& state) {
  Html html;
  html.markup("<h3>").text(state.rows_title).markup("</h3>\n<table>\n<tr>");
  for (const auto& column : state.columns) html.markup("<th>").text(column).markup("</th>");
  html.markup("</tr>\n");
  for (const auto& row : state.rows) {
    html.markup("<tr>");
    for (const auto& cell : row) html.markup("<td>").text(cell).markup("</td>");
    html.markup("</tr>\n");
  }
  return html.markup("</table>\n");
}

asio::awaitable<Response> reply_in_frame(App& app, const Request& request, std::string title,
                                         Html html) {
  const auto user = co_await find_user(app, request);
  Html main;
  main.markup("<main class=\"status\">\n").part(html).markup("</main>\n");
  co_return reply_page(Status::ok, render_page({title, app.environment.version, user}, main));
}

asio::awaitable<Response> show(App& app, const Request& request,
                               asio::awaitable<Component> (*state_of)(App&)) {
  const auto state = co_await state_of(app);
  Html html = render_values(state);
  html.part(render_rows(state)).markup("<p><a href=\"/status\">All components</a></p>\n");
  co_return co_await reply_in_frame(app, request, state.name, html);
}

}  // namespace

asio::awaitable<Response> show_status(App& app, const Request& request, const Target&) {
  Html html;
  const auto states = co_await all_states(app);
  for (const auto& state : states) html.part(render_values(state));
  co_return co_await reply_in_frame(app, request, "Status", html);
}

asio::awaitable<Response> show_status_json(App& app, const Request&, const Target&) {
  nlohmann::ordered_json json = {{"version", app.environment.version},
                                 {"sqlite", sqlite3_libversion()}};
  const auto states = co_await all_states(app);
  for (const auto& state : states) {
    for (const auto& [name, number] : state.values) json[state.name][name] = json_of(number);
  }
  co_return reply_json(Status::ok, json.dump());
}

asio::awaitable<Response> show_records(App& app, const Request& request, const Target&) {
  return show(app, request, records_state);
}

asio::awaitable<Response> show_jobs(App& app, const Request& request, const Target&) {
  return show(app, request, jobs_state);
}

asio::awaitable<Response> show_cache(App& app, const Request& request, const Target&) {
  return show(app, request, cache_state);
}

asio::awaitable<Response> show_pubsub(App& app, const Request& request, const Target&) {
  return show(app, request, pubsub_state);
}

}  // namespace chatroom
