package shell

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// elsewhere runs what a program runs on another machine or in a container. The
// program itself is judged as any other.
func (f *frame) elsewhere(sc *scope, c *call) {
	inner := sc.inner()
	inner.remote = true
	inner.dir = ""
	switch c.name {
	case "ssh", "autossh", "mosh", "rsh", "dbclient", "slogin":
		f.ssh(inner, sc, c)
	case "docker", "podman", "nerdctl", "docker-compose", "podman-compose":
		f.container(inner, c)
	case "kubectl", "oc", "k3s", "microk8s":
		f.pod(inner, c)
	case "lxc", "incus", "multipass", "distrobox", "toolbox", "flatpak-spawn", "minikube", "nomad", "limactl":
		f.behindDashes(inner, c)
	case "adb", "wsl", "heroku", "fly", "flyctl", "vagrant", "gcloud":
		f.commandOption(inner, c)
	case "tmux", "screen", "byobu", "zellij":
		inner.remote, inner.dir = sc.remote, sc.dir
		f.terminal(inner, c)
	}
}

func (f *frame) ssh(inner, local *scope, c *call) {
	const valued = " -b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w "
	for i, word := range c.list {
		text, _ := strings.CutPrefix(word.Text, "-o")
		if text == "" && i+1 < len(c.list) {
			text = c.list[i+1].Text
		}
		key, held, ok := strings.Cut(text, "=")
		if ok && (strings.EqualFold(key, "ProxyCommand") || strings.EqualFold(key, "LocalCommand") || strings.EqualFold(key, "KnownHostsCommand")) {
			f.runText(local.inner(), c, held, taint{})
		}
	}
	host := skipOptions(c.list, valued)
	i := host + 1
	if i <= len(c.list) {
		i += skipOptions(c.list[min(i, len(c.list)):], valued)
	}
	switch {
	case i < len(c.list):
		line := *c
		line.in = stream{}
		f.runText(inner, &line, join(c.list[i:]), c.taintFrom(i).onlyCode())
	case host < len(c.list) && c.in.known:
		f.runInput(inner, c)
	}
}

// onlyCode is what matters of a taint where it is about what is run.
func (t taint) onlyCode() taint { return taint{network: t.network, decoded: t.decoded, via: t.via} }

// containerOptions are the options of docker exec and run whose value is the next
// word.
const containerOptions = " -e --env --env-file -u --user -w --workdir -v --volume --mount --name -p --publish --network --net --entrypoint -l --label " +
	"--platform --cpus -m --memory --memory-swap --restart --ip --hostname -h --add-host --dns --device --gpus --shm-size --ulimit --cap-add --cap-drop " +
	"--security-opt --pid --ipc --uts --userns --runtime --log-driver --log-opt --tmpfs --expose --link --volumes-from --pull --detach-keys -c --cpu-shares " +
	"--index -f --file --project-directory --profile --scale --stop-signal --health-cmd --cidfile --group-add --init-path --isolation -H --host --context "

func (f *frame) container(inner *scope, c *call) {
	i := skipOptions(c.list, containerOptions)
	for i < len(c.list) && (c.list[i].Text == "compose" || c.list[i].Text == "container") {
		i++
		i += skipOptions(c.list[i:], containerOptions)
	}
	if i >= len(c.list) || c.list[i].Text != "exec" && c.list[i].Text != "run" {
		return
	}
	inner.ephemeral = c.list[i].Text == "run" && !isOpen(c)
	i++
	i += skipOptions(c.list[i:], containerOptions)
	// What follows is the container or the image, and then the program.
	for at, word := range c.list[:min(i, len(c.list))] {
		entry, ok := strings.CutPrefix(word.Text, "--entrypoint=")
		if word.Text == "--entrypoint" && at+1 < len(c.list) {
			entry, ok = c.list[at+1].Text, true
		}
		if ok && i+1 <= len(c.list) {
			one := *c
			one.taints = nil
			one.list = append([]command.Word{{Text: entry, Known: true, Start: c.start, End: c.end}}, c.list[min(i+1, len(c.list)):]...)
			one.depth++
			f.start(inner, one)
			return
		}
	}
	f.rest(inner, c, i+1)
}

// isOpen says that a container has something of the machine's, or may reach it.
func isOpen(c *call) bool {
	for _, word := range c.list {
		name, _, _ := strings.Cut(word.Text, "=")
		switch name {
		case "-v", "--volume", "--mount", "--volumes-from", "--privileged", "--device", "--pid", "--cap-add", "compose", "-f":
			return true
		}
		if strings.HasPrefix(word.Text, "-v") && strings.Contains(word.Text, "/") {
			return true
		}
	}
	return c.name == "docker-compose" || c.name == "podman-compose"
}

func (f *frame) pod(inner *scope, c *call) {
	for i, word := range c.list {
		switch word.Text {
		case "exec", "run", "debug":
			f.behindDashes(inner, c)
			return
		case "kubectl":
			if c.name != "kubectl" {
				one := *c
				one.words, one.name = c.from(i+1), "kubectl"
				f.pod(inner, &one)
				return
			}
		}
	}
}

// behindDashes runs what stands behind "--".
func (f *frame) behindDashes(inner *scope, c *call) {
	for i, word := range c.list {
		if word.Text == "--" {
			f.rest(inner, c, i+1)
			return
		}
	}
	if len(c.list) > 2 && c.list[0].Text == "exec" { // an old form of it
		i := 1 + skipOptions(c.list[1:], " -n --namespace -c --container ")
		f.rest(inner, c, i+1+skipOptions(c.list[min(i+1, len(c.list)):], " -n --namespace -c --container "))
	}
}

// commandOption runs what stands behind -c, --command, "shell" or "run".
func (f *frame) commandOption(inner *scope, c *call) {
	for i, word := range c.list {
		text := word.Text
		switch {
		case (text == "-c" || text == "-C" || text == "--command") && i+1 < len(c.list):
			f.runText(inner, c, c.list[i+1].Text, c.taintOf(i+1))
			return
		case strings.HasPrefix(text, "--command="):
			f.runText(inner, c, text[len("--command="):], c.taintOf(i))
			return
		case (text == "shell" && c.name == "adb" || text == "run" && c.name == "heroku" || text == "-e" && c.name == "wsl" || text == "--") && i+1 < len(c.list):
			f.runText(inner, c, join(c.list[i+1:]), c.taintFrom(i+1))
			return
		}
	}
}

// terminal runs what is typed into another terminal.
func (f *frame) terminal(inner *scope, c *call) {
	for i, word := range c.list {
		switch word.Text {
		case "send-keys", "send", "stuff", "new-session", "new", "new-window", "neww", "split-window", "splitw", "run-shell", "run", "respawn-pane", "if-shell", "-dm", "-dmS":
			rest := c.list[i+1:]
			var typed []command.Word
			for j := 0; j < len(rest); j++ {
				switch text := rest[j].Text; {
				case takesNext(" -t -n -s -c -e -x -y -F -S -l -p ", text):
					j++
				case len(text) > 1 && text[0] == '-', isKey(text):
				default:
					typed = append(typed, rest[j])
				}
			}
			if c.name == "screen" && word.Text != "stuff" {
				f.rest(inner, c, i+1+skipOptions(rest, " -S -t -T -s -c ")+strings.Count(word.Text, "S"))
				return
			}
			f.runText(inner, c, strings.TrimRight(unescape(join(typed), ""), "\r\n"), c.taint)
			return
		}
	}
}

// isKey says that text names a key.
func isKey(text string) bool {
	switch text {
	case "Enter", "C-m", "KPEnter", "Escape", "C-c", "C-u", "C-l", "Space", "Tab":
		return true
	}
	return false
}
