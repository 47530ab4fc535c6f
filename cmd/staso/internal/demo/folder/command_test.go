package folder_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
)

func TestTwoCommandsAreUnderstood(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "sub/b.txt", ".hidden"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600))
	}
	f, err := folder.Open(dir)
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	t.Setenv("PATH", "") // no program is needed

	counted, err := f.Run(t.Context(), folder.CommandArgs{Command: " " + folder.CountCommand + "\n"})
	require.NoError(t, err)
	assert.Equal(t, "2", counted.Output)
	assert.Contains(t, counted.Note, "without hidden files")
	repeated, err := f.Run(t.Context(), folder.CommandArgs{Command: `git commit -m "docs: never rm -rf /"`})
	require.NoError(t, err)
	assert.Equal(t, "docs: never rm -rf /", repeated.Output)
	assert.Contains(t, repeated.Note, "not committed")
	sampled, err := folder.Sample().Run(t.Context(), folder.CommandArgs{Command: folder.CountCommand})
	require.NoError(t, err)
	assert.NotEqual(t, "0", sampled.Output)
}

func TestNoOtherCommandRuns(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept.txt")
	require.NoError(t, os.WriteFile(kept, []byte("x"), 0o600))
	f, err := folder.Open(dir)
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	for _, command := range []string{
		"", "rm " + kept, "rm -rf .", "sh -c 'rm " + kept + "'", folder.CountCommand + "; rm " + kept, folder.CountCommand + "\nrm " + kept,
		"rm " + kept + "; " + folder.CountCommand, `git commit -m "a" && rm "` + kept + `"`, `git commit -m "$(rm ` + kept + `)"`,
		"git commit -m \"`rm " + kept + "`\"", `git commit -m "a`, `git commit -m "`, `git commit -am "a"`,
	} {
		_, err := f.Run(t.Context(), folder.CommandArgs{Command: command})
		assert.ErrorContains(t, err, "it did not run: there is no shell here", command)
		assert.FileExists(t, kept, command)
	}
}
