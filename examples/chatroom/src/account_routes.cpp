#include "account_routes.h"

#include <algorithm>

#include "clock.h"
#include "identity.h"
#include "layout.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

enum class Form { sign_up, sign_in };

Html render_form(const App& app, Form form, std::string_view name, std::string_view problem) {
  const bool is_new = form == Form::sign_up;
  Html html;
  html.markup("<main class=\"narrow\">\n<h2>").text(is_new ? "Sign up" : "Sign in");
  html.markup("</h2>\n");
  if (!problem.empty()) {
    html.markup("<p role=\"alert\">").text(problem).markup("</p>\n");
  }
  html.markup("<form method=\"post\" action=\"/").text(is_new ? "sign-up" : "sign-in");
  html.markup(
      "\">\n<input name=\"name\" placeholder=\"Name\" maxlength=\"40\" required "
      "autocomplete=\"username\" value=\"");
  html.text(name).markup(
      "\">\n<input name=\"password\" type=\"password\" minlength=\"8\" "
      "placeholder=\"Password\" maxlength=\"200\" required autocomplete=\"");
  html.text(is_new ? "new-password" : "current-password").markup("\">\n<button>");
  html.text(is_new ? "Sign up" : "Sign in").markup("</button>\n</form>\n");
  if (is_new)
    html.markup("<p>You have an account? <a href=\"/sign-in\">Sign in</a></p>\n");
  else
    html.markup("<p>You have none? <a href=\"/sign-up\">Sign up</a></p>\n");
  html.markup("</main>\n");
  return render_page({is_new ? "Sign up" : "Sign in", app.environment.version, std::nullopt}, html);
}

// Does what a form asks for; what was wrong with it comes back on its page.
template <class Work>
asio::awaitable<Response> answer_form(App& app, const Request& request, Form form, Work work) {
  std::string name;
  std::string problem;
  Status status = Status::bad_request;
  try {
    const auto fields = fields_of(request);
    name = fields.text("name", 40);
    const auto password = fields.text("password", 200);
    co_return co_await work(name, password);
  } catch (const Refused& error) {
    status = error.status();
    problem = error.what();
  }
  co_return reply_page(status, render_form(app, form, name, problem));
}

asio::awaitable<Response> let_in(App& app, const Request& request, const User& user) {
  auto response = see_other("/rooms/1");
  co_await open_session(app, request, user, response);
  co_return response;
}

void must_be_name(const std::string& name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (name.front() == ' ' || name.back() == ' ' || std::ranges::any_of(name, is_control)) {
    throw BadInput("a name neither begins nor ends with a space");
  }
}

asio::awaitable<Response> add_user(App& app, const Request& request, const std::string& name,
                                   const std::string& password) {
  must_be_name(name);
  if (password.size() < 8) throw BadInput("a password has at least 8 characters");
  const auto hash = co_await app.passwords.hash(password);
  const auto user = co_await app.databases.app.run([&](sqlite::Database& db) {
    return accounts::add(db, name, hash, milliseconds_since_1970());
  });
  if (!user) throw Refused(Status::conflict, "this name is taken");
  co_return co_await let_in(app, request, *user);
}

asio::awaitable<Response> check_user(App& app, const Request& request, const std::string& name,
                                     const std::string& password) {
  const auto account = co_await app.databases.readers.next().run(
      [&](Connections& read) { return accounts::find(read.app(), name); });
  const auto hash = account ? account->password_hash : std::string();
  if (!co_await app.passwords.matches(hash, password)) {
    throw Refused(Status::forbidden, "wrong name or password");
  }
  co_return co_await let_in(app, request, account->user);
}

}  // namespace

asio::awaitable<Response> show_sign_up(App& app, const Request&, const Target&) {
  co_return reply_page(Status::ok, render_form(app, Form::sign_up, "", ""));
}

asio::awaitable<Response> show_sign_in(App& app, const Request&, const Target&) {
  co_return reply_page(Status::ok, render_form(app, Form::sign_in, "", ""));
}

asio::awaitable<Response> sign_up(App& app, const Request& request, const Target&) {
  const auto work = [&](const std::string& name, const std::string& password) {
    return add_user(app, request, name, password);
  };
  co_return co_await answer_form(app, request, Form::sign_up, work);
}

asio::awaitable<Response> sign_in(App& app, const Request& request, const Target&) {
  const auto work = [&](const std::string& name, const std::string& password) {
    return check_user(app, request, name, password);
  };
  co_return co_await answer_form(app, request, Form::sign_in, work);
}

asio::awaitable<Response> sign_out(App& app, const Request& request, const Target&) {
  auto response = see_other("/");
  co_await close_session(app, request, response);
  co_return response;
}

}  // namespace chatroom
