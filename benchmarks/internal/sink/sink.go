// Package sink is the place that every peer sends to: an HTTP server on
// loopback that reads, counts and forgets, in a process of its own, so that what
// it allocates is not taken for a peer's.
package sink

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// childVariable marks the process that is to be the sink.
const childVariable = "STASO_BENCHMARK_SINK"

// Sink is the parent's handle on the process.
type Sink struct {
	// URL is the server's base URL.
	URL string

	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start runs this executable again as a sink; its main must begin with [Child].
// The process ends with ctx, with [Sink.Close], or with this one.
func Start(ctx context.Context) (*Sink, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Sink{cmd: cmd, in: in, out: bufio.NewReader(out)}
	if s.URL, err = s.readLine(); err != nil {
		return nil, fmt.Errorf("start the sink: %w", err)
	}
	return s, nil
}

// Delivered is the number of spans that arrived since the last Reset.
func (s *Sink) Delivered() (int, error) {
	line, err := s.ask("count")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(line)
}

// Reset forgets what arrived.
func (s *Sink) Reset() error {
	_, err := s.ask("reset")
	return err
}

// Keep makes the sink hold on to the body of the next request that brings spans.
func (s *Sink) Keep() error {
	_, err := s.ask("keep")
	return err
}

// Kept is the body that was held on to, or nothing.
func (s *Sink) Kept() (string, error) {
	line, err := s.ask("kept")
	if err != nil {
		return "", err
	}
	return strconv.Unquote(line)
}

// Await returns the number of spans that arrived once there are want, or once
// none came for patience.
func (s *Sink) Await(want int, patience time.Duration) (int, error) {
	seen, changed := -1, time.Now()
	for {
		n, err := s.Delivered()
		if err != nil || n >= want {
			return n, err
		}
		if n != seen {
			seen, changed = n, time.Now()
		}
		if time.Since(changed) > patience {
			return n, nil
		}
		time.Sleep(time.Millisecond) //nolint:forbidigo // another process cannot be waited for otherwise
	}
}

// Close ends the process.
func (s *Sink) Close() error {
	_ = s.in.Close()
	return s.cmd.Wait()
}

func (s *Sink) ask(command string) (string, error) {
	if _, err := io.WriteString(s.in, command+"\n"); err != nil {
		return "", fmt.Errorf("ask the sink: %w", err)
	}
	return s.readLine()
}

func (s *Sink) readLine() (string, error) {
	line, err := s.out.ReadString('\n')
	return strings.TrimSpace(line), err
}
