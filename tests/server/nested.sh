# shellcheck shell=bash
# What a container with an engine of its own needs, by name: not --privileged, which some engines
# refuse. Sourced, never run.
# shellcheck disable=SC2034  # used by the scripts that source this file
nested_flags=(--cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined
  --security-opt systempaths=unconfined --cgroupns=host
  -v /sys/fs/cgroup:/sys/fs/cgroup:rw -v /var/lib/docker --tmpfs '/run:exec,mode=755')
