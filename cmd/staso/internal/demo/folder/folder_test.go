package folder_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/demo/folder"
)

const secret = "mellon"

// aFolder is a folder beside one that must stay closed.
func aFolder(t testing.TB, files map[string]string) *folder.Folder {
	t.Helper()
	base := t.TempDir()
	write(t, base, "outside/words.txt", secret)
	dir := filepath.Join(base, "inside")
	require.NoError(t, os.Mkdir(dir, 0o755))
	for name, text := range files {
		write(t, dir, name, text)
	}
	f, err := folder.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	return f
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func paths(l folder.Listing) []string {
	names := []string{}
	for _, e := range l.Entries {
		names = append(names, e.Path)
	}
	return names
}

func TestNothingOutsideIsRead(t *testing.T) {
	f := aFolder(t, map[string]string{"a.txt": "a", ".env": secret, ".git/config": secret, "node_modules/x/index.js": secret, "server.key": secret, "secrets.yaml": secret})
	require.NoError(t, os.Symlink("../outside/words.txt", filepath.Join(f.Dir(), "file.txt")))
	require.NoError(t, os.Symlink("../outside", filepath.Join(f.Dir(), "dir")))
	require.NoError(t, os.Symlink(".env", filepath.Join(f.Dir(), "env.txt")))
	require.NoError(t, os.Symlink(".git", filepath.Join(f.Dir(), "git")))
	for path, why := range map[string]string{
		"../outside/words.txt":                "leads out of the folder",
		"a/../../outside/words.txt":           "leads out of the folder",
		filepath.Dir(f.Dir()) + "/outside":    "leads out of the folder",
		"/etc/passwd":                         "leads out of the folder",
		"file.txt":                            "is a link",
		"dir/words.txt":                       "is a link",
		"env.txt":                             "is a link",
		"git/config":                          "is a link",
		".env":                                "is not shown",
		".git/config":                         "is not shown",
		"node_modules/x/index.js":             "is not shown",
		"server.key":                          "is not shown",
		"secrets.yaml":                        "is not shown",
		"nothing.txt":                         "there is no nothing.txt",
		".":                                   "is a folder",
		strings.Repeat("long/", 1000) + "end": "there is no",
	} {
		_, err := f.Read(t.Context(), folder.ReadArgs{Path: path})
		assert.ErrorContains(t, err, why, "%.80s", path)
	}
	for _, recursive := range []bool{false, true} {
		l, err := f.List(t.Context(), folder.ListArgs{Recursive: recursive})
		require.NoError(t, err)
		assert.Equal(t, []string{"a.txt"}, paths(l))
	}
	m, err := f.Search(t.Context(), folder.SearchArgs{Query: secret})
	require.NoError(t, err)
	assert.Empty(t, m.Matches)
	assert.Equal(t, 1, m.Files)
}

func FuzzNothingOutsideIsRead(f *testing.F) {
	for _, seed := range []string{"a.txt", "../outside/words.txt", "link", "link/../../outside/words.txt", "a.txt\x00", "%2e%2e/", `..\outside\secret.txt`, ".//./.env"} {
		f.Add(seed)
	}
	files := aFolder(f, map[string]string{"a.txt": "a", ".env": secret})
	require.NoError(f, os.Symlink("../outside/words.txt", filepath.Join(files.Dir(), "link")))
	f.Fuzz(func(t *testing.T, path string) {
		file, err := files.Read(t.Context(), folder.ReadArgs{Path: path})
		assert.NotContains(t, file.Text, secret)
		if err == nil {
			assert.Equal(t, "a", file.Text)
		} else {
			assert.NotContains(t, err.Error(), secret)
		}
		_, _ = files.List(t.Context(), folder.ListArgs{Path: path, Recursive: true})
	})
}

func TestWhatIsReadIsBounded(t *testing.T) {
	f := aFolder(t, map[string]string{
		"long.txt": strings.Repeat("€", 10_000), "binary.txt": "a\x00b", "broken.txt": "a\xffb", "empty.txt": "",
	})
	long, err := f.Read(t.Context(), folder.ReadArgs{Path: "long.txt"})
	require.NoError(t, err)
	assert.True(t, long.Cut)
	assert.Equal(t, int64(30_000), long.Size)
	assert.LessOrEqual(t, len(long.Text), 6<<10)
	assert.True(t, utf8.ValidString(long.Text))
	assert.Equal(t, strings.Repeat("€", len(long.Text)/3), long.Text)

	_, err = f.Read(t.Context(), folder.ReadArgs{Path: "binary.txt"})
	assert.ErrorContains(t, err, "is not a file of text")
	broken, err := f.Read(t.Context(), folder.ReadArgs{Path: "broken.txt"})
	require.NoError(t, err)
	assert.Equal(t, "a\uFFFDb", broken.Text)
	empty, err := f.Read(t.Context(), folder.ReadArgs{Path: "empty.txt"})
	require.NoError(t, err)
	assert.Equal(t, folder.File{Path: "empty.txt"}, empty)
}

func TestListsAreOrderedAndBounded(t *testing.T) {
	files := map[string]string{"b/big.txt": "12345", "a.txt": "1", "c.txt": "123"}
	for i := range 150 {
		files["many/"+strings.Repeat("x", i+1)] = ""
	}
	f := aFolder(t, files)
	top, err := f.List(t.Context(), folder.ListArgs{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a.txt", "b", "c.txt", "many"}, paths(top))
	assert.True(t, top.Entries[1].Folder)
	largest, err := f.List(t.Context(), folder.ListArgs{Recursive: true, Sort: "size", Limit: 2})
	require.NoError(t, err)
	assert.Equal(t, []string{"b/big.txt", "c.txt"}, paths(largest))
	assert.Equal(t, 151, largest.More)
	all, err := f.List(t.Context(), folder.ListArgs{Recursive: true, Limit: 1e9})
	require.NoError(t, err)
	assert.Len(t, all.Entries, 100)
}

func TestSearchFindsLines(t *testing.T) {
	f := aFolder(t, map[string]string{"a.go": "package a\n\n// Kettle boils.\n", "b.md": strings.Repeat("a kettle\n", 30), "c.bin": "kettle"})
	m, err := f.Search(t.Context(), folder.SearchArgs{Query: "KETTLE"})
	require.NoError(t, err)
	assert.Equal(t, folder.Match{Path: "a.go", Line: 3, Text: "// Kettle boils."}, m.Matches[0])
	assert.Len(t, m.Matches, 20)
	assert.True(t, m.More)
	_, err = f.Search(t.Context(), folder.SearchArgs{Query: "  "})
	assert.ErrorContains(t, err, "query is empty")
}

func TestHistory(t *testing.T) {
	f := aFolder(t, map[string]string{"a.txt": "a"})
	t.Run("no repository", func(t *testing.T) {
		h, err := f.Log(t.Context(), folder.LogArgs{})
		require.NoError(t, err)
		assert.Empty(t, h.Commits)
		assert.NotEmpty(t, h.Note)
	})
	t.Run("no git", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		h, err := f.Log(t.Context(), folder.LogArgs{})
		require.NoError(t, err)
		assert.Equal(t, "git is not installed here", h.Note)
	})
	t.Run("of the sample", func(t *testing.T) {
		h, err := folder.Sample().Log(t.Context(), folder.LogArgs{})
		require.NoError(t, err)
		assert.Contains(t, h.Note, "sample")
	})
	t.Run("commits", func(t *testing.T) {
		if _, err := exec.LookPath("git"); err != nil {
			t.Skip("git is not installed")
		}
		git := func(args ...string) {
			cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
			cmd.Dir = f.Dir()
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
		}
		git("init", "-q")
		git("commit", "-q", "--allow-empty", "-m", "of nothing here")
		git("add", "a.txt")
		git("commit", "-q", "-m", "a: begin")
		t.Setenv("GIT_DIR", "/nowhere") // meant for another repository
		h, err := f.Log(t.Context(), folder.LogArgs{})
		require.NoError(t, err)
		require.Len(t, h.Commits, 1, "only what touched the folder: %+v", h)
		assert.Equal(t, "a: begin", h.Commits[0].Subject)
		assert.Regexp(t, `^\d{4}-\d\d-\d\d$`, h.Commits[0].Date)
	})
}

func TestWhatAProjectIs(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"empty":       {nil, false},
		"pictures":    {map[string]string{"a.jpg": "", "b.jpg": "", "c.jpg": ""}, false},
		"texts alone": {map[string]string{"a.txt": "", "b.txt": "", "c.txt": ""}, false},
		"hidden":      {map[string]string{".x/a.go": "", ".x/b.go": "", "node_modules/c.js": ""}, false},
		"code":        {map[string]string{"a.go": "", "in/b.go": "", "c.json": ""}, true},
	} {
		assert.Equal(t, c.want, aFolder(t, c.files).IsProject(t.Context()), name)
	}
	assert.True(t, folder.Sample().IsProject(t.Context()))
}

func TestAFolderThatIsNotThere(t *testing.T) {
	_, err := folder.Open(filepath.Join(t.TempDir(), "nothing"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestToolsTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := folder.Sample(folder.WithPace(40*time.Millisecond)).List(t.Context(), folder.ListArgs{})
		require.NoError(t, err)
		assert.Equal(t, 40*time.Millisecond, time.Since(began))
	})
}
