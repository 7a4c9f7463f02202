#include "layout.h"

namespace chatroom {
namespace {

Html render_visitor(const std::optional<User>& user) {
  Html html;
  if (!user) {
    return html.markup(R"(<a href="/sign-in">Sign in</a> <a href="/sign-up">Sign up</a>)");
  }
  return html.markup("<b>")
      .text(user->name)
      .markup(R"(</b> <form method="post" action="/sign-out"><button>Sign out</button></form>)");
}

}  // namespace

Html render_page(const Frame& frame, const Html& main) {
  Html page;
  page.markup(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css">
<title>)")
      .text(frame.title)
      .markup(R"( · Chatroom</title>
<header>
<h1><a href="/">Chatroom</a></h1>
<p>version <span id="version">)")
      .text(frame.version)
      .markup(R"(</span> <span id="state"></span></p>
<nav>)")
      .part(render_visitor(frame.user))
      .markup("</nav>\n</header>\n")
      .part(main)
      .markup("</html>\n");
  return page;
}

}  // namespace chatroom
