package policy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/policy"
)

func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestLoadReadsFilesAndFolders(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, "b.yaml", "version: 1")
	write(t, folder, "a.yml", "version: 1")
	write(t, folder, "deep/er/c.YAML", "version: 1")
	write(t, folder, ".hidden/d.yaml", "nonsense")
	write(t, folder, ".e.yaml", "nonsense")
	write(t, folder, "f.txt", "nonsense")
	single := write(t, t.TempDir(), "policy.conf", "version: 1\nname: single")
	policies, err := policy.Load(folder, single, single)
	require.NoError(t, err)
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	assert.ElementsMatch(t, []string{"a", "b", "c", "single"}, names)
	policies, err = policy.Load()
	require.NoError(t, err)
	assert.Empty(t, policies)
}

func TestLoadReportsEveryFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a := write(t, folder, "a.yaml", "version: 2")
	b := write(t, folder, "b.yaml", "rules: 1\nversion: 1")
	write(t, folder, "c.yaml", "version: 1\nname: same")
	d := write(t, folder, "d.yaml", "version: 1\nname: same")
	policies, err := policy.Load(folder)
	assert.Nil(t, policies)
	for _, want := range []string{a + ":1:10: version", b + ":1:8: rules is a number", d + ":1:1: the policy is named \"same\""} {
		assert.ErrorContains(t, err, want)
	}
}

func TestLoadSaysWhatIsNotThere(t *testing.T) {
	t.Parallel()
	_, err := policy.Load(filepath.Join(t.TempDir(), "none.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	empty := t.TempDir()
	_, err = policy.Load(empty)
	assert.ErrorContains(t, err, empty+": there is no *.yaml or *.yml file")
	large := write(t, t.TempDir(), "large.yaml", string(make([]byte, 1<<20+1)))
	_, err = policy.Load(large)
	assert.ErrorContains(t, err, "the file has 1048577 bytes")
}

func TestParseTests(t *testing.T) {
	t.Parallel()
	tests, err := policy.ParseTests("f.yaml", []byte("- {name: a, call: {tool: t}, expect: allow}\n- {name: b, call: {tool: t, input: [1]}, expect: block, repeat: 2}\n"))
	require.NoError(t, err)
	require.Len(t, tests, 2)
	assert.Equal(t, "[1]", string(tests[1].Call.Input))
	assert.Equal(t, 2, tests[1].Repeat)

	tests, err = policy.ParseTests("f.jsonl", []byte(`{"name": "a", "call": {"tool": "t", "input": {"x": "é\n"}}, "expect": "allow"}`+"\n\n"+`{"name": "b", "call": {"tool": "t"}, "expect": "block"}`+"\n"))
	require.NoError(t, err)
	require.Len(t, tests, 2)
	assert.Equal(t, `{"x":"é\n"}`, string(tests[0].Call.Input))
	assert.Equal(t, policy.Position{File: "f.jsonl", Line: 3, Column: 2}, tests[1].At)

	_, err = policy.ParseTests("f.jsonl", []byte(`{"name": "a"}`+"\n"+`{"name": `+"\n"+`{"name": "c", "call": {"tool": "t"}, "expect": "no"}`))
	assert.ErrorContains(t, err, "f.jsonl:1:2: the test has no call")
	assert.ErrorContains(t, err, "f.jsonl:2:")
	assert.ErrorContains(t, err, `f.jsonl:3:`)
	_, err = policy.ParseTests("f.yaml", []byte("name: a"))
	assert.ErrorContains(t, err, "f.yaml:1:1: tests is a mapping; it must be a list")
	tests, err = policy.ParseTests("f.yaml", nil)
	require.NoError(t, err)
	assert.Empty(t, tests)
}

func TestFolders(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, folder, "a/b/c.yaml", "version: 1")
	write(t, folder, ".git/d.yaml", "version: 1")
	folders, err := policy.Folders(folder)
	require.NoError(t, err)
	assert.Equal(t, []string{folder, filepath.Join(folder, "a"), filepath.Join(folder, "a", "b")}, folders)
	_, err = policy.Folders(filepath.Join(folder, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// Deployments put a folder's next version in place by a link.
func TestLoadFollowsALinkToAFolder(t *testing.T) {
	folder, link := t.TempDir(), filepath.Join(t.TempDir(), "current")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.yaml"), []byte("version: 1\nname: a\nrules: []\n"), 0o600))
	if err := os.Symlink(folder, link); err != nil {
		t.Skip("no links here: ", err)
	}
	policies, err := policy.Load(link)
	require.NoError(t, err)
	require.Len(t, policies, 1)
	assert.Equal(t, "a", policies[0].Name)
}
