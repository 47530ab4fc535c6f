// Package benchmarks holds what the library costs against other tracers, all
// doing the same work: see the peers in internal/peer and the work in
// internal/workload.
//
//	go run ./compare            one interleaved run of everything, with ratios
//	go test -bench . ./...      each benchmark alone, for benchstat and profiles
//
// It is a module of its own, outside the workspace, so that nobody who builds
// the library downloads its competitors. Times on a shared machine vary
// twofold; judge the ratios of one run, and allocations.
package benchmarks
