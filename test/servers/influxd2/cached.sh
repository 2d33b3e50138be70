#!/bin/bash
# Builds influxd into the user's cache unless it is there, and prints its path. Called twice at once, it builds once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's|^require github.com/influxdata/influxdb/v2 v||p' "$here/go.mod")
home=${XDG_CACHE_HOME:-$HOME/.cache}/pneumograph/influxdb-$version
mkdir -p "$home"
if command -v flock >/dev/null; then
  exec 9>"$home/lock"
  flock 9
fi
if [ ! -x "$home/influxd" ]; then
  for tool in go cargo gcc pkg-config; do
    command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
  done
  INFLUXD_WORK=$(mktemp -d)
  export INFLUXD_WORK
  trap 'rm -rf "$INFLUXD_WORK"' EXIT
  "$here/build.sh" "$INFLUXD_WORK/influxd" >&2
  mv "$INFLUXD_WORK/influxd" "$home/influxd"
fi
echo "$home/influxd"
