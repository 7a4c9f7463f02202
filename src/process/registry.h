#pragma once
// A registry for one push, inside this process, on a random port of 127.0.0.1.
//
//   GET  /v2/                              200
//   HEAD /v2/NAME/blobs/DIGEST             200 for what was pushed or what we claim to hold
//   POST /v2/NAME/blobs/uploads/           202, Location
//   PATCH, PUT Location[?digest=]          the blob
//   HEAD /v2/NAME/manifests/REF            404
//   PUT  /v2/NAME/manifests/REF            201
//
// NAME is random, so that nobody else on this machine can push into it unasked.

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "process/http.h"
#include "process/layer_intake.h"

namespace liteship {

class EngineRegistry {
 public:
  /// claims:    do we say that we hold this digest? Called by several threads at once.
  /// directory: for the blobs.
  EngineRegistry(std::function<bool(const Digest&)> claims, std::filesystem::path directory);
  ~EngineRegistry();
  EngineRegistry(const EngineRegistry&) = delete;
  EngineRegistry& operator=(const EngineRegistry&) = delete;

  /// "127.0.0.1:PORT/NAME:TAG", to tag and push.
  [[nodiscard]] std::string reference() const;
  /// Ends all connections. What was pushed may be looked at afterwards.
  void stop();

  /// Bytes of blobs that came so far.
  [[nodiscard]] std::uint64_t received() const { return received_; }

  /// Call after stop(): blobs by digest, manifests by tag and digest.
  [[nodiscard]] std::map<Digest, Blob>& blobs() { return blobs_; }
  [[nodiscard]] const std::map<std::string, std::string>& manifests() const { return manifests_; }
  [[nodiscard]] static const char* tag() { return "deploy"; }

 private:
  void accept_all();
  void serve(int socket);
  [[nodiscard]] HttpResponse answer(const HttpRequest& request, HttpConnection& body);
  [[nodiscard]] HttpResponse answer_blob(const std::string& digest);
  [[nodiscard]] HttpResponse begin_upload();
  [[nodiscard]] HttpResponse upload(const HttpRequest& request, const std::string& id,
                                    HttpConnection& body);
  [[nodiscard]] HttpResponse take_manifest(const std::string& name, HttpConnection& body);

  std::function<bool(const Digest&)> claims_;
  std::filesystem::path directory_;
  std::string name_;
  Port port_;
  Fd listener_;
  std::atomic<std::uint64_t> received_{0};

  std::mutex mutex_;  // of all below
  bool is_stopped_ = false;
  std::map<std::string, Blob> uploads_;
  std::map<Digest, Blob> blobs_;
  std::map<std::string, std::string> manifests_;
  std::list<Fd> sockets_;
  std::list<std::jthread> workers_;
  std::jthread acceptor_;
};

}  // namespace liteship
