// Command release tags the modules of this repository in the order in which
// they depend on each other.
//
//	release -version v0.1.0           checks, and prints what would be tagged
//	release -version v0.1.0 -create   tags; pushing stays with you
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/staso-go/staso/tools/internal/workspace"
)

func main() {
	r := release{}
	flag.StringVar(&r.root, "root", "..", "folder of the repository")
	flag.StringVar(&r.version, "version", "", "version to release, as in v0.1.0")
	flag.BoolVar(&r.create, "create", false, "create the tags, where all is well")
	flag.Parse()
	if err := r.run(); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

type release struct {
	root, version string
	create        bool
}

func (r release) run() error {
	if !semver.IsValid(r.version) || semver.Canonical(r.version) != r.version {
		return fmt.Errorf("-version %q: want a full version, as in v0.1.0", r.version)
	}
	modules, err := workspace.Load(r.root)
	if err != nil {
		return err
	}
	modules = slices.DeleteFunc(modules, func(m *workspace.Module) bool { return !m.Released() })
	problems := errors.Join(r.treeIsClean(), r.versionIsWritten(), r.changesAreTold(), r.tagsAreNew(modules), r.modulesAgree(modules))
	if problems != nil && r.create {
		return problems
	}
	for _, m := range modules {
		if err := r.tag(m.Tag(r.version)); err != nil {
			return err
		}
	}
	if problems != nil {
		fmt.Printf("\nnot yet ready:\n%v\n", problems)
	}
	return nil
}

func (r release) tag(name string) error {
	if !r.create {
		fmt.Println("would tag", name)
		return nil
	}
	if _, err := r.git("tag", "-a", name, "-m", name); err != nil {
		return err
	}
	fmt.Println("tagged", name)
	return nil
}

func (r release) treeIsClean() error {
	out, err := r.git("status", "--porcelain")
	if err == nil && out != "" {
		return errors.New("the work tree has changes that are not committed")
	}
	return err
}

// versionIsWritten compares with what the library says of itself on the wire.
func (r release) versionIsWritten() error {
	data, err := os.ReadFile(filepath.Join(r.root, "internal", "version", "version.go"))
	if err != nil {
		return err
	}
	want := strings.TrimPrefix(r.version, "v")
	if !strings.Contains(string(data), `"`+want+`"`) {
		return fmt.Errorf("internal/version does not say %s", want)
	}
	return nil
}

func (r release) changesAreTold() error {
	data, err := os.ReadFile(filepath.Join(r.root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	if !strings.Contains(string(data), "## ["+strings.TrimPrefix(r.version, "v")+"]") {
		return fmt.Errorf("CHANGELOG.md has no section for %s", r.version)
	}
	return nil
}

func (r release) tagsAreNew(modules []*workspace.Module) error {
	var problems []error
	for _, m := range modules {
		out, err := r.git("tag", "--list", m.Tag(r.version))
		if err == nil && out != "" {
			err = fmt.Errorf("tag %s exists", m.Tag(r.version))
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// modulesAgree checks that each module requires this version of the others.
func (r release) modulesAgree(modules []*workspace.Module) error {
	var problems []error
	for _, m := range modules {
		for _, req := range m.File.Require {
			ours := slices.ContainsFunc(modules, func(o *workspace.Module) bool { return o.Path() == req.Mod.Path })
			if ours && req.Mod.Version != r.version {
				problems = append(problems, fmt.Errorf("%s requires %s %s", m.Path(), req.Mod.Path, req.Mod.Version))
			}
		}
	}
	return errors.Join(problems...)
}

func (r release) git(args ...string) (string, error) {
	cmd := exec.Command("git", args...) //nolint:noctx // local and short
	cmd.Dir = r.root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
