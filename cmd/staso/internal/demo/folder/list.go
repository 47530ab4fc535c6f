package folder

import (
	"cmp"
	"context"
	"io/fs"
	"path"
	"slices"
	"time"
)

// ListArgs say which files to list.
type ListArgs struct {
	Path      string `json:"path,omitempty"`
	Recursive bool   `json:"recursive,omitempty"`
	Sort      string `json:"sort,omitempty"` // name, size or newest
	Limit     int    `json:"limit,omitempty"`
}

// Listing is some of a folder's files.
type Listing struct {
	Path    string  `json:"path"`
	Entries []Entry `json:"entries"`
	// More counts those that were left out.
	More int `json:"more,omitempty"`
}

// Entry is a file, or a folder where only one level is listed.
type Entry struct {
	Path     string    `json:"path"`
	Folder   bool      `json:"folder,omitempty"`
	Size     int64     `json:"size,omitempty"`
	Modified time.Time `json:"modified,omitzero"`
}

const maxListed = 100

// List lists files: of one level, or all below.
func (f *Folder) List(ctx context.Context, args ListArgs) (Listing, error) {
	f.linger(ctx)
	dir, err := f.resolve(args.Path)
	if err != nil {
		return Listing{}, err
	}
	var entries []Entry
	if args.Recursive {
		err = f.walk(ctx, dir, func(name string, info fs.FileInfo) error {
			entries = append(entries, entryOf(name, info))
			return nil
		})
	} else {
		entries, err = f.level(dir)
	}
	if err != nil {
		return Listing{}, err
	}
	order(entries, args.Sort)
	limit := maxListed
	if args.Limit > 0 {
		limit = min(args.Limit, maxListed)
	}
	shown := min(limit, len(entries))
	return Listing{Path: dir, Entries: entries[:shown], More: len(entries) - shown}, nil
}

func (f *Folder) level(dir string) ([]Entry, error) {
	found, err := fs.ReadDir(f.files, dir)
	if err != nil {
		return nil, explain(dir, err)
	}
	entries := make([]Entry, 0, len(found))
	for _, d := range found {
		if isHidden(d.Name()) || !d.IsDir() && !d.Type().IsRegular() {
			continue
		}
		if info, err := d.Info(); err == nil {
			entries = append(entries, entryOf(path.Join(dir, d.Name()), info))
		}
	}
	return entries, nil
}

func entryOf(name string, info fs.FileInfo) Entry {
	e := Entry{Path: name, Folder: info.IsDir(), Modified: info.ModTime().UTC().Truncate(time.Second)}
	if !e.Folder {
		e.Size = info.Size()
	}
	return e
}

func order(entries []Entry, by string) {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		switch by {
		case "size":
			return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Path, b.Path))
		case "newest":
			return cmp.Or(b.Modified.Compare(a.Modified), cmp.Compare(a.Path, b.Path))
		}
		return cmp.Compare(a.Path, b.Path)
	})
}
