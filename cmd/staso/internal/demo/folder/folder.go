// Package folder is the tools of the demo's agents: they list, read and search
// the files of one folder, and read its history.
//
// They never write, never leave the folder (also not through a symbolic link),
// never look at what begins with a dot or carries a key's name, and bound all that
// they return.
package folder

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Folder is a tree of files that may be looked at. It is safe for concurrent use.
type Folder struct {
	files fs.FS
	root  *os.Root // nil: the sample
	dir   string
	pace  time.Duration
}

// Option configures [Open] and [Sample].
type Option func(*Folder)

// WithPace makes every tool take that long at least, so that it can be seen
// beside a model's calls in a drawing of time. The default is 0.
func WithPace(d time.Duration) Option { return func(f *Folder) { f.pace = d } }

// Open opens the folder at dir. Close it.
func Open(dir string, opts ...Option) (*Folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", dir, err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	return configured(&Folder{files: root.FS(), root: root, dir: abs}, opts), nil
}

//go:embed sample
var sample embed.FS

// Sample returns a small project that is part of the program.
func Sample(opts ...Option) *Folder {
	files, err := fs.Sub(sample, "sample")
	if err != nil {
		panic(err) // "sample" is a valid path
	}
	return configured(&Folder{files: files}, opts)
}

func configured(f *Folder, opts []Option) *Folder {
	for _, opt := range opts {
		opt(f)
	}
	return f
}

// Close closes the folder.
func (f *Folder) Close() error {
	if f.root == nil {
		return nil
	}
	return f.root.Close()
}

// Dir is the folder's absolute path, empty for the sample.
func (f *Folder) Dir() string { return f.dir }

// enoughFiles is how many files of interest make a project.
const enoughFiles = 3

// IsProject says whether there is something to look at: three files of text,
// one of them a source file, a manifest or a README.
func (f *Folder) IsProject(ctx context.Context) bool {
	texts, telling := 0, false
	_ = f.walk(ctx, ".", func(name string, _ fs.FileInfo) error { //nolint:errcheck // what could be read decides
		if isText(name) {
			texts++
			telling = telling || isTelling(name)
		}
		if telling && texts >= enoughFiles {
			return fs.SkipAll
		}
		return nil
	})
	return telling && texts >= enoughFiles
}

const (
	maxVisited = 20_000
	maxWalk    = 2 * time.Second
)

// walk visits the files below dir that may be looked at, until visit says
// fs.SkipAll, or too many were seen, or it took too long.
func (f *Folder) walk(ctx context.Context, dir string, visit func(name string, info fs.FileInfo) error) error {
	ctx, cancel := context.WithTimeout(ctx, maxWalk)
	defer cancel()
	visited := 0
	return fs.WalkDir(f.files, dir, func(name string, entry fs.DirEntry, err error) error {
		visited++
		switch {
		case visited > maxVisited || ctx.Err() != nil:
			return fs.SkipAll
		case err != nil && name == dir:
			return explain(dir, err)
		case err != nil: // a folder that may not be read
			return fs.SkipDir
		case name != dir && isHidden(entry.Name()) && entry.IsDir():
			return fs.SkipDir
		case !entry.Type().IsRegular() || isHidden(entry.Name()):
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // it went away meanwhile
		}
		return visit(name, info)
	})
}

// resolve makes of a path that a model gave one of the folder's own, or says why
// that cannot be.
func (f *Folder) resolve(given string) (string, error) {
	name := path.Clean(filepath.ToSlash(strings.TrimSpace(given)))
	if !fs.ValidPath(name) {
		return "", fmt.Errorf("path %.80q leads out of the folder: give one that stays below it", given)
	}
	if name == "." {
		return name, nil
	}
	parts := strings.Split(name, "/")
	if slices.ContainsFunc(parts, isHidden) {
		return "", fmt.Errorf("path %.80q is not shown: hidden files, keys and installed packages are left alone", given)
	}
	for i := range parts {
		part := path.Join(parts[:i+1]...)
		info, err := fs.Lstat(f.files, part)
		if err != nil {
			return "", explain(name, err)
		}
		if info.Mode().Type() == fs.ModeSymlink { // it could lead to what is hidden
			return "", fmt.Errorf("%s is a link: links are not followed", part)
		}
	}
	return name, nil
}

// explain says in a sentence what is wrong with a path.
func explain(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no %s in the folder", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may not be read", name)
	}
	return fmt.Errorf("read %s: %w", name, err)
}

// linger lets a tool take its time.
func (f *Folder) linger(ctx context.Context) {
	if f.pace <= 0 {
		return
	}
	timer := time.NewTimer(f.pace)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
