# shellcheck shell=bash
# Where Debian's packages come from. Sourced, never run.

# debian_mirror: the mirror that this machine's own apt uses, else debootstrap's default.
debian_mirror() {
  local found=
  if command -v apt-get >/dev/null; then
    # shellcheck disable=SC2016  # apt's own placeholders
    found=$(apt-get indextargets --format '$(REPO_URI) $(LABEL) $(COMPONENT)' \
      'Created-By: Packages' 2>/dev/null | sed -n 's|/* Debian main$||p' | head -n 1)
  fi
  [ -n "$found" ] || found=$(sed -n 's/^DEF_MIRROR="\(.*\)"$/\1/p' /usr/sbin/debootstrap 2>/dev/null) || true
  [ -n "$found" ] || { echo 'error: apt knows no mirror of Debian: run apt-get update' >&2 && return 1; }
  printf '%s\n' "$found"
}
