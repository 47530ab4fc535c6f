#!/usr/bin/env bash
# Runs the tests that drive a real Chromium: those in files with the build tag
# browser. Fails where none of them ran.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t files < <(grep -rlE '^//go:build .*\bbrowser\b' --include='*_test.go' --exclude-dir={.git,benchmarks,tools,dist} . | sort)
if [[ ${#files[@]} -eq 0 ]]; then
	echo "no test has the build tag browser" >&2
	exit 1
fi
mapfile -t folders < <(dirname "${files[@]}" | sort -u)
names="$(grep -hoE '^func Test[A-Za-z0-9_]*' "${files[@]}" | cut -d' ' -f2 | paste -sd'|')"

out="$(mktemp)"
trap 'rm -f "$out"' EXIT
if ! go test -count=1 -v -tags browser -run "^($names)\$" "${folders[@]}" >"$out" 2>&1; then
	cat "$out"
	exit 1
fi
grep -E '^(--- |ok )' "$out"
grep -q '^--- PASS' "$out" || {
	echo "every test with a browser was skipped: is there a Chromium?" >&2
	exit 1
}
