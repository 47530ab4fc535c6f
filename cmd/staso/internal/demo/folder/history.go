package folder

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// LogArgs say how much of the history to read.
type LogArgs struct {
	Limit int `json:"limit,omitempty"`
}

// History is the newest commits.
type History struct {
	Commits []Commit `json:"commits"`
	// Note says why there are none.
	Note string `json:"note,omitempty"`
}

// Commit is one change.
type Commit struct {
	ID      string `json:"id"`
	Date    string `json:"date"`
	Subject string `json:"subject"`
}

const (
	defaultCommits = 10
	maxCommits     = 30
	maxLog         = 64 << 10
	logTimeout     = 3 * time.Second
)

// Log reads the commits that touched the folder, newest first. A folder without a
// history, and a machine without git, are no errors: the note says so.
func (f *Folder) Log(ctx context.Context, args LogArgs) (History, error) {
	f.linger(ctx)
	if f.dir == "" {
		return noHistory("this is a sample: it has no history"), nil
	}
	limit := defaultCommits
	if args.Limit > 0 {
		limit = min(args.Limit, maxCommits)
	}
	out, err := f.git(ctx, limit)
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, exec.ErrDot):
		return noHistory("git is not installed here"), nil
	case ctx.Err() != nil:
		return History{}, context.Cause(ctx)
	case err != nil:
		return noHistory("git knows no history of this folder"), nil //nolint:nilerr // the note says it
	}
	return parseLog(out), nil
}

func noHistory(why string) History { return History{Commits: []Commit{}, Note: why} }

// git runs git log so that a repository of somebody else's cannot make it run
// anything, fetch anything or write anything.
func (f *Folder) git(ctx context.Context, limit int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, logTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "--no-pager", "--no-optional-locks",
		"-c", "core.fsmonitor=false", "-c", "core.hooksPath="+os.DevNull, "-c", "log.showSignature=false",
		"log", "--no-color", "--no-show-signature", "--date=short", "--format=%h%x1f%ad%x1f%s", "-n", strconv.Itoa(limit), "--", ".")
	cmd.Dir = f.dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") }),
		"GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1")
	cmd.WaitDelay = time.Second
	var out strings.Builder
	cmd.Stdout = &bounded{&out, maxLog}
	err := cmd.Run()
	return out.String(), err
}

// bounded forgets what is too much.
type bounded struct {
	w    io.Writer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	keep := p[:min(len(p), b.left)]
	b.left -= len(keep)
	if _, err := b.w.Write(keep); err != nil {
		return 0, err
	}
	return len(p), nil
}

func parseLog(out string) History {
	h := History{Commits: []Commit{}}
	for line := range strings.Lines(out) {
		parts := strings.SplitN(strings.TrimSpace(line), "\x1f", 3)
		if len(parts) == 3 {
			h.Commits = append(h.Commits, Commit{parts[0], parts[1], shorten(strings.ToValidUTF8(parts[2], "\uFFFD"))})
		}
	}
	if len(h.Commits) == 0 {
		h.Note = "git knows no commit that touched this folder"
	}
	return h
}
