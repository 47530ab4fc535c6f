// Command fileproxy builds a GOPROXY out of a commit of this repository: what
// users would fetch had it been tagged.
//
//	fileproxy -version v0.1.0 -out /tmp/proxy
//	GOPROXY=file:///tmp/proxy,$(go env GOPROXY) go install github.com/staso-go/staso/cmd/staso@v0.1.0
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/staso-go/staso/tools/internal/workspace"
)

func main() {
	b := builder{}
	flag.StringVar(&b.root, "root", "..", "folder of the repository")
	flag.StringVar(&b.revision, "revision", "HEAD", "commit to take")
	flag.StringVar(&b.version, "version", "", "version to give it, as in v0.1.0")
	flag.StringVar(&b.out, "out", "", "folder to write to")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "fileproxy:", err)
		os.Exit(1)
	}
}

type builder struct {
	root, revision, version, out string
}

func (b builder) run() error {
	if b.version == "" || b.out == "" {
		return fmt.Errorf("-version and -out are needed")
	}
	root, err := filepath.Abs(b.root)
	if err != nil {
		return err
	}
	b.root = root
	modules, err := workspace.Load(root)
	if err != nil {
		return err
	}
	for _, m := range modules {
		if !m.Released() {
			continue
		}
		if err := b.add(m); err != nil {
			return fmt.Errorf("module %s: %w", m.Path(), err)
		}
		fmt.Printf("%s@%s\n", m.Path(), b.version)
	}
	return nil
}

// add writes the four files of the module proxy protocol.
func (b builder) add(m *workspace.Module) error {
	escaped, err := module.EscapePath(m.Path())
	if err != nil {
		return err
	}
	dir := filepath.Join(b.out, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	info, err := json.Marshal(map[string]any{"Version": b.version, "Time": time.Now().UTC()})
	if err != nil {
		return err
	}
	mod, err := b.committed(path.Join(m.Dir, "go.mod"))
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"list":              []byte(b.version + "\n"),
		b.version + ".info": info,
		b.version + ".mod":  mod,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return b.zip(m, filepath.Join(dir, b.version+".zip"))
}

func (b builder) zip(m *workspace.Module, name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	subdir := m.Dir
	if subdir == "." {
		subdir = ""
	}
	version := module.Version{Path: m.Path(), Version: b.version}
	if err := zip.CreateFromVCS(f, version, b.root, b.revision, subdir); err != nil {
		_ = f.Close() //nolint:errcheck // the error that brought us here says more
		return err
	}
	return f.Close()
}

func (b builder) committed(file string) ([]byte, error) {
	cmd := exec.Command("git", "show", b.revision+":"+file) //nolint:noctx // local and short
	cmd.Dir = b.root
	cmd.Stderr = os.Stderr
	return cmd.Output()
}
