#!/usr/bin/env bash
# Prints the packages from outside the standard library and this repository
# that the library brings into a program that imports all of it.
set -euo pipefail
cd "$(dirname "$0")/.."

cat <<'HEAD'
# What the library brings into a program: every package from outside the
# standard library. Written by `make deps`; CI fails where it is out of date,
# so that a new dependency is a line that someone reads.
HEAD
# One platform, so that everybody writes the same file.
GOWORK=off GOOS=linux GOARCH=amd64 go list -deps -f '{{if not .Standard}}{{.ImportPath}}{{end}}' ./... |
	{ grep -v '^github.com/staso-go/staso\(/\|$\)' || true; } |
	LC_ALL=C sort -u
