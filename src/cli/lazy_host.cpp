#include <fmt/format.h>

#include "cli/server.h"

namespace liteship {
namespace {

class LazyHost : public Host {
 public:
  LazyHost(const Environment& environment, SshRequest request, std::function<void()> before)
      : environment_(environment),
        request_(std::move(request)),
        before_(std::move(before)),
        prompts_(environment) {}

  PhaseOutcome run_phase(const PhaseScript& script, const EventSink& events,
                         Interrupts& interrupts) override {
    return host().run_phase(script, events, interrupts);
  }
  CommandOutcome stream_into(const Command& command, ByteSource& input,
                             Interrupts& interrupts) override {
    return host().stream_into(command, input, interrupts);
  }
  CommandOutcome run_command(const Command& command, const OutputSink& out, const OutputSink& err,
                             Interrupts& interrupts) override {
    return host().run_command(command, out, err, interrupts);
  }
  CommandOutcome run_terminal(const Command& command) override {
    environment_.reporter.settle();
    return host().run_terminal(command);
  }

 private:
  /// Asked before every step there: an interrupt that came between two waits counts, too.
  Host& host() {
    if (environment_.interrupts.count() > 0) {
      throw Error(ErrorKind::interrupted, Diagnostic{.message = "stopped on request"});
    }
    if (host_ != nullptr) return *host_;
    before_();
    auto& reporter = environment_.reporter;
    reporter.on_event(StepBegan{"connect", fmt::format("Connect to {}", request_.host)});
    const auto log = [&reporter, this](std::string_view bytes) {
      if (environment_.options.verbose > 1) reporter.on_output(bytes);
    };
    host_ = environment_.seams.connect(request_, prompts_, log, environment_.interrupts);
    reporter.on_event(StepEnded{"connect", ""});
    return *host_;
  }

  const Environment& environment_;
  SshRequest request_;
  std::function<void()> before_;
  TerminalPrompts prompts_;
  std::unique_ptr<Host> host_;
};

}  // namespace

std::unique_ptr<Host> make_lazy_host(const Environment& environment, SshRequest request,
                                     std::function<void()> before) {
  return std::make_unique<LazyHost>(environment, std::move(request), std::move(before));
}

bool TerminalPrompts::trust_host(const std::string& host, const std::string& key_type,
                                 const std::string& fingerprint) {
  if (environment_.options.no_input) return false;
  environment_.reporter.settle();
  const auto reply = environment_.seams.ask(
      fmt::format("The server {} is unknown. Its {} key has the fingerprint\n  {}\n"
                  "Trust it and remember it? [yes/no] ",
                  host, key_type, fingerprint));
  return reply == "yes";
}

std::optional<Secret> TerminalPrompts::passphrase(const std::string& key_file) {
  if (environment_.options.no_input) return std::nullopt;
  environment_.reporter.settle();
  return environment_.seams.ask_secret(fmt::format("Passphrase for {}: ", key_file));
}

}  // namespace liteship
