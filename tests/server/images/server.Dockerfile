# A server as a provider hands it over: sshd, sudo, one ordinary user. No Docker: its packages are
# only downloaded (as apt would keep them), so that installing it takes seconds.
ARG BASE
FROM $BASE
ARG DOCKER_PACKAGES
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openssh-server iproute2 sudo \
 && apt-get -qq install -y --no-install-recommends --download-only $DOCKER_PACKAGES \
 && rm -rf /etc/ssh/ssh_host_* /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && useradd --create-home --shell /bin/bash --password '*' deployer \
 && echo 'deployer ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/deployer
COPY server-entry.sh /usr/local/sbin/server-entry
ARG DAEMON_JSON
RUN [ -z "$DAEMON_JSON" ] || { mkdir /etc/docker && echo "$DAEMON_JSON" >/etc/docker/daemon.json; }
EXPOSE 22 80
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/sbin/server-entry"]
