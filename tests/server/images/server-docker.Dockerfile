# The same server with Docker already installed from the distribution.
ARG BASE
FROM $BASE
ARG DOCKER_PACKAGES
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $DOCKER_PACKAGES \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && usermod --append --groups docker deployer
