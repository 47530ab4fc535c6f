package workspace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/staso-go/staso/tools/internal/workspace"
)

// tree writes a repository of three modules, the command before the library in
// the order of the alphabet.
func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.work":             "go 1.26\n\nuse (\n\t.\n\t./cmd/staso\n)\n",
		"go.mod":              "module github.com/staso-go/staso\n\ngo 1.25\n",
		"cmd/staso/go.mod":    "module github.com/staso-go/staso/cmd/staso\n\ngo 1.26\n\nrequire github.com/staso-go/staso v0.1.0\n",
		"cmd/staso/go.sum":    "example.com/a v1.0.0 h1:x\n",
		"benchmarks/go.mod":   "module github.com/staso-go/staso/benchmarks\n\ngo 1.26\n",
		"x/testdata/a/go.mod": "module not.ours/a\n",
		".hidden/b/go.mod":    "module not.ours/b\n",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestLoadPutsWhatIsNeededFirst(t *testing.T) {
	modules, err := workspace.Load(tree(t))
	if err != nil {
		t.Fatal(err)
	}
	var dirs, tags []string
	for _, m := range modules {
		dirs = append(dirs, m.Dir)
		if m.Released() {
			tags = append(tags, m.Tag("v0.1.0"))
		}
	}
	if got := strings.Join(dirs, " "); got != "benchmarks . cmd/staso" {
		t.Errorf("order of modules: %q", got)
	}
	if got := strings.Join(tags, " "); got != "v0.1.0 cmd/staso/v0.1.0" {
		t.Errorf("tags: %q", got)
	}
}

func TestWithReplacesLeavesTheModuleAlone(t *testing.T) {
	root := tree(t)
	modules, err := workspace.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	command := modules[2]
	path, added, err := workspace.WithReplaces(root, t.TempDir(), command, modules)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "replace github.com/staso-go/staso => " + root; !strings.Contains(string(data), want) {
		t.Errorf("no line %q in\n%s", want, data)
	}
	if len(added) != 1 || added[0] != workspace.Root {
		t.Errorf("added: %q", added)
	}
	if _, err := os.Stat(strings.TrimSuffix(path, ".mod") + ".sum"); err != nil {
		t.Errorf("the sums did not come along: %v", err)
	}
	if len(command.File.Replace) != 0 {
		t.Error("the module itself was changed")
	}
}

func TestLoadRefusesACircle(t *testing.T) {
	root := tree(t)
	circle := "module github.com/staso-go/staso\n\ngo 1.25\n\nrequire github.com/staso-go/staso/cmd/staso v0.1.0\n"
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte(circle), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := workspace.Load(root); err == nil {
		t.Error("a circle was taken")
	}
}
