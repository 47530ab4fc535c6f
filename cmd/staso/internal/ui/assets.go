package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets templates
var files embed.FS

// assets serves the embedded files under names that carry their content's hash,
// so that a browser may keep them for ever.
type assets struct {
	hashed  map[string]string // app.css -> app.1a2b3c4d.css
	content map[string][]byte // by hashed name
}

func loadAssets() (*assets, error) {
	a := &assets{hashed: map[string]string{}, content: map[string][]byte{}}
	for name, pattern := range map[string]string{
		"app.css": "assets/app.css", "icon.svg": "assets/icon.svg", "app.js": "assets/app/*.js",
	} {
		data, err := joined(pattern)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		a.add(name, data)
	}
	return a, nil
}

// joined is the content of all files of a pattern, in the order of their names.
func joined(pattern string) ([]byte, error) {
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no file %s: %w", pattern, err)
	}
	var all []byte
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, data...)
	}
	return all, nil
}

func (a *assets) add(name string, data []byte) {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a.hashed[name], a.content[hashed] = hashed, data
}

// url returns the address of an asset.
func (a *assets) url(name string) string { return "/assets/" + a.hashed[name] }

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, ok := a.content[name]
	if !ok {
		http.Error(w, "no such asset", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", contentType(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// contentType does not trust the machine's table for what pages depend on.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(ext)
}
