#!/usr/bin/env bash
# Installs the command as a stranger would, `go install ...@VERSION`, from a
# module proxy that is built out of HEAD: finds a replace line, a file that a
# module lacks, a sum that is missing.
set -euo pipefail
version="${1:?usage: install-check.sh VERSION}"
cd "$(dirname "$0")/.."

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
GOWORK=off go -C tools run ./fileproxy -version "$version" -out "$scratch/proxy"

# A module cache of its own, so that this VERSION never mixes with a real one;
# what the ordinary cache has is copied from there.
export GOPROXY="file://$scratch/proxy,file://$(go env GOMODCACHE)/cache/download,$(go env GOPROXY)"
export GOMODCACHE="$scratch/modules" GOBIN="$scratch/bin"
# Nobody has published the sums of a version that exists only here.
export GONOSUMDB="github.com/staso-go/*"
# Writable, so that the trap can remove it; -trimpath lets the build cache serve
# although the module cache moved.
export GOFLAGS="-modcacherw -trimpath -buildvcs=false" GOWORK=off

mkdir "$scratch/elsewhere"
cd "$scratch/elsewhere"
go install "github.com/staso-go/staso/cmd/staso@$version"
"$GOBIN/staso" version
