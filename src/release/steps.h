#pragma once
// The parts of a release that release.cpp puts in order.

#include <string>
#include <vector>

#include "liteship/release.h"
#include "release/outcome.h"

namespace liteship {

/// Who, what and when: version from --version or git, image reference, run id.
/// Errors: Error{usage} when there is neither a version nor a commit.
[[nodiscard]] Request make_request(const Session& session, const ReleaseOptions& options);

/// Takes the lock (waiting as the options say) and asks for the facts. Follows a release of ours
/// that is still running first. Errors: lock_busy with the holder.
[[nodiscard]] Facts inspect_locked(Session& session, const Request& request,
                                   const ReleaseOptions& options);

/// What a command of one phase is told by its options.
[[nodiscard]] Request locked_request(const ReleaseOptions& options);

/// Hook pre-connect, then the lock and the facts. Errors: as inspect_locked; Error{usage} without
/// Docker.
[[nodiscard]] Facts begin_locked(Session& session, const Request& request,
                                 const ReleaseOptions& options);

/// Runs it with a line for the audit log. Result: false when it has no steps.
/// Errors: as require_success.
bool run_locked_phase(Session& session, const Request& request, const ReleaseOptions& options,
                      Phase phase);

/// The facts without the lock, the image of `request` included.
[[nodiscard]] Facts inspect_image(Session& session, const Request& request);

/// Docker on the server when it is missing and this is a setup; the facts after that. Hook of every
/// setup: docker-setup. Errors: Error{usage} when it is missing and this is no setup.
[[nodiscard]] Facts ensure_docker(Session& session, const Request& request,
                                  const ReleaseOptions& options, Facts facts);

/// The engine that builds, asked when this is made: its answer is only needed once the server has
/// said what it has.
class LocalEngine {
 public:
  explicit LocalEngine(Interrupts& interrupts) : interrupts_(interrupts) { question_.emplace(); }
  /// Nothing when there is none.
  [[nodiscard]] const std::optional<LocalDocker>& get() {
    if (question_) docker_ = question_->answer(interrupts_);
    question_.reset();
    return docker_;
  }

 private:
  Interrupts& interrupts_;
  std::optional<EngineQuestion> question_;
  std::optional<LocalDocker> docker_;
};

struct ShippedImage {
  std::string user;                           // of the image's config
  std::uint64_t bytes = 0;                    // sent, compressed
  std::unique_ptr<LayerLearning> learning{};  // for later releases; may be null
};

/// The builder of `docker buildx` that deploy.yml needs: only what the engine's own one cannot do
/// goes there, because its result has to be brought into the engine or comes back from the
/// registry.
[[nodiscard]] std::optional<BuildxBuilder> buildx_builder(const Config& config,
                                                          const std::string& engine = "");

/// `builder: remote:` where that is an engine and builds, by Kamal's rule: with `local: false`
/// everything, else what is for no architecture of `machine` ("amd64"). "": it does not.
[[nodiscard]] std::string remote_engine(const Builder& builder, BuildPlace place,
                                        const std::string& machine);
[[nodiscard]] std::string remote_engine(const Session& session, const ReleaseOptions& options);

[[nodiscard]] BuildRequest build_request(const Session& session, const Request& request,
                                         const ReleaseOptions& options);

/// The build of this release, begun before the server is asked: it mostly turns out to be needed,
/// and it takes as long as logging in at 100 ms. Nothing where it may not be: a dry run, a version
/// that is named, a hook `pre-build`, a build on the server.
[[nodiscard]] std::unique_ptr<BackgroundBuild> begin_build(const Session& session,
                                                           const Request& request,
                                                           const ReleaseOptions& options);

/// Builds the image with the engine of this machine.
void build_here(Session& session, const Request& request, const ReleaseOptions& options,
                std::unique_ptr<BackgroundBuild> build);

/// The same, and through `registry:` of this machine: logs in, builds, pushes.
void build_and_push(Session& session, const Request& request, const ReleaseOptions& options,
                    std::unique_ptr<BackgroundBuild> build);

/// Builds the image unless the server has this version, and brings it there: by registry, over SSH,
/// or by building there. build: the one that was begun; one that is not needed is stopped.
[[nodiscard]] ShippedImage ship_image(Session& session, const Request& request,
                                      const ReleaseOptions& options, const Facts& facts,
                                      LocalEngine& engine, std::unique_ptr<BackgroundBuild> build);

/// Waits for it, which mostly is over long before; null: does nothing.
void finish_learning(Session& session, std::unique_ptr<LayerLearning> learning);

/// Images of others (proxy, replicator, accessories) that the server lacks: pulled by it, else sent
/// from here. Result: bytes sent.
[[nodiscard]] std::uint64_t ship_parts(Session& session, const std::vector<std::string>& parts,
                                       const ReleaseOptions& options, const Facts& facts,
                                       LocalEngine& engine);

/// Logs in with the password on stdin; nothing without a password. Errors: Error{release_failed}.
void log_in_here(const Session& session, const Registry& registry);
void log_in_server(Session& session, const Registry& registry);

/// Through `registry:`: pushed from here, pulled there.
void push_to_registry(Session& session, const Request& request);
/// Result: the user of the image's config.
[[nodiscard]] std::string pull_by_server(Session& session, const Request& request);

/// No stdin.
class NoBytes : public ByteSource {
 public:
  std::size_t read(std::span<char>) override { return 0; }
};

/// Is there such a hook, and may it run?
[[nodiscard]] bool has_release_hook(const Session& session, const ReleaseOptions& options,
                                    const std::string& name);

/// Runs a hook with KAMAL_* and DEPLOY_* in its environment.
/// Errors: Error{release_failed} when it fails; after the swap, in `post-app-boot` and
/// `post-deploy`, Error{needs_you}.
void run_release_hook(Session& session, const Request& request, const ReleaseOptions& options,
                      const std::string& name, std::int64_t runtime_seconds);

/// 16 hexadecimal digits, to tell one run from every other.
[[nodiscard]] std::string random_hex();

/// Seconds since 1970 by this machine's clock; only ever shown.
[[nodiscard]] std::int64_t unix_now();

/// Milliseconds of a clock that only goes forward.
[[nodiscard]] std::int64_t steady_milliseconds();

/// Tells the reporter that a step of the laptop's own begins and ends.
class LocalStep {
 public:
  LocalStep(Session& session, std::string id, const std::string& title);
  ~LocalStep();
  LocalStep(const LocalStep&) = delete;
  LocalStep& operator=(const LocalStep&) = delete;
  void note(std::string text) { note_ = std::move(text); }

 private:
  Session& session_;
  std::string id_;
  std::string note_;
  int failures_;
};

}  // namespace liteship
