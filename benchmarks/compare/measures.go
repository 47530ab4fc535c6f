package main

import (
	"context"

	"github.com/staso-go/staso/benchmarks/internal/measure"
	"github.com/staso-go/staso/benchmarks/internal/peer"
	"github.com/staso-go/staso/benchmarks/internal/workload"
)

// goal is what a row of ours is held to.
type goal struct {
	text string
	// met is asked of our value and of its ratio to OpenTelemetry's; nil is no goal.
	met func(value, ratio float64) bool
}

// rows are in the order of the table.
var rows = []struct { //nolint:gochecknoglobals // a table of a program
	name string
	goal goal
}{
	{"span lifecycle, caller, ns", goal{"<= 0.25x", func(_, r float64) bool { return r <= 0.25 }}},
	{"  allocations, caller", goal{"<= 6", func(v, _ float64) bool { return v < 6.5 }}},
	{"  allocations, all goroutines", goal{"<= 10", func(v, _ float64) bool { return v < 10.5 }}},
	{"bare Start/End, caller, ns", goal{"<= 0.5x", func(_, r float64) bool { return r <= 0.5 }}},
	{"  allocations, caller", goal{"<= 2", func(v, _ float64) bool { return v < 2.5 }}},
	{"turned off, bare Start/End, ns", goal{}},
	{"  allocations", goal{"0", func(v, _ float64) bool { return v < 0.01 }}},
	{"  allocations, with payloads (boxing them)", goal{}},
	{"burst of 20,000, delivered, %", goal{"100", func(v, _ float64) bool { return v >= 100 }}},
	{"  caller, ns a span", goal{}},
	{"  slowest span, ms", goal{}},
	{"8 goroutines, delivered spans/s", goal{">= 5x", func(_, r float64) bool { return r >= 5 }}},
	{"  full queue blocks, spans/s", goal{}},
	{"map payloads: lifecycle, caller, ns", goal{}},
	{"  allocations, caller", goal{}},
	{"  allocations, all goroutines", goal{}},
}

// Indices into rows.
const (
	lifecycleTime = iota
	lifecycleCallerAllocs
	lifecycleAllocs
	bareTime
	bareAllocs
	offTime
	offAllocs
	offChatAllocs
	burstDelivered
	burstCaller
	burstSlowest
	throughput
	throughputBlocking
	mapsTime
	mapsCallerAllocs
	mapsAllocs
)

// figures are what a measure found, by row.
type figures map[int]float64

// measureOf is a step of a round.
type measureOf struct {
	title string
	take  func(measure.Bench, peer.Peer) (figures, error)
}

func measures() []measureOf {
	chat, maps := workload.NewChat(), workload.NewChatMaps()
	typed := func(ctx context.Context, c peer.Client) { c.Chat(ctx, chat) }
	loose := func(ctx context.Context, c peer.Client) { c.ChatMaps(ctx, maps) }
	bare := func(ctx context.Context, c peer.Client) { c.Bare(ctx) }
	return []measureOf{
		caller("lifecycle", 15, typed, lifecycleTime, lifecycleCallerAllocs),
		total("lifecycle, total", typed, lifecycleAllocs),
		caller("bare", 15, bare, bareTime, bareAllocs),
		off(bare, typed),
		burst(typed),
		delivery("throughput", typed, peer.Config{}, throughput),
		delivery("throughput, blocking", typed, peer.Config{Block: true}, throughputBlocking),
		caller("maps", 7, loose, mapsTime, mapsCallerAllocs),
		total("maps, total", loose, mapsAllocs),
	}
}

func caller(title string, bursts int, work measure.Work, timeRow, allocsRow int) measureOf {
	return measureOf{title, func(b measure.Bench, p peer.Peer) (figures, error) {
		nanos, err := b.CallerTime(p, bursts, work)
		if err != nil {
			return nil, err
		}
		allocs, err := b.CallerAllocs(p, work)
		return figures{timeRow: nanos, allocsRow: allocs}, err
	}}
}

func total(title string, work measure.Work, row int) measureOf {
	return measureOf{title, func(b measure.Bench, p peer.Peer) (figures, error) {
		allocs, err := b.TotalAllocs(p, work)
		return figures{row: allocs}, err
	}}
}

// off measures a tracer that is turned off. The payloads are measured apart: that
// they become an any at the call is the language's allocation, tracer or not.
func off(bare, chat measure.Work) measureOf {
	return measureOf{"off", func(b measure.Bench, p peer.Peer) (figures, error) {
		if p.Off == nil {
			return nil, nil
		}
		nanos, allocs := b.Off(p.Off(), bare)
		_, withPayloads := b.Off(p.Off(), chat)
		return figures{offTime: nanos, offAllocs: allocs, offChatAllocs: withPayloads}, nil
	}}
}

func burst(work measure.Work) measureOf {
	return measureOf{"burst", func(b measure.Bench, p peer.Peer) (figures, error) {
		r, err := b.ShutdownAfterBurst(p, 20_000, work)
		return figures{burstDelivered: r.Delivered, burstCaller: r.Caller, burstSlowest: r.Slowest}, err
	}}
}

func delivery(title string, work measure.Work, cfg peer.Config, row int) measureOf {
	return measureOf{title, func(b measure.Bench, p peer.Peer) (figures, error) {
		rate, err := b.Throughput(p, cfg, 8, 25_000, work)
		return figures{row: rate}, err
	}}
}
