#!/usr/bin/env bash
# Compares the library's exported names with the last tag. apidiff ends well
# whatever it finds, so its words are what is judged. Before v1 a break is
# allowed, but it is said.
set -euo pipefail
cd "$(dirname "$0")/.."

last="$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null || true)"
if [[ -z "$last" ]]; then
	echo "no release to compare with"
	exit 0
fi
scratch="$(mktemp -d)"
trap 'git worktree remove --force "$scratch/old" 2>/dev/null || true; rm -rf "$scratch"' EXIT
(cd tools && GOWORK=off go build -o "$scratch/apidiff" golang.org/x/exp/cmd/apidiff)
git worktree add --quiet --detach "$scratch/old" "$last"
export GOWORK=off
(cd "$scratch/old" && "$scratch/apidiff" -m -w "$scratch/old.api" github.com/staso-go/staso)
"$scratch/apidiff" -m -w "$scratch/new.api" github.com/staso-go/staso
found="$("$scratch/apidiff" -m -incompatible "$scratch/old.api" "$scratch/new.api" | grep -v '^Ignoring internal package' || true)"
if [[ -z "$found" ]]; then
	echo "compatible with $last"
	exit 0
fi
printf 'changed incompatibly since %s:\n%s\n' "$last" "$found"
[[ "$last" == v0.* ]]
