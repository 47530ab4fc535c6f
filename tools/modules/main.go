// Command modules keeps the repository's nested modules in order.
//
//	modules list         the folders of the modules, in order of dependency
//	modules check        build and vet each one alone, as its users get it
//	modules tidy [DIR]   go mod tidy in each one, or in one
//
// A module that users install (cmd/staso) may carry no replace line, yet needs
// one while the library of the same tree is newer than any release: check and
// tidy give it one in a copy of its go.mod and take it away again.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/staso-go/staso/tools/internal/workspace"
)

func main() {
	root := flag.String("root", "..", "folder of the repository")
	flag.Parse()
	if err := run(*root, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(1)
	}
}

func run(root, command, only string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	all, err := workspace.Load(root)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "staso-modules-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }() //nolint:errcheck // a temporary folder
	w := worker{root: root, scratch: scratch, all: all}
	switch command {
	case "list":
		return w.each("", func(m *workspace.Module) error { fmt.Println(m.Dir); return nil })
	case "check":
		return w.each(only, w.check)
	case "tidy":
		return w.each(only, w.tidy)
	}
	return fmt.Errorf("unknown command %q: use list, check or tidy", command)
}

type worker struct {
	root, scratch string
	all           []*workspace.Module
}

func (w worker) each(only string, do func(*workspace.Module) error) error {
	found := only == ""
	for _, m := range w.all {
		if only != "" && m.Dir != only {
			continue
		}
		found = true
		if err := do(m); err != nil {
			return fmt.Errorf("module %s: %w", m.Path(), err)
		}
	}
	if !found {
		return fmt.Errorf("no module in folder %q", only)
	}
	return nil
}

func (w worker) check(m *workspace.Module) error {
	start := time.Now()
	if m.Released() && len(m.File.Replace) > 0 && m.Dir == "cmd/staso" {
		return errors.New("carries a replace line, so that `go install ...@latest` would refuse it")
	}
	path, _, err := workspace.WithReplaces(w.root, w.scratch, m, w.all)
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"mod", "tidy", "-diff", "-modfile=" + path},
		{"vet", "-modfile=" + path, "./..."},
	} {
		if err := w.goTool(m, args...); err != nil {
			return err
		}
	}
	fmt.Printf("ok  \t%s\t%.1fs\n", m.Path(), time.Since(start).Seconds())
	return nil
}

func (w worker) tidy(m *workspace.Module) error {
	path, added, err := workspace.WithReplaces(w.root, w.scratch, m, w.all)
	if err != nil {
		return err
	}
	if err := w.goTool(m, "mod", "tidy", "-modfile="+path); err != nil {
		return err
	}
	dir := filepath.Join(w.root, filepath.FromSlash(m.Dir))
	if err := writeBack(path, filepath.Join(dir, "go.mod"), added); err != nil {
		return err
	}
	sums, err := os.ReadFile(path[:len(path)-len(".mod")] + ".sum")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644) //nolint:gosec // a file of the repository, as git has it
}

// writeBack copies a tidied go.mod home without the replace lines that were added.
func writeBack(from, to string, added []string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	file, err := modfile.Parse(from, data, nil)
	if err != nil {
		return err
	}
	for _, path := range added {
		if err := file.DropReplace(path, ""); err != nil {
			return err
		}
	}
	file.Cleanup()
	data, err = file.Format()
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644) //nolint:gosec // a file of the repository, as git has it
}

func (w worker) goTool(m *workspace.Module, args ...string) error {
	cmd := exec.Command("go", args...) //nolint:noctx // ends with us; ctrl-C reaches it too
	cmd.Dir = filepath.Join(w.root, filepath.FromSlash(m.Dir))
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w", args[0], err)
	}
	return nil
}
