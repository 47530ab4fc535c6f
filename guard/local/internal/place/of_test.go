package place_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/place"
)

func TestOf(t *testing.T) {
	t.Parallel()
	const (
		account = place.System | place.Account
		shadow  = account | place.Secret
	)
	for path, want := range map[string]place.Place{
		"/":                              place.Root,
		"//":                             place.Root,
		"/.":                             place.Root,
		"/..":                            place.Root,
		"/*":                             place.Root,
		"/tmp/..":                        place.Root,
		"/etc/..":                        place.Root,
		"/proc/self/root":                place.Root,
		"C:":                             place.Root,
		`C:\`:                            place.Root,
		`d:\*`:                           place.Root,
		`\\?\C:\`:                        place.Root,
		"%SystemDrive%":                  place.Root,
		"/mnt/c":                         place.Root,
		"/etc":                           place.System,
		"/ETC/":                          place.System,
		"/etc/*":                         place.System,
		"/usr/lib/libc.so":               place.System,
		`C:\Windows\System32`:            place.System,
		"C:/Windows/explorer.exe":        place.System,
		"%windir%":                       place.System,
		"$env:SystemRoot\\x":             place.System,
		"/c/Windows":                     place.System,
		"/mnt/c/Windows/x":               place.System,
		"/etc/passwd":                    account,
		"//etc//passwd":                  account,
		"/etc/./passwd":                  account,
		"/var/../etc/passwd":             account,
		"file:///etc/passwd":             account,
		"file://localhost/etc/passwd":    account,
		"/proc/self/root/etc/passwd":     account,
		"/proc/1/root/../etc/passwd":     account,
		"/private/etc/passwd":            account,
		"/host/etc/passwd":               account,
		"/etc/pass*":                     account,
		"/et?/passwd":                    account,
		"/etc/shadow":                    shadow,
		"/etc/sudoers.d/x":               account,
		"../../../etc/shadow":            place.Outside | place.Account | place.Secret,
		"..\\..\\..\\etc\\passwd":        place.Outside | place.Account,
		"~":                              place.Home,
		"~/":                             place.Home,
		"~/*":                            place.Home,
		"~bob":                           place.Home,
		"~root":                          place.Home,
		"$HOME":                          place.Home,
		"${HOME}/":                       place.Home,
		"%USERPROFILE%":                  place.Home,
		"%HOMEDRIVE%%HOMEPATH%":          place.Home,
		"$env:USERPROFILE":               place.Home,
		"${env:UserProfile}\\*":          place.Home,
		"/home":                          place.Home,
		"/home/ann":                      place.Home,
		"/Users/ann/":                    place.Home,
		"/root":                          place.Home,
		`C:\Users\ann`:                   place.Home,
		"~/..":                           place.Home,
		"~/src/..":                       place.Home,
		"~/src/app":                      0,
		"/home/ann/src/main.go":          0,
		`C:\Users\ann\notes.txt`:         0,
		"~/.ssh":                         place.Secret,
		"~/.ssh/id_rsa":                  place.Secret,
		"~/.ssh/id_rsa.pub":              0,
		"~/.ssh/known_hosts":             0,
		"~/.ssh/authorized_keys":         place.Account,
		"~/.ss*/id_*":                    place.Secret,
		"/srv/people/bob/.ssh/id_x":      place.Secret,
		"$HOME/.aws/credentials":         place.Secret,
		"~/.aws/config":                  0,
		`%USERPROFILE%\.kube\config`:     place.Secret,
		`%APPDATA%\gcloud\x.db`:          place.Secret,
		".env":                           place.Project | place.Secret,
		"app/.env.production":            place.Project | place.Secret,
		".env.example":                   place.Project,
		".env.sample":                    place.Project,
		"environment.ts":                 place.Project,
		"deploy/tls.key":                 place.Project | place.Secret,
		"server-key.pem":                 place.Project | place.Secret,
		"fullchain.pem":                  place.Project,
		"public.pem":                     place.Project,
		"vault.kdbx":                     place.Project | place.Secret,
		"/run/secrets/db":                place.System | place.Secret,
		"/var/run/secrets/db":            place.System | place.Secret,
		"/proc/self/environ":             place.Kernel | place.Secret,
		"/proc/4711/environ":             place.Kernel | place.Secret,
		"/proc/cpuinfo":                  place.Kernel,
		"/proc/self/cwd/main.go":         place.Project,
		"/sys/class":                     place.Kernel,
		"/dev/sda":                       place.Device,
		"/dev/sd*":                       place.Device,
		"/dev":                           place.System,
		"/dev/nvme0n1p2":                 place.Device,
		"/dev/ttyUSB0":                   0,
		"/dev/mem":                       place.Device | place.Secret,
		`\\.\PhysicalDrive0`:             place.Device,
		"/dev/null":                      0,
		"/dev/shm/x":                     place.Temp,
		"/tmp/x":                         place.Temp,
		"$TMPDIR/x":                      place.Temp,
		"%TEMP%\\x":                      place.Temp,
		"~/.bashrc":                      place.Startup,
		"/etc/cron.d/job":                place.System | place.Startup,
		"~/Library/LaunchAgents/x":       place.Startup,
		"~/.bash_history":                place.History,
		"/var/log/syslog":                place.History,
		"":                               place.Project,
		".":                              place.Project,
		"./":                             place.Project,
		"*":                              place.Project,
		"src/main.go":                    place.Project,
		"a/../b":                         place.Project,
		"$PWD/x":                         place.Project,
		"..":                             place.Outside,
		"../x":                           place.Outside,
		"a/../../x":                      place.Outside,
		"../../lib/util.js":              place.Outside,
		".git":                           place.Project | place.VCS,
		"x/.git/config":                  place.Project | place.VCS,
		".git/hooks/pre-commit":          place.Project | place.VCS | place.Startup,
		".gitignore":                     place.Project,
		"~/.config/staso/guard.yaml":     place.Guard,
		"$UNKNOWN/x":                     0,
		`\\server\share\x`:               0,
		`\\server\c$\Windows\x`:          place.System,
		`C:\Windows\System32\config\SAM`: place.System | place.Account | place.Secret,
		`C:\Windows\Temp\x`:              place.Temp,
		"100%":                           place.Project,
		"*.go":                           place.Project,
	} {
		assert.Equal(t, want.String(), place.Of(path).String(), path)
	}
}

func TestOfDoesNotAllocate(t *testing.T) {
	for _, path := range []string{"/home/ann/src/Main.go", "/etc/passwd", `C:\Users\ann\x`, "$HOME/.ssh/id_rsa", "../../x", "/proc/self/root/etc/shadow"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { place.Of(path) }), path)
	}
}

func FuzzOf(f *testing.F) {
	for _, seed := range []string{"/", "~/x", `\\?\C:\x`, "$HOME/*", "%TEMP%", "file:///c:/x", "../..", "/proc/self/cwd/..", "/e[tc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if p := place.Of(path); p.Has(place.Project) && p.Has(place.Outside|place.Root) {
			t.Errorf("%q is %v", path, p)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		place.Of("/home/ann/projects/shop/internal/cart/cart.go")
	}
}
