#include "erb/expand.h"
#include "liteship/erb.h"

namespace liteship::erb {

Session::Session(ErbTools::Variables environment, const ErbTools& tools)
    : world_(std::make_unique<ruby::World>(std::move(environment), tools)) {}

Session::~Session() = default;

void Session::set(const std::string& name, const std::string& value) { world_->set(name, {value}); }

Result Session::expand(const SourceText& source) {
  Problems problems;
  Result result;
  result.made = expand_erb(source, *world_, problems);
  result.errors = std::move(problems.errors);
  result.suspects = std::move(problems.suspects);
  return result;
}

const ErbTools::Variables& Session::environment() const { return world_->environment(); }

const ErbTools::Variables& Session::changes() const { return world_->changes(); }

const std::vector<std::string>& Session::outputs() const { return world_->outputs; }

}  // namespace liteship::erb
