#pragma once
// Local programs: git, docker, hooks, secret commands. The only user of Boost.Process.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "liteship/diagnostic.h"
#include "liteship/image.h"
#include "liteship/shell.h"
#include "liteship/support.h"

namespace liteship {

struct RunOptions {
  std::filesystem::path directory;                 // "" : this one
  std::map<std::string, std::string> environment;  // added to ours
  std::string input;                               // stdin; empty: /dev/null
  ByteSource* input_stream = nullptr;              // stdin as a stream, instead of `input`
  bool may_ask = false;  // stdin and stderr are the terminal's: the program may ask there
  std::function<bool()> is_enough;  // asked at least every 100 ms; true ends the program (SIGTERM)
  std::function<void()> on_idle;    // open_process: called every second in which nothing comes
  std::function<void(std::string_view)> on_output;  // stdout and stderr as they arrive (log)
};

struct RunResult {
  int status = 0;  // 128 + n for a signal; 127 when the program does not exist
  std::string output;
  std::string error_output;
};

/// Runs a program and waits. An interrupt sends SIGTERM to it (SIGKILL after 5 s) and throws
/// Error{interrupted}.
[[nodiscard]] RunResult run_process(const Command& command, const RunOptions& options,
                                    Interrupts& interrupts);

/// Runs a program whose stdout is read as a stream; the status is checked at its end (Error).
[[nodiscard]] std::unique_ptr<ByteSource> open_process(const Command& command,
                                                       const RunOptions& options);

// ---- curl

/// POSTs JSON to an http or https URL by `curl`: 2 s to connect, 5 s in all.
///
/// body:   one line of less than 100 kB once `"` and `\` are escaped: what curl 7.88 takes.
/// Result: why it failed, or "" when the answer was a 2xx.
[[nodiscard]] std::string post_json(const std::string& url, const std::string& body);

// ---- git

struct GitState {
  std::string revision;              // 40 hexadecimal digits of HEAD
  std::string subject;               // HEAD's first line
  std::vector<std::string> changes;  // `git status --porcelain` lines; empty: clean
  std::string user_name;
  std::string user_email;
};
/// The repository at or above `directory`; nothing when there is none or it has no commit.
[[nodiscard]] std::optional<GitState> git_state(const std::filesystem::path& directory,
                                                Interrupts& interrupts);

/// The build's context as a plain tar: HEAD as `git archive` gives it (clean) or the files as they
/// are (dirty), without .git and what .dockerignore names. Modes are 0755 or 0644 as after a clone,
/// so that both kinds share the builder's cache; sorted by path; times of the commit or the file.
///
/// subdirectory: builder.context below `directory`; "" or "." for all of it.
/// dockerfile:   path in the context; it stays in even when .dockerignore names it, and
///               `<dockerfile>.dockerignore` goes before .dockerignore.
/// Errors: Error{usage} when there is no such directory, HEAD or subdirectory.
enum class ContextKind { clean, working_tree };
[[nodiscard]] std::unique_ptr<ByteSource> open_context(
    const std::filesystem::path& directory, ContextKind kind, const std::string& subdirectory,
    const std::string& dockerfile = "Dockerfile");

// ---- docker on this machine

/// From now on our docker client works with the engine at `host`, as DOCKER_HOST has it
/// ("ssh://user@host"), whatever it is configured for; "" is its own choice again. Other programs
/// see nothing of it. To be called while no other thread asks an engine.
void use_engine(const std::string& host);

/// `docker WORDS…`, with that engine. Errors: as run_process().
[[nodiscard]] RunResult run_docker(const std::vector<std::string>& words, RunOptions options,
                                   Interrupts& interrupts);

/// What this machine's images are for: "amd64", "arm64".
[[nodiscard]] std::string machine_architecture();

struct LocalDocker {
  std::string server_version;  // "20.10.24"
  std::string architecture;    // "amd64"
  bool containerd_store = false;
  bool loopback = false;  // the engine shares our 127.0.0.1, so it can push to our own registry
};
/// Nothing when there is no docker client or its engine does not answer.
[[nodiscard]] std::optional<LocalDocker> local_docker(Interrupts& interrupts);

/// The same, asked now and answered later: the client works meanwhile. One that is not waited for
/// is stopped.
class EngineQuestion {
 public:
  EngineQuestion();
  ~EngineQuestion();
  EngineQuestion(const EngineQuestion&) = delete;
  EngineQuestion& operator=(const EngineQuestion&) = delete;
  /// Once. As local_docker().
  [[nodiscard]] std::optional<LocalDocker> answer(Interrupts& interrupts);

 private:
  struct Asked;
  std::unique_ptr<Asked> asked_;
};

/// A builder of `docker buildx`, for what the engine's own one cannot do.
struct BuildxBuilder {
  std::string name;    // "kamal-local-docker-container"; Kamal's, so that they share its cache
  std::string driver;  // "docker-container", "cloud org/name"
  bool to_registry = false;  // the image goes there by itself; else into this machine's engine
  std::string cache_to;      // as `--cache-to` takes it; empty: none
  std::string cache_from;
  std::optional<std::string> provenance;
  std::optional<std::string> sbom;
  std::string engine;  // "ssh://user@host"; empty: the client's
};

/// Cloud Native Buildpacks, by `pack`.
struct Buildpacks {
  std::string builder;
  std::vector<std::string> buildpacks;
};

struct BuildRequest {
  std::string reference;  // tag of the result
  std::string dockerfile = "Dockerfile";
  std::optional<std::string> target;
  std::vector<std::string> platforms;  // "linux/arm64"; empty: the engine's
  std::map<std::string, std::string> args;
  std::map<std::string, std::string> labels;
  std::map<std::string, Secret> secrets;  // --secret id=…; by environment, never argv
  std::vector<std::string> options;       // e.g. --no-cache
  std::optional<std::string> output;      // "tar,dest=app.tar", instead of an image
  std::optional<std::string> ssh;         // of --ssh; variables in it are this machine's
  std::optional<BuildxBuilder> buildx;    // unset: the engine's own builder
  std::optional<Buildpacks> pack;         // instead of a Dockerfile
  bool attest = true;                     // false: `provenance: false`
};
/// The `docker build` command that reads its context as a tar from stdin, or `pack build` with the
/// same. Secrets are named only: their values belong in its environment.
[[nodiscard]] Command build_command(const BuildRequest& request);

/// Makes the builder unless this machine has it. Errors: Error{release_failed} with what buildx
/// said.
void ensure_builder(const BuildxBuilder& builder, Interrupts& interrupts);

/// Builds here. Errors: Error{release_failed} with the last lines of the build's output.
void build_image(const BuildRequest& request, std::unique_ptr<ByteSource> context,
                 const std::function<void(std::string_view)>& on_output, Interrupts& interrupts);

/// The same while something else is done. The programs are started by the constructor, on the
/// caller's thread; another one only moves their bytes. One that is not waited for is stopped.
class BackgroundBuild {
 public:
  BackgroundBuild(const BuildRequest& request, std::unique_ptr<ByteSource> context);
  ~BackgroundBuild();
  BackgroundBuild(const BackgroundBuild&) = delete;
  BackgroundBuild& operator=(const BackgroundBuild&) = delete;
  /// Waits for its end, once; on_output first gets what it has printed so far. Errors: as above.
  void finish(const std::function<void(std::string_view)>& on_output, Interrupts& interrupts);

 private:
  struct Work;
  std::string reference_;
  std::unique_ptr<Work> work_;
};

/// A local image by tag or Id: Id, tags, diffIDs, config's user. Nothing when there is none.
struct LocalImage {
  Layers layers;
  std::string user;  // "", "1000", "app", "1000:1000"
  std::string architecture;
  std::uint64_t size = 0;
};
[[nodiscard]] std::optional<LocalImage> local_image(const std::string& reference,
                                                    Interrupts& interrupts);

enum class ReadRoute { push, save };

/// How the image was read.
struct ReadReport {
  ReadRoute route = ReadRoute::save;
  std::uint64_t bytes = 0;  // what the engine gave us
  std::string note;         // why push was not used although it could have been; may be empty
};

/// A local image made ready to travel: config and layers, read through our own registry (only the
/// layers after `skip`) or by save and filter. Removes its temporary tag and files at its end; the
/// layers it opened must be gone before.
class ImageReader {
 public:
  virtual ~ImageReader() = default;
  [[nodiscard]] virtual const ReadReport& report() const = 0;
  [[nodiscard]] virtual const ImageArchive& archive() const = 0;
  [[nodiscard]] virtual LayerStream open_layer(const Digest& diff_id) = 0;
};
/// image:            what local_image() said of it.
/// reference:        the same image, by tag or Id.
/// target_reference: the tag it gets on the server.
/// skip:             leading layers that the server has; they are not read where that can be had.
/// cache_directory:  keeps what earlier runs learned (layers.json) and the layers on their way
///                   (unlinked files); made when missing. Must not be in memory (tmpfs).
/// Errors: Error{release_failed} when docker or a check fails.
[[nodiscard]] std::unique_ptr<ImageReader> open_image(const LocalImage& image,
                                                      const std::string& reference,
                                                      const std::string& target_reference,
                                                      std::size_t skip, const LocalDocker& docker,
                                                      const std::filesystem::path& cache_directory,
                                                      Interrupts& interrupts);

/// Lets the engine pack the layers that it never pushed, and learns their digests: from then on
/// open_image() reads only what is new. One that is not waited for is stopped, and nothing is lost
/// but time.
class LayerLearning {
 public:
  struct Work;
  explicit LayerLearning(std::unique_ptr<Work> work);
  ~LayerLearning();
  LayerLearning(const LayerLearning&) = delete;
  LayerLearning& operator=(const LayerLearning&) = delete;
  [[nodiscard]] bool is_done() const;
  /// Waits for its end, once, or for an interrupt. Result: was anything learned? Errors: none.
  bool finish(Interrupts& interrupts);

 private:
  std::unique_ptr<Work> work_;
};
/// Nothing where there is little to pack, as far as layers.json knows, or no way to ask for it.
/// Arguments: as for open_image(). Errors: Error{interrupted}.
[[nodiscard]] std::unique_ptr<LayerLearning> begin_learning(
    const LocalImage& image, const std::string& reference, const LocalDocker& docker,
    const std::filesystem::path& cache_directory, Interrupts& interrupts);

// ---- hooks

struct HookResult {
  bool ran = false;  // false: there is no such hook
  int status = 0;
  std::string output;
};
/// Runs `directory`/`name` when it is an executable file. Environment: KAMAL_* and DEPLOY_*.
[[nodiscard]] HookResult run_hook(const std::filesystem::path& directory, const std::string& name,
                                  const std::map<std::string, std::string>& environment,
                                  Interrupts& interrupts);

// ---- files

/// The whole file; nothing when it does not exist. Errors: Error{usage} when it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path);
/// Writes beside and renames, so a reader sees the old or the new text. mode: e.g. 0600.
void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode);

}  // namespace liteship
