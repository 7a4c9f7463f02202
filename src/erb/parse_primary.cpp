// Literals and names.

#include "erb/parser.h"

namespace liteship::erb::ruby {

Expression Parser::take_primary() {
  const Token& token = peek();
  const std::size_t begin = token.span.begin;
  switch (token.kind) {
    case TokenKind::integer: {
      ++at_;
      Expression number = make(Kind::integer, begin);
      number.number = parse_integer(token.text).value_or(0);
      return number;
    }
    case TokenKind::text:
    case TokenKind::command:
      return take_text(token.kind);
    case TokenKind::words: {
      ++at_;
      std::vector<Expression> words;
      const std::string spaced =
          replace_all(replace_all(token.pieces[0].text, "\n", " "), "\t", " ");
      for (const std::string& word : split(spaced, ' ')) {
        if (word.empty()) continue;
        Expression piece = make(Kind::piece, begin, {}, word);
        words.push_back(make(Kind::text, begin, {std::move(piece)}));
      }
      return make(Kind::list, begin, std::move(words));
    }
    case TokenKind::symbol:
      ++at_;
      return make(Kind::symbol, begin, {}, token.text);
    case TokenKind::constant:
      if (peek(1).kind == TokenKind::sign && peek(1).text == "(" && !peek(1).space_before) break;
      ++at_;
      return make(Kind::constant, begin, {}, token.text);
    case TokenKind::name:
      return take_name();
    case TokenKind::keyword:
      return take_keyword_expression();
    case TokenKind::sign:
      if (token.text == "[") return take_list();
      if (token.text == "{") return take_table();
      if (token.text == "(") {
        ++at_;
        const Deeper deeper(depth_);
        if (depth_ > max_depth) break;
        Expression inner = take_sequence();
        need_sign(")");
        return inner;
      }
      break;
    default:
      break;
  }
  fail("an expression was expected");
  return {};
}

Expression Parser::take_name() {
  const std::size_t begin = peek().span.begin;
  const std::string name = peek().text;
  const bool call = peek(1).kind == TokenKind::sign && peek(1).text == "(" && !peek(1).space_before;
  if (is_variable(name) && !call) {
    ++at_;
    return make(Kind::variable, begin, {}, name);
  }
  return take_call(begin, Expression{}, false, false);
}

Expression Parser::take_text(TokenKind kind) {
  const std::size_t begin = peek().span.begin;
  std::vector<Expression> pieces;
  const auto take = [&] {
    for (const StringPiece& piece : peek().pieces) {
      if (piece.code.empty()) {
        pieces.push_back(make(Kind::piece, peek().span.begin, {}, piece.text));
        continue;
      }
      Parser inner(piece.code, depth_ + 1);
      inner.variables_ = variables_;
      pieces.push_back(inner.take_program());
    }
    ++at_;
  };
  take();
  while (kind == TokenKind::text && peek().kind == TokenKind::text) take();  // "a" "b"
  return make(kind == TokenKind::text ? Kind::text : Kind::command, begin, std::move(pieces));
}

Expression Parser::take_list() {
  const std::size_t begin = peek().span.begin;
  ++at_;
  Expression items;
  take_arguments(items, "]");
  if (items.block) fail("a block inside a list");
  return make(Kind::list, begin, std::move(items.kids));
}

Expression Parser::take_table() {
  const std::size_t begin = peek().span.begin;
  ++at_;
  std::vector<Expression> kids;
  for (skip_newlines(); !failed() && !is_sign("}"); skip_newlines()) {
    if (peek().kind == TokenKind::label) {
      kids.push_back(make(Kind::symbol, peek().span.begin, {}, peek().text));
      ++at_;
    } else {
      kids.push_back(take_expression());
      need_sign("=>");
    }
    skip_newlines();
    kids.push_back(take_expression());
    skip_newlines();
    if (!take_sign(",")) break;
  }
  skip_newlines();
  need_sign("}");
  return make(Kind::table, begin, std::move(kids));
}

}  // namespace liteship::erb::ruby
