package code

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// touches judges calls that delete, write and read files, and says whether this is
// one.
func (c *call) touches() bool {
	switch {
	case c.removes():
	case c.opens():
	case c.writes():
	case c.reads():
	case c.processes():
	default:
		return false
	}
	return true
}

// removes judges calls that delete files.
func (c *call) removes() bool {
	recursive := false
	switch c.name {
	case "rmtree", "removedirs", "rm_rf", "rm_r", "remove_dir", "remove_entry_secure", "remove_entry", "remove_tree", "RemoveAll", "rimraf",
		"emptyDir", "emptyDirSync", "removeSync", "deleteDirectory", "remove_dir_all":
		recursive = true
	case "unlink", "unlinkSync", "rmdir", "rmdirSync", "rm", "rmSync", "remove_file", "deleteIfExists":
		option, _ := c.keyed("recursive")
		recursive = option.chain != "" && !strings.EqualFold(option.chain, "false") || option.text == "true" || option.text == "TRUE"
	case "remove", "Remove", "delete", "rm_f":
		if c.base != "os" && c.base != "fs" && c.base != "File" && c.base != "file" && c.base != "FileUtils" && c.base != "Files" && c.base != "FileSystem" && c.base != "pathlib" {
			return false
		}
	default:
		return false
	}
	target := c.arg(0)
	if len(c.args) == 0 || c.base != "" && target.text == "" && !target.isList && c.on.text != "" {
		target = c.on // Path("x").unlink()
	}
	for _, one := range each(target) {
		if one.text != "" {
			command.Remove(c.budget, "", word(one), recursive, c.report)
		}
	}
	return true
}

// each is a value, or the items of a list.
func each(v value) []value {
	if v.isList {
		return v.items
	}
	return []value{v}
}

func word(v value) *command.Word {
	return &command.Word{Text: v.text, Known: v.known, Quoted: true}
}

// opens judges open(path, mode).
func (c *call) opens() bool {
	switch c.name {
	case "open", "fopen", "FileWriter", "OpenFile", "openSync", "sysopen":
	default:
		return false
	}
	path, mode := c.arg(0), c.arg(1)
	if c.lang == perl {
		return c.opensPerl()
	}
	if c.on.text != "" && c.name == "open" && (c.lang == python) {
		path, mode = c.on, c.arg(0)
	}
	if given, ok := c.keyed("mode"); ok {
		mode = given
	}
	if c.name == "FileWriter" || strings.ContainsAny(mode.text, "wax+") && mode.known {
		c.writing(path)
		return true
	}
	c.reading(path)
	return true
}

// opensPerl judges open(F, ">/etc/x"), open(F, ">", "/etc/x") and open(F, "ls|").
func (c *call) opensPerl() bool {
	mode, path := c.arg(1), c.arg(2)
	line := strings.TrimSpace(mode.text)
	switch {
	case strings.HasPrefix(line, ">&"):
		c.facts.given = true
	case line == "|-" || line == "-|":
		c.shell(value{text: commandLine(c.words()[min(2, len(c.words())):]), known: true})
	case strings.HasPrefix(line, "|"):
		c.shell(text(line[1:]))
	case strings.HasSuffix(line, "|"):
		c.shell(text(line[:len(line)-1]))
	case strings.HasPrefix(line, ">") || strings.HasPrefix(line, "+"):
		if target := strings.TrimLeft(line, ">+ "); target != "" {
			path = text(target)
		}
		c.writing(path)
	default:
		if target := strings.TrimLeft(line, "< "); target != "" && path.text == "" {
			path = text(target)
		}
		c.reading(path)
	}
	return true
}

// writes judges calls that write a file as a whole.
func (c *call) writes() bool {
	switch c.name {
	case "write_text", "write_bytes":
		c.writing(c.on)
	case "writeFile", "writeFileSync", "appendFile", "appendFileSync", "createWriteStream", "file_put_contents", "WriteFile", "Create",
		"outputFile", "outputFileSync", "writeTextFile":
		c.writing(c.arg(0))
	case "write", "binwrite":
		if c.base != "File" && c.base != "IO" {
			return false
		}
		c.writing(c.arg(0))
	case "copy", "copy2", "copyfile", "move", "copyFile", "copyFileSync", "rename", "renameSync", "cp", "mv", "copytree", "symlink",
		"symlinkSync", "link", "cpSync", "ln_s":
		if !fileModule(c.base) {
			return false
		}
		c.reading(c.arg(0))
		c.writing(c.arg(1))
	case "writeLines", "write.csv", "saveRDS":
		c.writing(c.arg(1))
	default:
		return false
	}
	return true
}

func fileModule(base string) bool {
	switch base {
	case "shutil", "os", "fs", "fs.promises", "fsPromises", "FileUtils", "File", "Files", "file", "fse":
		return true
	}
	return false
}

// reads judges calls that read a file as a whole.
func (c *call) reads() bool {
	switch c.name {
	case "read_text", "read_bytes":
		c.reading(c.on)
	case "readFile", "readFileSync", "createReadStream", "file_get_contents", "ReadFile", "readlines", "readLines", "readTextFile",
		"readfile", "readAllText", "ReadAllText", "highlight_file", "show_source":
		c.reading(c.arg(0))
	case "read", "binread", "foreach":
		if c.base != "File" && c.base != "IO" {
			return false
		}
		c.reading(c.arg(0))
	default:
		return false
	}
	return true
}

// writing judges writing the file at a path, reading judges reading it.
func (c *call) writing(path value) {
	if path.text != "" {
		command.Write(c.budget, "", word(path), c.report)
	}
}

func (c *call) reading(path value) {
	if path.text == "" {
		return
	}
	if place.Of(path.text).Has(place.Secret) {
		c.from |= secret
	}
	if strings.Contains(path.text, "://") {
		c.derive(detect.Arg{Kinds: detect.URL, Text: path.text, Derived: true})
		return
	}
	command.Read(c.budget, "", word(path), c.report)
	command.Show(c.budget, "", word(path), c.report)
}

// processes judges calls about other processes and about rights.
func (c *call) processes() bool {
	first := c.arg(0)
	switch c.name {
	case "kill", "killpg":
		if c.base != "os" && c.base != "Process" && c.base != "process" && c.base != "" && c.base != "posix" {
			return false
		}
		if pid := c.arg(0); pid.text == "1" && c.base != "" && c.lang != perl && c.lang != ruby || pid.text == "-1" || c.lang == perl && c.arg(1).text == "-1" {
			c.finding("code.kill", guard.SeverityCritical, "ends every process of the machine")
		}
	case "fork":
		if c.base != "os" && c.base != "" && c.base != "Process" {
			return false
		}
		c.facts.forks = true
	case "setuid", "setgid", "seteuid", "setreuid", "setresuid":
		if first.text == "0" {
			c.finding("code.privilege", guard.SeverityHigh, "takes an administrator's rights")
		}
	case "chmod", "chmodSync":
		return c.permits()
	case "dup2", "reopen":
		c.facts.given = true
	default:
		return false
	}
	return true
}

// permits judges chmod.
func (c *call) permits() bool {
	path, mode := c.arg(0), c.arg(1)
	if c.lang == ruby || c.lang == perl {
		path, mode = mode, path
	}
	digits := strings.TrimLeft(mode.text, "0o")
	switch {
	case len(digits) == 4 && strings.IndexByte("4627", digits[0]) >= 0 && isDigit(digits[1]):
		c.finding("code.privilege", guard.SeverityHigh, "lets a program run with its owner's rights, whoever starts it")
	case path.text != "" && strings.HasSuffix(digits, "7"):
		command.Write(c.budget, "", word(path), c.report)
	}
	return true
}
