// Package benchmarks holds what the library costs against other tracers, and the
// guard against other finders of secrets and of harm, all doing the same work: see
// the peers in internal/peer with the work in internal/workload, and the judges in
// internal/judge with what they look at in internal/inputs.
//
//	go run ./compare            tracing: one interleaved run of everything, with ratios
//	go run ./compareguard       the guard: the same
//	go test -bench . ./...      each benchmark alone, for benchstat and profiles
//
// It is a module of its own, outside the workspace, so that nobody who builds
// the library downloads its competitors. Times on a shared machine vary
// twofold; judge the ratios of one run, and allocations.
package benchmarks
