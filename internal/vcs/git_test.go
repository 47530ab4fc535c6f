package vcs_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/internal/vcs"
)

// repo makes a repository with one commit, and works in it.
func repo(t *testing.T) (dir, commit string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir = t.TempDir()
	isolate(t, dir)
	t.Chdir(dir)
	run(t, "init", "--quiet", "--initial-branch=main")
	write(t, "a.txt", "one")
	run(t, "add", "a.txt")
	run(t, "commit", "--quiet", "-m", "first")
	return dir, run(t, "rev-parse", "HEAD")
}

// isolate keeps the machine's configuration, and repositories above, out.
func isolate(t *testing.T, dir string) {
	t.Helper()
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "GIT_CEILING_DIRECTORIES": filepath.Dir(dir),
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
}

// script puts a git of our own on the PATH.
func script(t *testing.T, text string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\n"+text), 0o700))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func find(t *testing.T) vcs.Facts {
	t.Helper()
	return vcs.Find(t.Context(), env())
}

func TestGit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T)
		want   vcs.Facts // the commit is filled in
	}{
		"clean":           {func(*testing.T) {}, vcs.Facts{Branch: "main", Dirty: ptr(false)}},
		"changed":         {func(t *testing.T) { write(t, "a.txt", "two") }, vcs.Facts{Branch: "main", Dirty: ptr(true)}},
		"staged":          {func(t *testing.T) { write(t, "b.txt", "two"); run(t, "add", "b.txt") }, vcs.Facts{Branch: "main", Dirty: ptr(true)}},
		"removed":         {func(t *testing.T) { require.NoError(t, os.Remove("a.txt")) }, vcs.Facts{Branch: "main", Dirty: ptr(true)}},
		"untracked only":  {func(t *testing.T) { write(t, "b.txt", "two") }, vcs.Facts{Branch: "main", Dirty: ptr(false)}},
		"detached":        {func(t *testing.T) { run(t, "checkout", "--quiet", "--detach") }, vcs.Facts{Dirty: ptr(false)}},
		"another branch":  {func(t *testing.T) { run(t, "checkout", "--quiet", "-b", "topic/ä") }, vcs.Facts{Branch: "topic/ä", Dirty: ptr(false)}},
		"remote":          {func(t *testing.T) { run(t, "remote", "add", "origin", "https://u:secret@host/r.git") }, vcs.Facts{Branch: "main", RepoURL: "https://host/r.git", Dirty: ptr(false)}},
		"another remote":  {func(t *testing.T) { run(t, "remote", "add", "upstream", "https://host/r.git") }, vcs.Facts{Branch: "main", Dirty: ptr(false)}},
		"within a folder": {func(t *testing.T) { require.NoError(t, os.Mkdir("sub", 0o700)); t.Chdir("sub") }, vcs.Facts{Branch: "main", Dirty: ptr(false)}},
		"its own monitor": {func(t *testing.T) { run(t, "config", "core.fsmonitor", "touch monitored; false") }, vcs.Facts{Branch: "main", Dirty: ptr(false)}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, commit := repo(t)
			c.change(t)
			c.want.CommitSHA = commit
			assert.Equal(t, c.want, find(t))
			assert.NoFileExists(t, filepath.Join(dir, "monitored"))
			assert.NoFileExists(t, filepath.Join(dir, ".git", "index.lock"))
		})
	}
}

func TestGitWithoutFacts(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T){
		"no repository": func(t *testing.T) { isolate(t, t.TempDir()); t.Chdir(t.TempDir()) },
		"no commits": func(t *testing.T) {
			isolate(t, t.TempDir())
			t.Chdir(t.TempDir())
			run(t, "init", "--quiet", "--initial-branch=main")
		},
		"no git":         nowhere,
		"git that fails": func(t *testing.T) { script(t, "echo '# branch.oid 123'; exit 1") },
		"git that talks": func(t *testing.T) { script(t, "echo 'welcome'") },
		"broken repository": func(t *testing.T) {
			repo(t)
			require.NoError(t, os.WriteFile(".git/HEAD", []byte("garbage"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			prepare(t)
			facts := find(t)
			assert.Empty(t, facts.CommitSHA)
			assert.Nil(t, facts.Dirty)
		})
	}
}

func TestGitIsNotAskedWhereTheCommitIsKnown(t *testing.T) {
	script(t, "touch asked")
	dir := t.TempDir()
	t.Chdir(dir)
	vcs.Find(t.Context(), env("STASO_VCS_COMMIT_SHA", sha))
	assert.NoFileExists(t, filepath.Join(dir, "asked"))
}

func TestGitThatHangsIsGivenUp(t *testing.T) {
	for name, text := range map[string]string{
		"itself":           "exec sleep 20",
		"its child":        "sleep 20 & wait",
		"its child, quick": "sleep 20 & exit 0",
		"at the remote":    "[ \"$3\" = remote ] && exec sleep 20\necho '# branch.oid 123'",
	} {
		t.Run(name, func(t *testing.T) {
			script(t, text)
			start := time.Now()
			facts := find(t)
			assert.Less(t, time.Since(start), 10*time.Second)
			if name == "at the remote" {
				assert.Equal(t, "123", facts.CommitSHA, "what is known is kept")
			}
		})
	}
}

func TestGitEndsWithTheContext(t *testing.T) {
	script(t, "exec sleep 20")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	assert.Equal(t, vcs.Facts{}, vcs.Find(ctx, env()))
	assert.Less(t, time.Since(start), 2*time.Second)
}

func TestALongListOfChangesIsNotKept(t *testing.T) {
	script(t, "echo '# branch.oid 123'\necho '# branch.head main'\nyes '1 .M N... a' | head -n 200000")
	assert.Equal(t, vcs.Facts{CommitSHA: "123", Branch: "main", Dirty: ptr(true)}, withoutURL(find(t)))
}

func withoutURL(f vcs.Facts) vcs.Facts {
	f.RepoURL = ""
	return f
}
