package console_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
)

// openTerminal returns the two ends of a pseudo-terminal.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	var number, unlock int32
	control(t, master, syscall.TIOCSPTLCK, &unlock)
	control(t, master, syscall.TIOCGPTN, &number)
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

func control(t *testing.T, file *os.File, request uintptr, value *int32) {
	t.Helper()
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), request, uintptr(unsafe.Pointer(value)))
	require.Zero(t, errno)
}

func TestColorIsForTerminals(t *testing.T) {
	for _, c := range []struct {
		name, noColor, term string
		want                bool
	}{
		{"terminal", "", "xterm", true},
		{"NO_COLOR", "1", "xterm", false},
		{"dumb terminal", "", "dumb", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			master, slave := openTerminal(t)
			t.Setenv("NO_COLOR", c.noColor)
			t.Setenv("TERM", c.term)
			e, err := console.New(console.WithWriter(slave))
			require.NoError(t, err)
			require.NoError(t, e.Export(t.Context(), batch(span(1, 0, exporter.KindAgent, "bot"))))
			buffer := make([]byte, 4096)
			n, err := master.Read(buffer)
			require.NoError(t, err)
			if c.want {
				assert.Contains(t, string(buffer[:n]), "\x1b[")
			} else {
				assert.NotContains(t, string(buffer[:n]), "\x1b")
			}
		})
	}
}
