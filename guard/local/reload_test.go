package local_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

const (
	denyPay = "version: 1\nextends: none\nrules: [{id: no, match: {tools: [pay]}, reason: No.}]\n"
	denyGet = "version: 1\nextends: none\nrules: [{id: no, match: {tools: [get]}, reason: No.}]\n"
)

// replaceFile writes as a careful editor does: beside, then renamed.
func replaceFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path+".tmp", []byte(text), 0o600))
	require.NoError(t, os.Rename(path+".tmp", path))
}

func overwrite(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func reloading(t *testing.T, opts ...local.Option) *local.Engine {
	t.Helper()
	e, err := local.New(append(opts, local.WithReload())...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, 10*time.Second, 5*time.Millisecond, what)
}

func blocks(t *testing.T, e *local.Engine, tool string) func() bool {
	return func() bool { return check(t, e, tool, `{}`).Action == guard.ActionBlock }
}

func TestReload(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "team.yaml")
	overwrite(t, path, denyPay)
	core, logs := observer.New(zap.InfoLevel)
	e := reloading(t, local.WithPolicyFile(path), local.WithLogger(zap.New(core)))
	require.True(t, blocks(t, e, "pay")())
	require.False(t, blocks(t, e, "get")())
	version := e.PolicyVersion()

	replaceFile(t, path, denyGet)
	eventually(t, "the renamed file judges", blocks(t, e, "get"))
	assert.False(t, blocks(t, e, "pay")())
	assert.NotEqual(t, version, e.PolicyVersion())
	require.NoError(t, e.ReloadError())

	overwrite(t, path, "version: 1\nrules: [{id: no, match: {tools: [get")
	eventually(t, "the mistake shows", func() bool { return e.ReloadError() != nil })
	require.ErrorContains(t, e.ReloadError(), path+":2:")
	assert.True(t, blocks(t, e, "get")(), "the last good policy stays in force")
	assert.Equal(t, 1, logs.FilterMessageSnippet("not reloaded").Len())

	overwrite(t, path, "version: 1\nrules: [{id: no, rule: dangrous}]")
	eventually(t, "a rule that there is not", func() bool {
		err := e.ReloadError()
		return err != nil && strings.Contains(err.Error(), `did you mean "dangerous"`)
	})
	assert.True(t, blocks(t, e, "get")())

	overwrite(t, path, denyPay)
	eventually(t, "mended", blocks(t, e, "pay"))
	eventually(t, "and said to be", func() bool { return e.ReloadError() == nil })
	assert.Equal(t, version, e.PolicyVersion())
}

func TestReloadOfAFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "policies")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	overwrite(t, filepath.Join(folder, "a.yaml"), denyPay)
	e := reloading(t, local.WithPolicyFile(folder))

	deep := filepath.Join(folder, "deep", "er")
	require.NoError(t, os.MkdirAll(deep, 0o700))
	overwrite(t, filepath.Join(deep, "b.yaml"), denyGet)
	eventually(t, "a file in a new folder judges", blocks(t, e, "get"))
	require.True(t, blocks(t, e, "pay")())

	require.NoError(t, os.Remove(filepath.Join(folder, "a.yaml")))
	eventually(t, "a removed file does not", func() bool { return !blocks(t, e, "pay")() })
	require.True(t, blocks(t, e, "get")())

	require.NoError(t, os.RemoveAll(folder))
	eventually(t, "nothing left to judge by is a mistake", func() bool { return e.ReloadError() != nil })
	require.True(t, blocks(t, e, "get")(), "the last good policy stays in force")

	require.NoError(t, os.MkdirAll(folder, 0o700))
	replaceFile(t, filepath.Join(folder, "c.yml"), denyPay)
	eventually(t, "a folder that comes back is watched again", blocks(t, e, "pay"))
}

// A folder is one whatever its name looks like.
func TestReloadOfAFolderWithADotInItsName(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	folder, aside := filepath.Join(root, "policies"), filepath.Join(root, "aside", "team.v2")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.MkdirAll(aside, 0o700))
	overwrite(t, filepath.Join(folder, "a.yaml"), denyPay)
	overwrite(t, filepath.Join(aside, "b.yaml"), denyGet)
	e := reloading(t, local.WithPolicyFile(folder))
	require.False(t, blocks(t, e, "get")())

	require.NoError(t, os.Rename(aside, filepath.Join(folder, "team.v2")))
	eventually(t, "a folder that is moved in judges", blocks(t, e, "get"))
	require.NoError(t, os.Rename(filepath.Join(folder, "team.v2"), aside))
	eventually(t, "one that is moved away does not", func() bool { return !blocks(t, e, "get")() })
}

// TestReloadOfAMountedVolume: there the files are links into a folder that is itself
// a link, and the latter is replaced.
func TestReloadOfAMountedVolume(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link := func(version, text string) {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, version), 0o700))
		overwrite(t, filepath.Join(folder, version, "team.yaml"), text)
		require.NoError(t, os.Symlink(version, filepath.Join(folder, "..tmp")))
		require.NoError(t, os.Rename(filepath.Join(folder, "..tmp"), filepath.Join(folder, "..data")))
	}
	link("..1", denyPay)
	path := filepath.Join(folder, "team.yaml")
	require.NoError(t, os.Symlink(filepath.Join("..data", "team.yaml"), path))
	e := reloading(t, local.WithPolicyFile(path))
	require.True(t, blocks(t, e, "pay")())
	link("..2", denyGet)
	eventually(t, "the other version judges", blocks(t, e, "get"))
}

func TestReloadKeepsWhatRulesRemember(t *testing.T) {
	t.Parallel()
	const loops = "version: 1\nextends: none\nrules: [{id: loop, rule: confusion_loop, with: {repeat: 3, window: 5}}"
	path := filepath.Join(t.TempDir(), "team.yaml")
	overwrite(t, path, loops+"]\n")
	e := reloading(t, local.WithPolicyFile(path))
	again := func() guard.Action {
		return checkCall(t, e, guard.Call{Tool: "get", Conversation: "c"}).Action
	}
	require.Equal(t, guard.ActionAllow, again())
	require.Equal(t, guard.ActionAllow, again())
	replaceFile(t, path, loops+", {id: no, match: {tools: [pay]}, reason: No.}]\n")
	eventually(t, "reloaded", blocks(t, e, "pay"))
	assert.Equal(t, guard.ActionBlock, again(), "the third time")
}

func TestReloadNeedsAFile(t *testing.T) {
	t.Parallel()
	_, err := local.New(local.WithReload())
	assert.ErrorIs(t, err, local.ErrInvalidOption)
	assert.ErrorContains(t, err, "WithPolicyFile")
	_, err = local.New(local.WithReload(), local.WithPolicyFile(filepath.Join(t.TempDir(), "none.yaml")))
	assert.ErrorIs(t, err, os.ErrNotExist)
	e := engine(t)
	assert.NoError(t, e.ReloadError())
}

func TestCloseEndsTheWatching(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "team.yaml")
	overwrite(t, path, denyPay)
	e := reloading(t, local.WithPolicyFile(path))
	require.NoError(t, e.Close())
	require.NoError(t, e.Close(), "twice")
	replaceFile(t, path, denyGet)
	assert.True(t, blocks(t, e, "pay")(), "calls are judged after it too")
}

func TestWhatShouldBeLookedAtIsLogged(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zap.WarnLevel)
	p := parsePolicy(t, "version: 1\nextends: none\nrules: [{id: no, match: {tools: [pay]}, reason: No., exceptions: [{match: {agents: [a]}, reason: why, expires: 2020-01-31}]}]")
	e, err := local.New(local.WithPolicy(p), local.WithLogger(zap.New(core)))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	require.Equal(t, 1, logs.Len())
	assert.Contains(t, logs.All()[0].ContextMap()["error"], "test.yaml:3:68: the exception has expired")
}
