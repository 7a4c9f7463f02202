#!/usr/bin/env bash
# debian.sh 12|13|14: makes the image liteship-test/debian:RELEASE with debootstrap from the mirror
# of this machine. The packages fetched are kept in the cache.
. "$(dirname "$0")/common.sh"
. "$server_dir/mirror.sh"

# Debian 14 may be newer than the debootstrap at hand: every new release installs as `sid` does.
script_for() {
  local script=/usr/share/debootstrap/scripts/$1
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  echo "$script"
}

# As Debian's own images do: no manuals and translations, now or from later packages (126 to 80 MB,
# which every server is sent), and dpkg without fsync (Docker installs in 7 s instead of 14). The
# package lists would be out of date tomorrow anyway.
slim_down() {
  local root=$1 folder
  echo force-unsafe-io | as_root tee "$root/etc/dpkg/dpkg.cfg.d/unsafe-io" >/dev/null
  for folder in doc info locale man; do
    as_root find "$root/usr/share/$folder" ! -type d -delete
    echo "path-exclude /usr/share/$folder/*"
  done | as_root tee "$root/etc/dpkg/dpkg.cfg.d/slim" >/dev/null
  as_root rm -rf "$root"/var/lib/apt/lists "$root"/var/cache/apt/archives "$root"/var/log/bootstrap.log
  as_root mkdir -p "$root"/var/lib/apt/lists/partial "$root"/var/cache/apt/archives/partial
}

# A release that is not out yet has a Release file that may be past its date.
accept_old_lists() {
  echo 'Acquire::Check-Valid-Until "false";' |
    as_root tee "$1/etc/apt/apt.conf.d/99-not-out-yet" >/dev/null
}

make_root() {
  local release=$1 root=$2 name debs=$cache_dir/debs-$1
  name=$(codename "$release")
  mkdir -p "$debs"
  as_root /usr/sbin/debootstrap --variant=minbase --include=ca-certificates --cache-dir="$debs" \
    "$name" "$root" "$(debian_mirror)" "$(script_for "$name")"
  slim_down "$root"
  [ "$release" != 14 ] || accept_old_lists "$root"
}

import_root() {
  local root=$1 tag=$2 key=$3
  as_root tar -C "$root" --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -c . |
    docker import -c 'CMD ["bash"]' -c "LABEL $label.key=$key" - "$tag"
}

make_image() {
  local release=$1 root
  root=$(mktemp -d "$cache_dir/root.XXXXXX")
  # shellcheck disable=SC2064  # the name of today
  trap "as_root rm -rf --one-file-system '$root'" EXIT
  as_root chmod 755 "$root"
  make_root "$release" "$root"
  import_root "$root" "$label/debian:$release" "$2"
}

codename "${1:-}" >/dev/null
step "debian $1" make_image "$1" "${2:-none}"
