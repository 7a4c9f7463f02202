# A developer's laptop with an engine of its own, and Kamal beside it: what tests/bench runs on.
ARG BASE
FROM $BASE
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      docker.io docker-cli docker-buildx iptables git openssh-client python3 python3-opentelemetry-proto zstd ruby-kamal \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb
CMD ["sh", "-c", "exec dockerd >/var/log/dockerd.log 2>&1"]
