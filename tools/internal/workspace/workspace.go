// Package workspace reads which modules this repository holds and how they
// depend on each other.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Root is the module path of the library; every other module lies below it.
const Root = "github.com/staso-go/staso"

// Module is one go.mod of the repository.
type Module struct {
	// Dir is its folder, with slashes, relative to the repository; "." is the library.
	Dir string
	// InWorkspace says that go.work lists it.
	InWorkspace bool
	File        *modfile.File
}

// Path is the module's path.
func (m *Module) Path() string { return m.File.Module.Mod.Path }

// Released says that users fetch the module: it lies in the workspace and is
// neither a collection of examples nor of tools.
func (m *Module) Released() bool {
	return m.InWorkspace && m.Dir != "examples"
}

// Tag is the git tag that releases the module at version: nested modules are
// tagged with their folder in front.
func (m *Module) Tag(version string) string {
	if m.Dir == "." {
		return version
	}
	return m.Dir + "/" + version
}

// Needs are the modules of this repository that m requires.
func (m *Module) Needs() []string {
	var needs []string
	for _, r := range m.File.Require {
		if r.Mod.Path == Root || strings.HasPrefix(r.Mod.Path, Root+"/") {
			needs = append(needs, r.Mod.Path)
		}
	}
	return needs
}

// Replaces says whether m's go.mod itself replaces path.
func (m *Module) Replaces(path string) bool {
	return slices.ContainsFunc(m.File.Replace, func(r *modfile.Replace) bool { return r.Old.Path == path })
}

// Load finds every module under root, those that come first on which the
// others depend.
func Load(root string) ([]*Module, error) {
	listed, err := listedInWork(root)
	if err != nil {
		return nil, err
	}
	var modules []*Module
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && skipped(entry.Name()):
			return filepath.SkipDir
		case entry.Name() != "go.mod":
			return nil
		}
		m, err := load(root, path)
		if err != nil {
			return err
		}
		m.InWorkspace = slices.Contains(listed, m.Dir)
		modules = append(modules, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return inOrder(modules)
}

func skipped(name string) bool {
	return name == "testdata" || name == "bin" || name == "dist" || (len(name) > 1 && strings.HasPrefix(name, "."))
}

func load(root, path string) (*Module, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(path, data, nil)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	return &Module{Dir: filepath.ToSlash(dir), File: file}, nil
}

func listedInWork(root string) ([]string, error) {
	path := filepath.Join(root, "go.work")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork(path, data, nil)
	if err != nil {
		return nil, err
	}
	dirs := make([]string, 0, len(work.Use))
	for _, use := range work.Use {
		dirs = append(dirs, filepath.ToSlash(filepath.Clean(use.Path)))
	}
	return dirs, nil
}

// inOrder sorts modules so that each comes after those that it needs.
func inOrder(modules []*Module) ([]*Module, error) {
	here := make(map[string]bool, len(modules))
	for _, m := range modules {
		here[m.Path()] = true
	}
	done := make(map[string]bool, len(modules))
	sorted := make([]*Module, 0, len(modules))
	for len(sorted) < len(modules) {
		before := len(sorted)
		for _, m := range modules {
			ready := !slices.ContainsFunc(m.Needs(), func(path string) bool { return here[path] && !done[path] })
			if ready && !done[m.Path()] {
				done[m.Path()] = true
				sorted = append(sorted, m)
			}
		}
		if len(sorted) == before {
			return nil, errors.New("the modules require each other in a circle")
		}
	}
	return sorted, nil
}

// WithReplaces writes a copy of m's go.mod and go.sum into folder, with replace
// lines that point every module of the repository to its source, and returns
// the path to hand to -modfile. The names of the modules that were added are
// returned too.
func WithReplaces(root, folder string, m *Module, all []*Module) (path string, added []string, err error) {
	file, err := modfile.Parse("go.mod", modfile.Format(m.File.Syntax), nil)
	if err != nil {
		return "", nil, err
	}
	for _, other := range all {
		if other == m || m.Replaces(other.Path()) || !slices.Contains(closure(m, all), other.Path()) {
			continue
		}
		if err := file.AddReplace(other.Path(), "", filepath.Join(root, filepath.FromSlash(other.Dir)), ""); err != nil {
			return "", nil, err
		}
		added = append(added, other.Path())
	}
	data, err := file.Format()
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(folder, strings.ReplaceAll(m.Dir, "/", "_")+".mod")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return "", nil, err
	}
	return path, added, copySums(filepath.Join(root, filepath.FromSlash(m.Dir), "go.sum"), sumPath(path))
}

// closure are the modules of the repository that m needs, and those that these need.
func closure(m *Module, all []*Module) []string {
	needs := m.Needs()
	for i := 0; i < len(needs); i++ {
		for _, other := range all {
			if other.Path() != needs[i] {
				continue
			}
			for _, more := range other.Needs() {
				if !slices.Contains(needs, more) {
					needs = append(needs, more)
				}
			}
		}
	}
	return needs
}

func sumPath(modPath string) string { return strings.TrimSuffix(modPath, ".mod") + ".sum" }

func copySums(from, to string) error {
	data, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("copy the sums: %w", err)
	}
	return os.WriteFile(to, data, 0o600)
}
