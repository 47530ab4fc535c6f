// Package exportertest checks that an [exporter.Exporter] keeps its contract.
// Every exporter of this library passes it; yours should too:
//
//	func TestConformance(t *testing.T) {
//		exportertest.Run(t, exportertest.Harness{
//			New: func(t exportertest.TestingT) exporter.Exporter {
//				return myexporter.New(t.TempDir())
//			},
//		})
//	}
//
// Only New is needed. With Received it also compares what came out with what went
// in, with NewBlocked it checks that a deadline is kept, with Leaks that no
// goroutine stays: see [Harness].
//
// A failure tells the problem, then the rule. Run it with -race: several rules
// are about memory that is shared.
package exportertest
