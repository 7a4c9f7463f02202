#include "ssh/agent_host.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "ssh/files.h"
#include "ssh/settings.h"

namespace liteship::ssh {
namespace {

std::string quoted(const std::string& value) {
  if (value.find_first_of("\"\n") == std::string::npos) return '"' + value + '"';
  throw Error(ErrorKind::usage,
              Diagnostic{.message = fmt::format("`{}` cannot stand in a configuration of ssh",
                                                printable(value)),
                         .help = "write `ssh:` without quotes and line breaks in its values"});
}

/// A file in memory that only this user can open, by memory_path().
Fd memory_file(const std::string& text) {
  Fd file(::memfd_create("liteship-ssh", MFD_CLOEXEC));
  const bool written =
      file.valid() && ::fchmod(file.get(), 0600) == 0 &&
      ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written) throw std::system_error(errno, std::generic_category(), "memfd_create");
  return file;
}

std::string memory_path(const Fd& file) {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), file.get());
}

}  // namespace

std::string forwarding_config(const SshRequest& request,
                              const std::vector<std::string>& key_files) {
  const Question question = server_question(request);
  // Jump hosts read the same file: what is for the server alone stands below its name.
  std::string text =
      fmt::format("Host {}\n  ForwardAgent yes\n  LogLevel ERROR\n", quoted(question.host));
  const auto add = [&](const char* key, const std::string& value) {
    text += fmt::format("  {} {}\n", key, value);
  };
  if (question.user) add("User", quoted(*question.user));
  if (question.port) add("Port", std::to_string(question.port->number));
  if (request.keys_only) add("IdentitiesOnly", "yes");
  for (const std::string& key : request.keys) add("IdentityFile", quoted(key));
  for (const std::string& key : key_files) add("IdentityFile", quoted(key));
  if (request.proxy) add("ProxyJump", *request.proxy);
  if (request.proxy_command) add("ProxyCommand", *request.proxy_command);
  if (request.known_hosts_file) add("UserKnownHostsFile", quoted(*request.known_hosts_file));
  return text + "Match all\n" + wrapper_config(question);
}

AgentHost::AgentHost(const SshRequest& request, std::unique_ptr<Host> plain)
    : plain_(std::move(plain)), host_(server_question(request).host) {
  std::vector<std::string> files;
  for (const Secret& key : request.key_data) {
    keys_.push_back(memory_file(key.reveal() + "\n"));
    files.push_back(memory_path(keys_.back()));
  }
  config_ = memory_file(forwarding_config(request, files));
}

std::vector<std::string> AgentHost::words(const Command& command, const char* terminal) const {
  return {"ssh", terminal, "-F", memory_path(config_), "--", host_, render(command)};
}

PhaseOutcome AgentHost::run_phase(const PhaseScript& script, const EventSink& events,
                                  Interrupts& interrupts) {
  return plain_->run_phase(script, events, interrupts);
}

CommandOutcome AgentHost::stream_into(const Command& command, ByteSource& input,
                                      Interrupts& interrupts) {
  return plain_->stream_into(command, input, interrupts);
}

CommandOutcome AgentHost::run_command(const Command& command, const OutputSink& out,
                                      const OutputSink& err, Interrupts& interrupts) {
  return {stream_tool(words(command, "-T"), out, err, interrupts), "", ""};
}

CommandOutcome AgentHost::run_terminal(const Command& command) {
  return {run_in_front(words(command, "-t")), "", ""};
}

}  // namespace liteship::ssh
