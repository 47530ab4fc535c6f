package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFiles is how many policies, and how many folders, a folder may hold.
const maxFiles = 1000

// Load reads the policies of files, and of every *.yaml and *.yml file in folders
// and the folders below, hidden ones aside, in the order of their paths. What is
// wrong in all of them comes at once, joined; two policies of one name are a
// mistake.
func Load(paths ...string) ([]*Policy, error) {
	var (
		r        = newReader()
		policies []*Policy
		mistakes []error
		names    = map[string]string{}
	)
	files, err := Files(paths...)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		p, err := r.load(file)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		if first, ok := names[p.Name]; ok {
			mistakes = append(mistakes, &Error{
				Position: Position{File: file, Line: 1, Column: 1},
				Problem:  fmt.Sprintf("the policy is named %q, and so is that of %s", p.Name, first),
				Remedy:   "give each its own name: name: ...",
			})
		}
		names[p.Name] = file
		policies = append(policies, p)
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	return policies, nil
}

func (r *reader) load(file string) (*Policy, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	if info.Size() > maxFile { // not even read
		return nil, tooLarge(file, info.Size())
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	return r.policy(file, data)
}

// Files returns the files that [Load] would read. A folder without any is an error.
func Files(paths ...string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("read policies: %w", err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		below, err := walk(path, func(path string, entry fs.DirEntry) bool { return !entry.IsDir() && isYAML(path) })
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			return nil, fmt.Errorf("read policies of %s: there is no *.yaml or *.yml file", path)
		}
		files = append(files, below...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// Folders returns a folder and those below it in which [Load] looks for policies.
func Folders(folder string) ([]string, error) {
	return walk(folder, func(_ string, entry fs.DirEntry) bool { return entry.IsDir() })
}

// walk returns what is wanted of a folder and the folders below, but for hidden
// ones.
func walk(folder string, wanted func(path string, entry fs.DirEntry) bool) ([]string, error) {
	var found []string
	root := strings.TrimRight(folder, string(filepath.Separator)) + string(filepath.Separator) // also where it is a link to one
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != root && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !wanted(path, entry):
			return nil
		}
		if found = append(found, filepath.Clean(path)); len(found) > maxFiles {
			return fmt.Errorf("there are more than %d", maxFiles)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read policies of %s: %w", folder, err)
	}
	return found, nil
}

func isYAML(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".yaml" || ext == ".yml"
}
