# Everything that CI does is a target here, so that it can be done at home.
# `make` alone lists them.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# How long each fuzz target runs, and with how many workers.
FUZZTIME ?= 10s
# Version that install-check and release-check pretend to release.
VERSION  ?= v0.1.0
# Times that bench measures everything.
ROUNDS   ?= 7
# Spans that bench sends to the backend.
INGESTED ?= 500000x

GO       ?= go
LINT     := $(CURDIR)/bin/golangci-lint
# The tools are a module of their own, outside go.work.
TOOLS    := GOWORK=off $(GO) -C tools run
# Packages of every module in go.work: "./... ./cmd/staso/... ...".
PACKAGES  = $(shell $(GO) list -m -f '{{.Dir}}/...' | sed 's|^$(CURDIR)|.|')
# Test files of the workspace that hold a line like the pattern $(1), by folder.
folders   = grep -rlE '$(1)' --include='*_test.go' --exclude-dir={.git,benchmarks,tools,dist} . | xargs -r dirname | sort -u

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## compile everything in the workspace, and bin/staso
	$(GO) build work
	$(GO) build -o bin/staso ./cmd/staso

.PHONY: test
test: ## every test, as in the README
	$(GO) test work

.PHONY: race
race: ## every test under the race detector
	$(GO) test -race work

.PHONY: allocs
allocs: ## the gates on allocations alone
	@out="$$($(GO) test -count=1 -v -run 'Alloc' ./... ./guard/local/... 2>&1)" || { echo "$$out" >&2; exit 1; }; \
	grep -q '^--- PASS' <<< "$$out" || { echo 'no test is named after allocations: there is no gate' >&2; exit 1; }; \
	grep -E '^(--- PASS|ok .*[0-9]s$$)' <<< "$$out"

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (10s)
	@$(call folders,^func Fuzz) | while read -r dir; do \
	  grep -hoE '^func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | sort -u | while read -r _ name; do \
	    echo "fuzz $$dir $$name"; \
	    $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$dir; \
	  done; \
	done

.PHONY: browser
browser: ## the tests that drive a real Chromium
	@./tools/browser.sh

.PHONY: lint
lint: $(LINT) no-sleep ## golangci-lint over every module, and the formatters
	$(LINT) run $(PACKAGES)
	cd tools && GOWORK=off $(LINT) run --config ../.golangci.yml ./...
	cd benchmarks && GOWORK=off $(LINT) run --config ../.golangci.yml ./...

# A test that sleeps is slow or fails at times; in a synctest bubble it is neither.
.PHONY: no-sleep
no-sleep:
	@found="$$(grep -rl 'time\.Sleep(' --include='*_test.go' . | xargs -r grep -L 'testing/synctest' || true)"; \
	test -z "$$found" || { echo "these tests sleep outside testing/synctest: $$found" >&2; exit 1; }

.PHONY: fmt
fmt: $(LINT) ## rewrite what the formatters would
	$(LINT) fmt

$(LINT): tools/go.mod tools/go.sum
	cd tools && GOWORK=off $(GO) build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: tidy
tidy: ## go mod tidy in every module, and deps.txt
	$(TOOLS) ./modules tidy
	$(MAKE) deps

.PHONY: check-modules
check-modules: ## each module alone (GOWORK=off), as its users get it
	$(TOOLS) ./modules check
	cd tools && GOWORK=off $(GO) test ./...

.PHONY: deps
deps: ## write deps.txt: packages that the library brings into a program
	@./tools/deps.sh > deps.txt

.PHONY: check-deps
check-deps: ## is deps.txt up to date
	@./tools/deps.sh | diff -u deps.txt - || { echo 'deps.txt is not what the library needs: run `make deps`' >&2; exit 1; }
	@echo "deps.txt is up to date: $$(grep -vc '^#' deps.txt) packages"

.PHONY: demo
demo: ## the backend, filled by real small agents
	$(GO) run ./cmd/staso demo

.PHONY: first-run
first-run: ## how long a newcomer with empty caches waits for the demo
	@./tools/first-run.sh

.PHONY: bench
bench: ## against the peers in one interleaved run, then ingest
	cd benchmarks && GOWORK=off $(GO) run ./compare -rounds $(ROUNDS)
	cd benchmarks && GOWORK=off $(GO) run ./compareguard -rounds $(ROUNDS)
	$(GO) test -run '^$$' -bench Ingest -benchtime $(INGESTED) ./cmd/staso/internal/loadtest

.PHONY: bench-stat
bench-stat: ## the same work as Go benchmarks, put side by side by benchstat
	@mkdir -p dist
	cd benchmarks && GOWORK=off $(GO) test -run '^$$' -bench . -count 6 . | tee ../dist/bench.txt
	$(TOOLS) golang.org/x/perf/cmd/benchstat -col /peer ../dist/bench.txt

.PHONY: install-check
install-check: ## go install of the command from a proxy built out of HEAD
	@./tools/install-check.sh $(VERSION)

.PHONY: release-check
release-check: ## which tags a release of VERSION sets, and what stands in its way
	@$(TOOLS) ./release -version $(VERSION)

.PHONY: api-check
api-check: ## exported names that changed incompatibly since the last tag
	@./tools/api-check.sh

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist
