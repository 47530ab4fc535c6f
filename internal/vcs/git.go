package vcs

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"
)

const gitTimeout = 2 * time.Second

func fromGit(ctx context.Context) Facts {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()
	status, err := git(ctx, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
	if err != nil {
		return Facts{}
	}
	facts := parseStatus(status)
	if url, err := git(ctx, "remote", "get-url", "origin"); err == nil {
		facts.RepoURL = strings.TrimSpace(url)
	}
	return facts
}

// git runs without locks, prompts, or a monitor that the repository names.
func git(ctx context.Context, args ...string) (string, error) {
	var out head
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
	cmd.Stdout = &out
	cmd.WaitDelay = 100 * time.Millisecond
	err := cmd.Run()
	return string(out.kept), err
}

// headSize is more than the facts take; a list of changed files may be longer
// than is worth reading.
const headSize = 16 << 10

// head keeps the start of what is written to it.
type head struct{ kept []byte }

func (h *head) Write(b []byte) (int, error) {
	h.kept = append(h.kept, b[:min(len(b), headSize-len(h.kept))]...)
	return len(b), nil
}

func parseStatus(status string) Facts {
	var facts Facts
	dirty := false
	for line := range strings.Lines(status) {
		line = strings.TrimSpace(line)
		if oid, ok := strings.CutPrefix(line, "# branch.oid "); ok && oid != "(initial)" {
			facts.CommitSHA = oid
		}
		if branch, ok := strings.CutPrefix(line, "# branch.head "); ok && branch != "(detached)" {
			facts.Branch = branch
		}
		dirty = dirty || line != "" && line[0] != '#'
	}
	if facts.CommitSHA != "" {
		facts.Dirty = &dirty
	}
	return facts
}
