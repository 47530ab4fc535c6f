package place

import (
	"bytes"
	"strings"
)

// cleaned is a path in one form for all systems: lower case, "/" between names, no
// "." and no "..", and "c:" in front where it has a drive. A relative one is
// written as if it were absolute.
type cleaned struct {
	room     []byte // of a size that all of it fits
	size     int    // how much of room is used
	relative bool
	unknown  bool // it begins with a variable whose value is not known
	drive    bool
	windows  bool
	globs    bool
	up       int   // folders above the working folder
	places   Place // what it is whatever the tables say
}

// spare is by how much a cleaned path can be longer than the path: a variable's
// value may be longer than its name.
const spare = 64

// text is the path so far.
func (c *cleaned) text() []byte { return c.room[:c.size] }

// set starts again from a folder.
func (c *cleaned) set(folder string) { c.size = copy(c.room, folder) }

// keep drops all before the bytes that begin at start, and puts front there.
func (c *cleaned) keep(front string, start int) {
	moved := copy(c.room[len(front):], c.room[start:c.size])
	copy(c.room, front)
	c.size = len(front) + moved
}

func (c *cleaned) fill(path string) {
	rest := c.start(strings.TrimSpace(path))
	for rest != "" {
		end := separator(rest)
		c.push(rest[:end], end == len(rest))
		rest = rest[min(end+1, len(rest)):]
	}
}

// last is the last name of the path.
func (c *cleaned) last() []byte {
	text := c.text()
	return text[bytes.LastIndexByte(text, '/')+1:]
}

// push goes into the folder called name, or out of the last one.
func (c *cleaned) push(name string, last bool) {
	if c.windows && len(name) > 2 {
		name = windowsName(name)
	}
	switch {
	case name == "" || name == ".":
		return
	case name == "..":
		c.pop()
		return
	case last && wholeFolder(name):
		return
	}
	before := c.size
	c.room[before] = '/'
	for i := range len(name) {
		b := lower(name[i])
		c.globs = c.globs || b == '*' || b == '?' || b == '['
		c.room[before+1+i] = b
	}
	c.size += 1 + len(name)
	c.follow(before)
}

// separator is where the first name in path ends.
func separator(path string) int {
	for i := range len(path) {
		if path[i] == '/' || path[i] == '\\' {
			return i
		}
	}
	return len(path)
}

func (c *cleaned) pop() {
	least := 0
	if c.drive {
		least = len("c:")
	}
	if i := bytes.LastIndexByte(c.text(), '/'); i >= least {
		c.size = i
		return
	}
	if c.relative {
		c.up++
	}
}

// follow goes where a well-known link leads, the last name being what begins at
// before.
func (c *cleaned) follow(before int) {
	if c.relative || c.drive {
		return
	}
	folder, name := c.room[:before], c.room[before+1:c.size]
	switch {
	case string(folder) == "/var" && string(name) == "run":
		c.set("/run")
	case len(folder) == 0 && string(name) == "private":
		c.set("")
	case len(name) == 1 && isLetter(name[0]) && driveFolder(folder):
		c.onDrive()
	case len(folder) == 2 && isLetter(folder[1]) && windowsFolder(name):
		c.keep("c:", before)
		c.drive, c.windows = true, true
	case foreignRoot(folder) && systemFolder(name):
		c.keep("", before)
	case string(folder) == "/dev" && disk(name):
		c.places |= Device
	case string(folder) == "/etc":
		c.places |= accountFile(name)
	default:
		c.followProcess(folder, name)
	}
}

// followProcess follows /proc/self/root and its like. What a process's working
// folder is, is only known of one's own.
func (c *cleaned) followProcess(folder, name []byte) {
	process, ok := bytes.CutPrefix(folder, []byte("/proc/"))
	if !ok {
		return
	}
	if i := bytes.Index(process, []byte("/task/")); i >= 0 {
		process = process[:i]
	}
	switch string(name) {
	case "environ", "mem":
		c.places |= Secret
	case "root":
		if bytes.IndexByte(process, '/') < 0 {
			c.set("")
		}
	case "cwd":
		if bytes.IndexByte(process, '/') < 0 {
			c.set("")
			c.relative = true
		}
	}
}

// accountFile is what a file of /etc is by the beginning of its name: there are
// copies of the usual ones with a sign or a date behind it.
func accountFile(name []byte) Place {
	switch {
	case bytes.HasPrefix(name, []byte("shadow")), bytes.HasPrefix(name, []byte("gshadow")):
		return Account | Secret
	case bytes.HasPrefix(name, []byte("passwd")), bytes.HasPrefix(name, []byte("sudoers")), bytes.HasPrefix(name, []byte("group-")):
		return Account
	}
	return 0
}

// disk says that name, in /dev, is one of a disk or of a part of one.
func disk(name []byte) bool {
	for _, kind := range [...]string{"sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "rdisk", "dm-", "md", "loop", "sr", "ram", "zd", "nbd", "ada", "da"} {
		if len(name) > len(kind) && string(name[:len(kind)]) == kind && (len(kind) > 2 || len(name) <= len("sdaa15")) {
			return true
		}
	}
	return false
}

func (c *cleaned) onDrive() {
	c.set("c:")
	c.drive, c.windows, c.relative = true, true, false
}

// windowsName drops what Windows does not see: spaces and dots at the end, and
// the name of a stream.
func windowsName(name string) string {
	if i := strings.IndexByte(name, ':'); i > 0 {
		name = name[:i]
	}
	return strings.TrimRight(name, ". ")
}

// wholeFolder says that name stands for all that is in a folder.
func wholeFolder(name string) bool {
	switch name {
	case "*", "**", ".*", "*.*", "?*", "*?", "??*", ".??*", ".[!.]*", ".[^.]*", ".[!.]?*", "{*,.*}", "{,.}*", "{.*,*}":
		return true
	}
	return false
}

// driveFolder says that the drives of Windows stand in folder.
func driveFolder(folder []byte) bool {
	return string(folder) == "/mnt" || string(folder) == "/cygdrive"
}

// windowsFolder says that name stands in the root of a drive of Windows.
func windowsFolder(name []byte) bool {
	switch string(name) {
	case "windows", "users", "program files", "program files (x86)", "programdata":
		return true
	}
	return false
}

// foreignRoot says that folder is where a container or a rescue system has the
// machine's own root.
func foreignRoot(folder []byte) bool {
	switch string(folder) {
	case "/host", "/hostfs", "/rootfs", "/host_root", "/hostroot", "/mnt", "/mnt/root", "/mnt/host", "/mnt/rootfs", "/chroot", "/sysroot":
		return true
	}
	return false
}

func systemFolder(name []byte) bool {
	switch string(name) {
	case "etc", "root", "proc", "sys", "boot", "usr", "bin", "sbin", "var":
		return true
	}
	return false
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + ('a' - 'A')
	}
	return b
}

func isLetter(b byte) bool { return 'a' <= lower(b) && lower(b) <= 'z' }
