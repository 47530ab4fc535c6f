package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"

	"github.com/staso-go/staso/guard/local/policy"
)

// How long the files must have been left alone before they are read again, and how
// long that is waited for.
const (
	reloadQuiet = 100 * time.Millisecond
	reloadLimit = time.Second
)

// WithReload has the files and folders of [WithPolicyFile] watched: a tenth of a
// second after a change all of them are read again, and judge from the next call on.
// Where one of them has a mistake, the last good policies stay in force; the mistake
// is logged, and [Engine.ReloadError] says so until it is mended. The default is to
// read them once.
//
// A file that is replaced by renaming another one to it is never read half. The
// watching ends with [Engine.Close].
func WithReload() Option {
	return optionFunc(func(c *config) error {
		c.reload = true
		return nil
	})
}

// ReloadError is why what stands in the policy files is not what is in force; nil
// where it is, and where they are not watched.
func (e *Engine) ReloadError() error {
	if e.reloader == nil {
		return nil
	}
	e.reloader.mu.Lock()
	defer e.reloader.mu.Unlock()
	return e.reloader.err
}

// reloader keeps an Engine's policies as they stand in their files. It has one
// goroutine, which close ends.
type reloader struct {
	engine *Engine
	config *config
	fs     *fsnotify.Watcher
	done   chan struct{}
	inUse  []string // versions of the policies that were read last

	folders map[string]bool // that are watched

	mu  sync.Mutex
	err error
}

// watch begins to watch the files of c, of which the policies were made.
func (e *Engine) watch(c *config, policies []*policy.Policy) (*reloader, error) {
	if len(c.paths) == 0 {
		return nil, fmt.Errorf("%w: WithReload: there is no file to watch; give WithPolicyFile too", ErrInvalidOption)
	}
	fs, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch policies: %w", err)
	}
	r := &reloader{engine: e, config: c, fs: fs, done: make(chan struct{}), inUse: versions(policies)}
	if err := r.follow(); err != nil {
		return nil, errors.Join(err, fs.Close())
	}
	go r.run()
	return r, nil
}

// close ends the watching, and waits for its end. A nil reloader has none.
func (r *reloader) close() error {
	if r == nil {
		return nil
	}
	err := r.fs.Close()
	<-r.done
	return err
}

// run reads the files again once they are left alone. The first time is at once:
// they may have changed since the engine read them.
func (r *reloader) run() {
	defer close(r.done)
	due, latest := time.After(0), time.Now()
	for {
		changed := false
		select {
		case event, ok := <-r.fs.Events:
			if !ok {
				return
			}
			changed = r.concerns(event)
		case err, ok := <-r.fs.Errors:
			if !ok {
				return
			}
			r.engine.logger.Warn("changes of guard policies may have gone unseen; they are read again", zap.Error(err))
			changed = true
		case <-due:
			due = nil
			r.reload()
		}
		if !changed {
			continue
		}
		if due == nil {
			latest = time.Now().Add(reloadLimit)
		}
		due = time.After(min(reloadQuiet, time.Until(latest)))
	}
}

// concerns says that an event may have changed what the policies are: of a file of
// theirs, of a folder, also of one that was there, and of a mounted volume's link,
// which is told by its two dots.
func (r *reloader) concerns(event fsnotify.Event) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	base := filepath.Base(event.Name)
	ext := strings.ToLower(filepath.Ext(base))
	return ext == "" || ext == ".yaml" || ext == ".yml" || strings.HasPrefix(base, "..") || r.folders[event.Name] || isFolder(event.Name) ||
		slices.ContainsFunc(r.config.paths, func(path string) bool { return filepath.Base(path) == base })
}

// reload reads the policies and, if they changed and are good, has them judge.
func (r *reloader) reload() {
	err := r.follow()
	policies, loadErr := r.config.load()
	if loadErr != nil {
		err = loadErr
	}
	now := versions(policies)
	if err == nil && !slices.Equal(now, r.inUse) {
		if err = r.engine.Replace(policies...); err == nil {
			r.inUse = now
			r.engine.logger.Info("guard policies reloaded", zap.String("version", r.engine.PolicyVersion()))
		}
	}
	r.note(err)
}

// note keeps why the newest policies are not in force, and logs it if it is news.
func (r *reloader) note(err error) {
	r.mu.Lock()
	before := r.err
	r.err = err
	r.mu.Unlock()
	if err != nil && (before == nil || before.Error() != err.Error()) {
		r.engine.logger.Error("guard policies not reloaded; the last good ones stay in force", zap.Error(err))
	}
}

// follow watches every folder in which a policy may appear, change or vanish. What
// is watched already stays so.
func (r *reloader) follow() error {
	r.folders = map[string]bool{}
	for _, path := range r.config.paths {
		// The folder above: what stands there may be replaced as a whole.
		folders := []string{filepath.Dir(path)}
		if target, err := filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(target))
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			below, err := policy.Folders(path)
			if err != nil {
				return err
			}
			folders = append(folders, below...)
		}
		for _, folder := range folders {
			if err := r.fs.Add(folder); err != nil {
				return fmt.Errorf("watch policies in %s: %w", folder, err)
			}
			r.folders[folder] = true
		}
	}
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func versions(policies []*policy.Policy) []string {
	all := make([]string, len(policies))
	for i, p := range policies {
		all[i] = p.Source + " " + p.Name + " " + p.Version
	}
	return all
}
