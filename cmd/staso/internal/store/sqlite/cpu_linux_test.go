package sqlite_test

import (
	"syscall"
	"time"
)

// cpuTime is what the process has used of the processors: steadier than the
// clock on a machine that others use too.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
