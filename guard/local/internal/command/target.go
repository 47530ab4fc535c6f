package command

import (
	"path"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/place"
)

// reach is how far it goes to delete, overwrite or take over what a word names.
type reach uint8

const (
	nothing   reach = iota // no path
	scoped                 // one thing of the project, or one meant to be deleted
	elsewhere              // one thing by its absolute path, neither a system's nor temporary
	all                    // all of the working folder
	above                  // something above the working folder
	unset                  // the root of the file system if a variable is not set
	precious               // a key, a log, a file run at login
	system                 // a part of the operating system
	home                   // a whole home folder
	root                   // everything
)

// target is what a word names.
type target struct {
	reach reach
	place place.Place
}

// target says what the word names as a path. The working folder's own things are
// scoped; a relative path is one of theirs unless it says otherwise.
func (j *judge) target(w *Word) target {
	text := w.Text
	if text == "" || text == "{}" || text == "-" {
		return target{}
	}
	if text[0] == '$' || text[0] == '`' {
		return j.variable(w)
	}
	at := place.Of(text)
	if at.Has(place.Project | place.Outside) {
		return j.relative(w, at)
	}
	if i := strings.IndexAny(text, "$`"); i > 0 {
		return begun(text[:i])
	}
	return worth(at, text)
}

// placeOf says what a word names as a place; a folder that keys stand in is a place
// of keys.
func (j *judge) placeOf(w *Word) place.Place {
	at := j.target(w).place
	switch path.Base(strings.TrimRight(w.Text, "/*")) {
	case ".aws", ".kube", ".docker", ".azure", ".gem", ".m2":
		at |= place.Secret
	}
	return at
}

// relative is about a path below the folder that the program runs in, or above it.
func (j *judge) relative(w *Word, at place.Place) target {
	base := wholeOf(w, w.Text)
	up, down := steps(base)
	if j.Dir != "" && !place.Of(j.Dir).Has(place.Project|place.Outside) {
		joined := place.Of(path.Join(j.Dir, base))
		switch {
		case joined.Has(place.Temp) && up == 0:
			return target{reach: scoped, place: joined}
		case joined&^place.VCS != 0:
			return worth(joined, base)
		}
	}
	switch {
	case at.Has(place.Outside) && at.Has(place.Secret|place.Account|place.Kernel):
		return target{reach: precious, place: at}
	case at.Has(place.Outside):
		return target{reach: above, place: at}
	case up+down == 0:
		return target{reach: all, place: at}
	}
	return target{reach: scoped, place: at}
}

// steps is how many folders up a relative path leads, and how many down from there.
func steps(text string) (up, down int) {
	for text != "" {
		part := text
		if i := strings.IndexByte(text, '/'); i >= 0 {
			part, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		switch {
		case part == "" || part == ".":
		case part != "..":
			down++
		case down > 0:
			down--
		default:
			up++
		}
	}
	return up, down
}

// wholeOf cuts off what a glob adds without narrowing: "x/*" is all of "x".
func wholeOf(w *Word, text string) string {
	for !w.Quoted {
		dir, last := path.Split(text)
		switch last {
		case "*", ".*", "**", "*.*", ".[!.]*", ".??*", "{*,.*}", "{.*,*}", "{,.}*":
		default:
			return text
		}
		switch dir {
		case "":
			return "."
		case "/":
			return dir
		}
		text = strings.TrimSuffix(dir, "/")
	}
	return text
}

// begun is about a path whose end is unknown: what it may be if that is empty.
func begun(known string) target {
	at := place.Of(known)
	switch {
	case at.Has(place.Root):
		return target{reach: unset, place: at}
	case at.Has(place.Temp):
		return target{reach: scoped, place: at}
	}
	return worth(at, known)
}

// worth turns a place into how far it goes to touch it.
func worth(at place.Place, text string) target {
	switch {
	case at.Has(place.Root):
		return target{reach: root, place: at}
	case at.Has(place.Secret | place.Startup | place.Account | place.History | place.Guard):
		return target{reach: precious, place: at}
	case at.Has(place.Home):
		return target{reach: home, place: at}
	case isCache(text) || at.Has(place.Temp):
		return target{reach: scoped, place: at}
	case at.Has(place.System | place.Kernel | place.Device):
		return target{reach: system, place: at}
	case at.Has(place.Project):
		return target{reach: scoped, place: at}
	case strings.HasPrefix(text, "/dev/"):
		return target{reach: nothing, place: at}
	}
	return target{reach: elsewhere, place: at}
}

// isCache says that what text names is made again by whoever needs it.
func isCache(text string) bool {
	if strings.HasPrefix(text, "/var/cache/") || strings.HasPrefix(text, "/var/lib/apt/lists/") {
		return true
	}
	text = strings.TrimRight(text, "/*")
	dir, name := path.Split(text)
	for range 3 { // what stands in such a folder is no better
		if isCacheName(name) && (strings.Count(dir, "/") > 1 || dir != "" && (dir[0] == '~' || dir[0] == '$')) {
			return true
		}
		dir, name = path.Split(strings.TrimSuffix(dir, "/"))
	}
	return false
}

func isCacheName(name string) bool {
	switch name {
	case "node_modules", "dist", "build", "target", "out", "__pycache__", ".venv", "venv", ".cache", "cache", "coverage",
		".next", ".nuxt", ".turbo", ".tox", ".nox", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".gradle", ".parcel-cache",
		"htmlcov", ".nyc_output", "DerivedData", "Caches", "tmp", "temp", ".tmp", "obj", ".eggs", ".ipynb_checkpoints", "_build", "Trash":
		return true
	}
	return strings.HasSuffix(name, ".egg-info") || strings.HasSuffix(name, ".pyc")
}
