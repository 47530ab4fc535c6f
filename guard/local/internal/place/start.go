package place

import "strings"

// start takes off path what says where it begins, and returns what follows.
func (c *cleaned) start(path string) string {
	path = cutScheme(path)
	switch {
	case path == "":
		return ""
	case path[0] == '~':
		return c.tilde(path)
	case path[0] == '$':
		return c.dollar(path)
	case path[0] == '%':
		return c.percent(path)
	case strings.HasPrefix(path, `\\`):
		return c.share(path[2:])
	case path[0] == '/' || path[0] == '\\':
		c.relative = false
		return c.slashDrive(path)
	case hasDrive(path):
		c.onDrive()
		return path[2:]
	default:
		return path
	}
}

// cutScheme takes off "file:", with or without a host.
func cutScheme(path string) string {
	const scheme = "file:"
	if len(path) < len(scheme) || !strings.EqualFold(path[:len(scheme)], scheme) {
		return path
	}
	path = path[len(scheme):]
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		if i := strings.IndexByte(rest, '/'); i > 0 && !hasDrive(rest) {
			return rest[i:]
		}
		return rest
	}
	return path
}

// slashDrive finds the drive in "/C:/x", which is what is left of a file: address.
func (c *cleaned) slashDrive(path string) string {
	if len(path) > 2 && hasDrive(path[1:]) {
		c.onDrive()
		return path[3:]
	}
	return path[1:]
}

func hasDrive(path string) bool {
	return len(path) >= 2 && path[1] == ':' && isLetter(path[0]) &&
		(len(path) == 2 || path[2] == '/' || path[2] == '\\' || path[2] == '*' || !strings.Contains(path[2:], ":"))
}

// tilde goes home: to one's own, to root's, to another user's.
func (c *cleaned) tilde(path string) string {
	end := separator(path)
	switch user := path[1:end]; {
	case user == "root":
		c.to("/root")
	case user == "+" || user == "-":
		c.unknown = user == "-"
	case plainName(user):
		c.to("/home/~")
	default: // ~$x, or a backup file's odd name
		return path
	}
	return path[end:]
}

func plainName(user string) bool { return !strings.ContainsAny(user, "$*?[{.~") }

func (c *cleaned) to(text string) {
	c.set(text)
	c.relative = false
	c.drive = strings.HasPrefix(text, "c:")
	c.windows = c.windows || c.drive
}

// dollar resolves $NAME, ${NAME}, $env:NAME and ${env:NAME}.
func (c *cleaned) dollar(path string) string {
	end := 1 + nameEnd(path[1:])
	name, rest := path[1:end], path[end:]
	if braced, ok := strings.CutPrefix(path[1:], "{"); ok {
		name, rest, ok = strings.Cut(braced, "}")
		if !ok {
			c.unknown = true
			return path
		}
	}
	if len(name) > 4 && strings.EqualFold(name[:4], "env:") {
		name = name[4:]
	}
	c.variable(name, rest)
	return rest
}

func nameEnd(text string) int {
	for i := range len(text) {
		if b := text[i]; !isLetter(b) && b != '_' && b != ':' && (b < '0' || b > '9') {
			return i
		}
	}
	return len(text)
}

// percent resolves %NAME%. Anything else with a percent sign is a name.
func (c *cleaned) percent(path string) string {
	name, rest, ok := strings.Cut(path[1:], "%")
	if !ok || name == "" || nameEnd(name) != len(name) {
		return path
	}
	if strings.EqualFold(name, "HOMEDRIVE") {
		rest = cutFold(rest, "%HOMEPATH%")
	}
	c.variable(name, rest)
	c.windows = true
	return rest
}

func cutFold(text, prefix string) string {
	if len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
		return text[len(prefix):]
	}
	return text
}

// variable goes where the variable called name leads on a usual system. Where
// more than a separator follows it, it is but a part of a name.
func (c *cleaned) variable(name, rest string) {
	var room [24]byte
	if len(name) > len(room) || rest != "" && rest[0] != '/' && rest[0] != '\\' {
		c.unknown = true
		return
	}
	key := append(room[:0], name...)
	for i := range key {
		key[i] = lower(key[i])
	}
	where, known := variables[string(key)]
	switch {
	case !known:
		c.unknown = true
	case where != "":
		c.to(where)
	}
}

// variables are the folders that variables stand for; an empty one is the working
// folder.
//
//nolint:gochecknoglobals // a table, never written
var variables = map[string]string{
	"home": "/home/~", "userprofile": "c:/users/~", "homepath": "c:/users/~", "homedrive": "c:/users/~",
	"pwd": "", "cd": "", "tmpdir": "/tmp", "tmp": "/tmp", "temp": "/tmp",
	"xdg_config_home": "/home/~/.config", "xdg_data_home": "/home/~/.local/share", "zdotdir": "/home/~",
	"appdata": "c:/users/~/appdata/roaming", "localappdata": "c:/users/~/appdata/local",
	"systemroot": "c:/windows", "windir": "c:/windows", "systemdrive": "c:", "programdata": "c:/programdata",
	"allusersprofile": "c:/programdata", "programfiles": "c:/program files", "programw6432": "c:/program files",
	"public": "c:/users/public", "profile": "/home/~/documents/powershell/profile.ps1",
}

// share handles what follows \\: a device, a drive after all, or a server's share.
func (c *cleaned) share(rest string) string {
	c.relative, c.windows = false, true
	if len(rest) > 1 && (rest[0] == '?' || rest[0] == '.') && rest[1] == '\\' {
		rest = rest[2:]
		switch {
		case hasDrive(rest):
			c.onDrive()
			return rest[2:]
		case len(rest) > 4 && strings.EqualFold(rest[:4], `UNC\`):
			return c.share(rest[4:])
		case strings.HasPrefix(strings.ToLower(rest), "pipe"):
			c.unknown = true
		default:
			c.places |= Device
		}
		return rest
	}
	return c.server(rest)
}

// server skips the server's name. A share named c$ is its drive.
func (c *cleaned) server(rest string) string {
	i := strings.IndexAny(rest, `\/`)
	if i < 0 {
		c.unknown = true
		return rest
	}
	rest = rest[i+1:]
	if len(rest) >= 2 && rest[1] == '$' && isLetter(rest[0]) {
		c.onDrive()
		return rest[2:]
	}
	if strings.EqualFold(rest, "admin$") || len(rest) > 6 && strings.EqualFold(rest[:7], `admin$\`) {
		c.to("c:/windows")
		return rest[6:]
	}
	c.unknown = true
	return rest
}
