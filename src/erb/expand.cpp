#include "erb/expand.h"

#include <fmt/format.h>

#include <algorithm>

#include "erb/eval.h"
#include "erb/system_ruby.h"
#include "erb/template.h"

namespace liteship::erb {
namespace {

using ruby::Failure;

class ErbFile {
 public:
  ErbFile(const SourceText& source, ruby::World& world, Problems& problems)
      : source_(source), world_(world), problems_(problems), made_(source.path, source.text) {}
  Expanded expand();

 private:
  [[nodiscard]] Location place(ruby::Span program) const;
  [[nodiscard]] bool is_harmless(const Failure& failure) const;
  void put_text(std::size_t number);
  std::vector<Failure> evaluate();
  void evaluate_with_ruby(const std::vector<Failure>& reasons);
  void report(const std::vector<Failure>& failures);
  void report_unclosed();

  const SourceText& source_;
  ruby::World& world_;
  Problems& problems_;
  Template template_;
  Expanded made_;
};

Location ErbFile::place(ruby::Span program) const {
  const ruby::Span span = template_.to_source(program);
  return made_.in_source(span.begin, span.end);
}

/// Kamal's own sample file has `# <%= ENV["rvm_ruby_string"] || "#{RUBY_ENGINE}…" %>` in a comment:
/// what stands there is of no use to anybody, so it need not be understood.
bool ErbFile::is_harmless(const Failure& failure) const {
  const TemplateTag* tag = template_.tag_at(failure.span.begin);
  return tag != nullptr && tag->writes && tag->in_comment;
}

void ErbFile::report_unclosed() {
  for (const ruby::Span& span : template_.unclosed) {
    problems_.error("this ERB tag is never closed", made_.in_source(span.begin, span.end),
                    "write `%>` behind it, or `<%%` for the text `<%` itself");
  }
}

/// What cannot be evaluated, once each.
void ErbFile::report(const std::vector<Failure>& failures) {
  std::vector<Failure> once;
  for (const Failure& failure : failures) {
    if (once.size() >= most_problems) break;
    if (std::find(once.begin(), once.end(), failure) == once.end()) once.push_back(failure);
  }
  for (const Failure& failure : once) {
    if (!failure.unsupported) {
      problems_.error(failure.message, place(failure.span), failure.help);
      continue;
    }
    const TemplateTag* tag = template_.tag_at(failure.span.begin);
    const ruby::Span span = tag == nullptr ? ruby::Span{} : tag->source;
    const Location where = place(failure.span);
    std::string text = source_.text.substr(span.begin, span.end - span.begin);
    if (text.find('\n') != std::string::npos) text = trim(where.excerpt);
    Diagnostic diagnostic{fmt::format("`{}` needs Ruby, which is not installed here", text),
                          where,
                          fmt::format("not understood: {}", failure.message),
                          {},
                          "install Ruby (`ruby`), or write it with ENV[…], ENV.fetch, ||, if, "
                          "%x(…): see `deploy docs configuration`"};
    problems_.errors.push_back(std::move(diagnostic));
    // What follows a bracket or an `if` that was not understood is only confused by it.
    if (failure.message.ends_with("closes nothing") && once.size() > 1) problems_.errors.pop_back();
  }
}

void ErbFile::put_text(std::size_t number) {
  for (const TextPart& part : template_.texts.at(number)) {
    made_.add(part.text, part.source_begin, part.source_length,
              part.text.size() == part.source_length);
  }
}

/// What the small evaluator makes of the file; why not, where it cannot.
std::vector<Failure> ErbFile::evaluate() {
  const ruby::Expression program = ruby::parse(ruby::lex(template_.program));
  std::vector<Failure> failures = ruby::find_unknown(program);
  std::erase_if(failures, [&](const Failure& failure) { return is_harmless(failure); });
  if (!failures.empty()) return failures;
  const ruby::Output output{
      .put_text = [&](std::int64_t number) { put_text(static_cast<std::size_t>(number)); },
      .put_value =
          [&](ruby::Span span, const std::string& value) {
            const TemplateTag* tag = template_.tag_at(span.begin);
            const ruby::Span where = tag == nullptr ? ruby::Span{} : tag->source;
            made_.add(value, where.begin, where.end - where.begin, false);
          },
      .command_failed =
          [&](ruby::Span span, int status) {
            problems_.suspects.push_back(
                {fmt::format("this command ended with exit status {}", status),
                 place(span),
                 {},
                 {},
                 "run it by hand to see why"});
          }};
  failures = ruby::run(program, world_, output);
  std::erase_if(failures, [&](const Failure& failure) { return is_harmless(failure); });
  return failures;
}

void ErbFile::evaluate_with_ruby(const std::vector<Failure>& reasons) {
  const RubyRun run = run_ruby(template_, source_.path, world_);
  if (run.missing) return report(reasons);
  if (run.error) {
    const bool known = run.line > 0 && run.line <= made_.line_begins.size();
    const Location where =
        known ? made_.in_source(made_.line_begins[run.line - 1], source_.text.size())
              : Location{source_.path, 0, 0, 1, {}};
    problems_.error(fmt::format("Ruby cannot evaluate this: {}", *run.error), where);
    return;
  }
  made_.text.clear();
  made_.parts.clear();
  for (const RubyPut& put : run.puts) {
    if (put.text) {
      put_text(*put.text);
    } else {
      const ruby::Span where = template_.tags[put.tag].source;
      made_.add(put.value, where.begin, where.end - where.begin, false);
    }
  }
}

Expanded ErbFile::expand() {
  template_ = read_template(source_.text);
  if (!template_.unclosed.empty()) {
    report_unclosed();
    return std::move(made_);
  }
  const std::vector<Failure> failures = evaluate();
  const bool beyond_us = std::any_of(failures.begin(), failures.end(),
                                     [](const Failure& failure) { return failure.unsupported; });
  if (beyond_us) {
    evaluate_with_ruby(failures);
  } else {
    report(failures);
  }
  return std::move(made_);
}

}  // namespace

Expanded expand_erb(const SourceText& source, ruby::World& world, Problems& problems) {
  if (source.text.find("<%") == std::string::npos) return unchanged(source.path, source.text);
  return ErbFile(source, world, problems).expand();
}

void hide_outputs(const std::vector<std::string>& outputs, std::vector<Diagnostic>& diagnostics) {
  const auto hide = [&](std::string& text) {
    for (const std::string& output : outputs) text = replace_all(text, output, "[command output]");
  };
  for (Diagnostic& diagnostic : diagnostics) {
    hide(diagnostic.message);
    hide(diagnostic.reason);
    hide(diagnostic.help);
    for (std::string& note : diagnostic.notes) hide(note);
  }
}

}  // namespace liteship::erb
