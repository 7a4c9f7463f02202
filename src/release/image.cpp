// The app's image: built here or there, brought to the server with only the layers it lacks.

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

// Counts what passes, for the progress and the report.
class CountingSource : public ByteSource {
 public:
  CountingSource(std::unique_ptr<ByteSource> source, Session& session, std::string step)
      : source_(std::move(source)), session_(session), step_(std::move(step)) {}

  std::size_t read(std::span<char> buffer) override {
    const std::size_t n = source_->read(buffer);
    count_ += n;
    const std::int64_t now = steady_milliseconds();
    if (n == 0 || now - told_ > 100) {  // often enough for an eye
      told_ = now;
      session_.events(BytesMoved{step_, count_, 0});
    }
    return n;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::unique_ptr<ByteSource> source_;
  Session& session_;
  std::string step_;
  std::uint64_t count_ = 0;
  std::int64_t told_ = 0;
};

// What `load_image` printed: positive evidence of the whole image, or the reason why not.
std::optional<std::string> load_problem(const CommandOutcome& outcome,
                                        const ImageArchive& archive) {
  if (outcome.status != 0) {
    return fmt::format("docker load ended with status {}: {}", outcome.status,
                       trim(outcome.error_output));
  }
  // Docker 28's containerd store says this and exits with 0 (ADR 0005).
  if (outcome.output.find("Error unpacking") != std::string::npos) return outcome.output;
  const std::string count = fmt::format(" {}\n", archive.diff_ids.size());
  const std::size_t image = outcome.output.find("image sha256:");
  if (image == std::string::npos || outcome.output.find(count, image) == std::string::npos) {
    return "the server's image does not have all layers: " + outcome.output;
  }
  if (outcome.output.find("listed sha256:") == std::string::npos) {
    return std::string("the server does not list the image");
  }
  return std::nullopt;
}

Compression compression_for(const Docker& docker) {
  // 23: the first that reads zstd (moby PR 41759).
  return docker.major() >= 23 ? Compression::zstd : Compression::gzip;
}

std::string platform_for(const Docker& docker) {
  return docker.major() >= 28 ? "linux/" + docker.architecture : "";
}

struct Attempt {
  std::uint64_t bytes = 0;
  std::optional<std::string> problem;
};

Attempt send_layers(Session& session, const Facts& facts, const std::string& reference,
                    ImageReader& reader) {
  const OpenLayer open = [&](const Digest& id) { return reader.open_layer(id); };
  CountingSource source(open_archive(reader.archive(), open, compression_for(facts.docker)),
                        session, "send-image");
  const CommandOutcome outcome = stream_to_end(
      session, render_command("load_image", {reference, platform_for(facts.docker)}), source);
  session.log(outcome.output + outcome.error_output);
  return {source.count(), load_problem(outcome, reader.archive())};
}

std::unique_ptr<ByteSource> context_of(const Session& session, const Request& request,
                                       const ReleaseOptions& options) {
  const auto& context = session.config.builder.context;
  // As in Kamal: a context that is named is built as it lies there.
  const bool tree = request.dirty || (context && !context->empty());
  const std::string below = context && *context != "." ? *context : "";
  return open_context(options.root, tree ? ContextKind::working_tree : ContextKind::clean, below,
                      session.config.builder.dockerfile);
}

/// Does an engine of ours build, or the server? Before anybody has been asked.
bool wants_here(const Session& session, const ReleaseOptions& options) {
  if (options.build != BuildPlace::automatic) return options.build == BuildPlace::local;
  if (!remote_engine(session, options).empty()) return true;
  return session.config.builder.local && session.config.builder.remote != "server";
}

bool builds_here(const Session& session, const ReleaseOptions& options, const Facts& facts,
                 const std::optional<LocalDocker>& docker) {
  if (!wants_here(session, options)) return false;
  if (options.build == BuildPlace::local) return true;
  // What keeps a named engine from answering is told by the build.
  if (!docker) return !remote_engine(session, options).empty();
  return facts.docker.architecture.empty() || docker->architecture == facts.docker.architecture;
}

std::unique_ptr<BackgroundBuild> start_build(const Session& session, const Request& request,
                                             const ReleaseOptions& options) {
  const BuildRequest build = build_request(session, request, options);
  if (build.buildx) {
    ensure_builder(*build.buildx, session.interrupts);
    if (session.config.registry)
      log_in_here(session, *session.config.registry);  // for the cache, and for the image
  }
  return std::make_unique<BackgroundBuild>(build, context_of(session, request, options));
}

// The value could reach the server's `docker build` only by a file or an argument there.
void refuse_secrets(const Builder& builder) {
  if (builder.pack || builder.ssh) {
    const char* const key = builder.pack ? "pack" : "ssh";
    throw Error(
        ErrorKind::usage,
        Diagnostic{fmt::format("`builder: {}:` cannot be used for a build on the server", key),
                   {},
                   "it needs a program or a key of this machine",
                   {},
                   "build here: `deploy --build local`"});
  }
  if (builder.secrets.empty()) return;
  const SecretName& first = builder.secrets.front();
  throw Error(ErrorKind::usage,
              Diagnostic{"`builder: secrets:` cannot be used for a build on the server",
                         first.where,
                         fmt::format("the value of `{}` does not leave this machine", first.name),
                         {},
                         "build here: `deploy --build local`"});
}

ShippedImage build_on_server(Session& session, const Request& request,
                             const ReleaseOptions& options) {
  refuse_secrets(session.config.builder);
  LocalStep step(session, "build", "build " + request.image + " on the server");
  BuildRequest build = build_request(session, request, options);
  build.buildx.reset();  // the server's engine keeps a cache of its own
  build.platforms.clear();
  Command words = build_command(build);
  words.words.erase(words.words.begin(),
                    words.words.begin() + 2);  // `docker build`: build_here says it
  CountingSource context(compress(context_of(session, request, options), Compression::gzip),
                         session, "build");
  const CommandOutcome outcome =
      stream_to_end(session, render_command("build_here", words.words), context);
  session.log(outcome.output + outcome.error_output);
  if (outcome.status != 0) {
    std::vector<std::string> lines = split_lines(outcome.output + outcome.error_output);
    if (lines.size() > 20) lines.erase(lines.begin(), lines.end() - 20);
    throw Error(ErrorKind::release_failed,
                Diagnostic{"the image cannot be built on the server",
                           {},
                           fmt::format("docker build ended with status {}", outcome.status),
                           lines,
                           "fix the Dockerfile; the old version still serves"});
  }
  NoBytes nothing;
  const CommandOutcome user =
      stream_to_end(session, render_command("image_user", {request.image}), nothing);
  if (user.status != 0) {
    throw Error(ErrorKind::release_failed,
                Diagnostic{"the image that the server built is not there",
                           {},
                           std::string(trim(user.error_output)),
                           {},
                           "run `deploy` again"});
  }
  return {std::string(trim(user.output)), context.count()};
}

/// An image of this machine and its engine.
struct Source {
  std::string reference;
  LocalImage image;
  const LocalDocker& docker;
};

Attempt send_from(Session& session, const ReleaseOptions& options, const Facts& facts,
                  const Source& source, std::size_t skip) {
  const auto reader = open_image(source.image, source.reference, source.reference, skip,
                                 source.docker, options.cache_directory, session.interrupts);
  return send_layers(session, facts, source.reference, *reader);
}

/// Errors: Error{usage} when there is no such image, or no engine.
Source source_of(Session& session, const std::string& reference, LocalEngine& engine) {
  const auto& docker = engine.get();
  auto image = docker ? local_image(reference, session.interrupts) : std::nullopt;
  if (image) return {reference, std::move(*image), *docker};
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("there is no image `{}` on this machine", reference),
                         {},
                         "",
                         {},
                         "build or pull it first"});
}

/// Sends the layers that the server lacks. Result: bytes sent.
std::uint64_t send_image(Session& session, const ReleaseOptions& options, const Facts& facts,
                         const Source& source) {
  const std::vector<Digest>& layers = source.image.layers.diff_ids;
  LocalStep step(session, "send-image", "send " + source.reference);
  const std::size_t skip = shared_prefix(layers, facts.images);
  Attempt attempt = send_from(session, options, facts, source, skip);
  std::uint64_t bytes = attempt.bytes;
  if (attempt.problem) {
    // A have-list may be out of date: all layers under the same tag also repair what is half there.
    session.events(Note{"sending the whole image: " + std::string(trim(*attempt.problem))});
    attempt = send_from(session, options, facts, source, 0);
    bytes += attempt.bytes;
  }
  if (attempt.problem) {
    throw Error(ErrorKind::release_failed,
                Diagnostic{"the server did not take the image",
                           {},
                           std::string(trim(*attempt.problem)),
                           {},
                           "see the log file; the old version still serves"});
  }
  step.note(
      fmt::format("{}, {} of {} layers", format_bytes(bytes), layers.size() - skip, layers.size()));
  return bytes;
}

/// What docker takes a name without a tag for; an archive has to say so.
std::string with_tag(const std::string& reference) {
  const std::size_t slash = reference.rfind('/');
  const std::size_t from = slash == std::string::npos ? 0 : slash;
  return reference.find_first_of(":@", from) == std::string::npos ? reference + ":latest"
                                                                  : reference;
}

/// Where an accessory's image comes from: its own registry, else the app's, as with Kamal.
const Registry* registry_of(const Config& config, const std::string& image) {
  for (const Accessory& accessory : config.accessories) {
    if (accessory.image != image) continue;
    if (accessory.registry) return &*accessory.registry;
    return config.registry ? &*config.registry : nullptr;
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<BackgroundBuild> begin_build(const Session& session, const Request& request,
                                             const ReleaseOptions& options) {
  if (!wants_here(session, options) || options.dry_run || options.skip_push || options.version ||
      has_release_hook(session, options, "pre-build")) {
    return nullptr;
  }
  return start_build(session, request, options);
}

void build_here(Session& session, const Request& request, const ReleaseOptions& options,
                std::unique_ptr<BackgroundBuild> build) {
  const std::string engine = remote_engine(session, options);
  LocalStep step(session, "build",
                 "build " + request.image + (engine.empty() ? "" : " at " + engine));
  if (!build) build = start_build(session, request, options);
  build->finish(session.log, session.interrupts);
}

void build_and_push(Session& session, const Request& request, const ReleaseOptions& options,
                    std::unique_ptr<BackgroundBuild> build) {
  const auto buildx = buildx_builder(session.config, remote_engine(session, options));
  const bool pushes_itself = buildx && buildx->to_registry;  // and has logged in for that
  // A wrong password is told before anybody waits for the build.
  if (!pushes_itself) log_in_here(session, *session.config.registry);
  build_here(session, request, options, std::move(build));
  if (!pushes_itself) push_to_registry(session, request);
}

ShippedImage ship_image(Session& session, const Request& request, const ReleaseOptions& options,
                        const Facts& facts, LocalEngine& engine,
                        std::unique_ptr<BackgroundBuild> build) {
  const bool there = facts.app_image && !request.dirty && !options.no_cache;
  if (there || options.skip_push) {
    if (!facts.app_image && !session.config.registry) {
      throw Error(ErrorKind::usage,
                  Diagnostic{fmt::format("the server has no image `{}`", request.image),
                             {},
                             "",
                             {},
                             "leave `--skip-push` out"});
    }
    if (facts.app_image) {
      session.events(Note{"the server has this version's image already"});
      return {facts.app_image->user, 0};
    }
    return {pull_by_server(session, request), 0};
  }
  if (!builds_here(session, options, facts, engine.get())) {
    return build_on_server(session, request, options);
  }
  if (session.config.registry) {
    build_and_push(session, request, options, std::move(build));
    return {pull_by_server(session, request), 0};
  }
  build_here(session, request, options, std::move(build));
  const Source source = source_of(session, request.image, engine);
  auto learning = begin_learning(source.image, source.reference, source.docker,
                                 options.cache_directory, session.interrupts);
  const std::uint64_t bytes = send_image(session, options, facts, source);
  return {source.image.user, bytes, std::move(learning)};
}

void finish_learning(Session& session, std::unique_ptr<LayerLearning> learning) {
  if (!learning) return;
  std::optional<LocalStep> step;
  if (!learning->is_done()) {
    step.emplace(session, "learn-layers", "wait for the local engine to pack its layers, once");
  }
  learning->finish(session.interrupts);
}

std::uint64_t ship_parts(Session& session, const std::vector<std::string>& parts,
                         const ReleaseOptions& options, const Facts& facts, LocalEngine& engine) {
  std::uint64_t bytes = 0;
  for (const std::string& part : parts) {
    const auto& have = facts.present_images;
    if (std::find(have.begin(), have.end(), part) != have.end()) continue;
    {
      LocalStep step(session, "pull", "pull " + part + " on the server");
      if (const Registry* registry = registry_of(session.config, part)) {
        log_in_server(session, *registry);
      }
      NoBytes nothing;
      const CommandOutcome outcome =
          stream_to_end(session, render_command("pull_image", {part}), nothing);
      session.log(outcome.output + outcome.error_output);
      if (outcome.status == 0) continue;
      // Asked only now: a laptop without Docker has no need of it when the server can pull.
      if (!local_docker(session.interrupts) || !local_image(part, session.interrupts)) {
        throw Error(
            ErrorKind::release_failed,
            Diagnostic{fmt::format("the server cannot pull `{}`", part),
                       {},
                       std::string(trim(outcome.error_output)),
                       {},
                       fmt::format("pull it on this machine (`docker pull {}`): deploy then "
                                   "sends it over SSH",
                                   part)});
      }
      step.note("not possible there: sent from here");
    }
    bytes += send_image(session, options, facts, source_of(session, with_tag(part), engine));
  }
  return bytes;
}

}  // namespace liteship
