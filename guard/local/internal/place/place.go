// Package place knows what the places of a file system are worth: which paths are
// a system's, which hold secrets, which are run at the next login.
package place

import "strings"

// Place is what a path is, as a set.
type Place uint16

// The places.
const (
	Root    Place = 1 << iota // / or a drive, or all that is in it
	System                    // what an operating system is made of: /etc, /usr, C:\Windows
	Home                      // a whole home folder, or all homes
	Secret                    // keys, passwords, tokens: ~/.ssh/id_rsa, /etc/shadow, .env
	Startup                   // run at login, boot or by a timer: ~/.bashrc, cron, systemd
	Device                    // a disk or the memory
	Kernel                    // /proc, /sys and their like
	Account                   // who may log in and as what: /etc/passwd, sudoers
	History                   // logs and shell histories: what covers tracks
	Guard                     // this guard's own policies and binary
	Temp                      // meant to be deleted
	Project                   // relative, and inside the working folder
	Outside                   // relative, and above the working folder: ../x
	VCS                       // a repository's own folder: .git
)

// Has says that p is one of the places in q.
func (p Place) Has(q Place) bool { return p&q != 0 }

// String names the places, for tests and errors: "system|secret".
func (p Place) String() string {
	var b strings.Builder
	for i, name := range [...]string{
		"root", "system", "home", "secret", "startup", "device", "kernel",
		"account", "history", "guard", "temp", "project", "outside", "vcs",
	} {
		if p&(1<<i) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('|')
		}
		b.WriteString(name)
	}
	return b.String()
}
