// Package spool is an exporter that keeps batches on disk until another exporter
// has delivered them.
//
//	next, err := httpexport.New(...)
//	spooled, err := spool.New("/var/lib/support-bot/spool", next)
//	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(spooled))
//
// Export returns as soon as its batch is on disk. A goroutine of the spool, which
// Shutdown ends, sends the oldest first and tries again for as long as it takes.
//
// # What survives what
//
//	                                    crash, kill -9   power cut, kernel crash
//	default                             everything       everything
//	WithSyncInterval(d)                 everything       all but the last d
//	WithoutSync()                       everything       what the system had written by itself
//
// That holds for batches for which Export has returned nil. Progress is kept too,
// so that a restart sends again only what was on its way, or, after a power cut,
// what was delivered in the last second. A batch that is sent again has the
// [exporter.Batch.ID] that it had, so a receiver can tell: delivery is at least
// once.
//
// # What leaves the spool undelivered
//
// Each is counted in [Stats] and told by Shutdown:
//
//   - The oldest segment, where the byte budget of [WithMaxBytes] is used up:
//     [exporter.ReasonQueueFull].
//   - A batch that the next exporter refused for good, under that error's reason.
//   - A batch that failed 20 times while others got through:
//     [exporter.ReasonRetriesExhausted]. An outage alone is never a reason.
//   - What a damaged disk gives back wrong: [ReasonCorrupt].
//
// A refusal as [exporter.ReasonUnauthorized], a 401 for instance, is not for
// good: a key can be mended, so the batch stays and is tried again at the longest
// backoff, and [Stats.LastError] says why. Nor is a next exporter that was shut
// down.
//
// # The folder
//
// It belongs to one Exporter. In it are segments (16 hex digits and ".spool")
// and a lock, all of mode 0600. The lock is the operating system's and
// goes with the process; on a platform that has none (neither unix with flock nor
// Windows) its file has to be removed by hand after a kill. The data is not
// encrypted, and a segment stays until it is full and all of it is delivered, or
// until Shutdown. To move or to throw away a spool, stop its process and move or
// remove the folder.
package spool
