#!/bin/sh
# Brings Restate's server into a folder, once: restate-server.sh VERSION FOLDER
set -eu
version=$1
folder=$2

[ -f "$folder/version" ] && [ "$(cat "$folder/version")" = "$version" ] && exit 0
if ! command -v npm >/dev/null 2>&1; then
  echo "Restate is left out of the comparison: npm, which brings its server, is not installed." >&2
  exit 0
fi
mkdir -p "$folder"
# Scripts of packages report their installation; none is needed.
if ! npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" "@restatedev/restate-server@$version" >&2; then
  echo "Restate is left out of the comparison: npm could not bring its server." >&2
  exit 0
fi
printf '%s' "$version" >"$folder/version"
