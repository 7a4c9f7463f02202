// A path in the first line, then a .dockerignore.
#include "fuzz/fuzz.h"
#include "liteship/image.h"

namespace liteship::fuzz {

void run(std::string_view input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view path = input.substr(0, std::min<std::size_t>(end, 4096));
  const IgnoreRules rules(input.substr(std::min(end + 1, input.size())));
  const bool ignored = rules.ignores(path);
  for (std::size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) {
    promise(ignored || rules.may_descend(path.substr(0, at)),
            "a directory that holds an included file is walked");
  }
}

}  // namespace liteship::fuzz
