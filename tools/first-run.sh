#!/usr/bin/env bash
# Times what a newcomer waits for: the demo's address from a fresh clone with
# empty caches, and once more.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
git clone --quiet . "$scratch/staso"
export GOCACHE="$scratch/cache" GOMODCACHE="$scratch/modules" GOFLAGS="-modcacherw -buildvcs=false"
cd "$scratch/staso"
for turn in first second; do
	start=$(date +%s%N)
	go run ./cmd/staso demo --once 2>"$scratch/err" | while read -r line; do
		printf '%s run, %6d ms  %s\n' "$turn" "$((($(date +%s%N) - start) / 1000000))" "$line"
	done || {
		cat "$scratch/err" >&2
		exit 1
	}
done
