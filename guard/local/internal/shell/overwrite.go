package shell

import (
	"path"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// writes is about a file that a statement's output goes to.
func (f *frame) writes(sc *scope, out outlet, content stream) {
	if out.path == "" || out.path == "/dev/null" {
		return
	}
	f.store(sc, out.path, content, out.appends)
	if sc.ephemeral {
		return
	}
	name := locate(sc, out.path)
	at := place.Of(name)
	switch {
	case at.Has(place.Device):
		f.find("shell.write.device", guard.SeverityCritical, out.start, out.end, "overwrites a disk or the memory")
	case at.Has(place.Guard):
		f.find("shell.write.guard", guard.SeverityCritical, out.start, out.end, "changes the guard's own files")
	case at.Has(place.Account):
		f.find("shell.write.account", guard.SeverityCritical, out.start, out.end, "changes who may log in, and as what")
	case at.Has(place.Startup):
		f.plants(sc, name, at, out, content)
	case at.Has(place.Kernel):
		f.setsKernel(name, out)
	case at.Has(place.History):
		f.wipes(name, out, content)
	case at.Has(place.System):
		f.changesSystem(name, out)
	}
}

// setsKernel is about a file of /proc or /sys.
func (f *frame) setsKernel(name string, out outlet) {
	switch {
	case strings.HasSuffix(name, "/sysrq-trigger"):
		f.find("shell.write.kernel", guard.SeverityCritical, out.start, out.end, "makes the kernel stop or restart the machine")
	case strings.HasPrefix(name, "/proc/") && (strings.Contains(name, "/fd/") || strings.HasSuffix(name, "/oom_score_adj")):
	default:
		f.find("shell.write.kernel", guard.SeverityMedium, out.start, out.end, "changes a setting of the running kernel")
	}
}

// wipes is about a log or a history that is emptied.
func (f *frame) wipes(name string, out outlet, content stream) {
	empty := content.known && strings.TrimSpace(content.text) == "" || content == stream{}
	if out.appends || !empty && strings.HasPrefix(name, "/var/log/") {
		return
	}
	f.find("shell.tracks.history", guard.SeverityHigh, out.start, out.end, "wipes a record of what was done")
}

// changesSystem is about a file of the operating system.
func (f *frame) changesSystem(name string, out outlet) {
	if !isVital(name) {
		return
	}
	if out.appends {
		f.find("shell.write.system", guard.SeverityMedium, out.start, out.end, "adds to a file of the operating system")
		return
	}
	f.find("shell.write.system", guard.SeverityHigh, out.start, out.end, "overwrites a file of the operating system")
}

// isVital says that a file of the system is not one that is put there by whoever
// runs the machine, as those below /usr/local and /var are.
func isVital(name string) bool {
	for _, free := range [...]string{"/usr/local/", "/usr/src/", "/var/", "/run/", "/opt/", "/srv/", "/mnt/", "/media/"} {
		if strings.HasPrefix(name, free) {
			return false
		}
	}
	return true
}

// plants is about a file that runs by itself later: at login, at boot, by a timer.
func (f *frame) plants(sc *scope, name string, at place.Place, out outlet, content stream) {
	if content.known {
		f.nested(sc.inner(), content.text, out.start, out.end, "file", stream{})
		if at.Has(place.VCS) || isShellStartup(name) && f.isSettings(content.text) {
			return
		}
	}
	severity, reason := guard.SeverityHigh, "adds what is run at every login or start"
	if at.Has(place.VCS) {
		severity, reason = guard.SeverityMedium, "adds a program that git runs by itself"
	}
	f.find("shell.persist.startup", severity, out.start, out.end, reason)
}

// isShellStartup says that a shell reads name when it starts.
func isShellStartup(name string) bool {
	base := path.Base(name)
	switch base {
	case "environment", "bash.bashrc", "profile", ".pam_environment", "config.fish":
		return true
	}
	return strings.HasSuffix(base, "rc") || strings.HasSuffix(base, "profile") || strings.HasSuffix(base, "env") ||
		strings.HasPrefix(base, ".bash_") || strings.HasSuffix(base, ".sh") || strings.HasSuffix(base, "login") || strings.HasSuffix(base, ".fish")
}
