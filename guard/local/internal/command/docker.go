package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// deriveShell adds a word as a command line of its own.
func (j *judge) deriveShell(w Word) { j.derive(detect.Shell, "", w.Text) }

const dockerValued = " -H --host --context -c --config -l --log-level -f --file -p --project-name --profile --env-file --project-directory "

// docker judges docker and its like.
func (j *judge) docker() {
	walk := j.operands(dockerValued)
	if j.Name != "docker-compose" && j.Name != "podman-compose" {
		walk = j.operands(" -H --host --context -c --config -l --log-level ")
	}
	word := walk.next()
	if word == nil {
		return
	}
	switch word.Text {
	case "run", "create":
		j.container()
	case "container", "image", "volume", "system", "network", "builder", "stack", "swarm", "service", "secret", "context", "node", "config",
		"buildx", "pod", "machine", "c":
		j.dockerObject(word.Text, walk.next())
	case "compose":
		j.compose(walk.next())
	case "rm", "rmi", "kill":
		j.dockerRemove(word)
		j.dockerStop(word)
	case "stop", "pause":
		j.dockerStop(word)
	case "down":
		j.compose(word)
	default:
		if strings.HasSuffix(j.Name, "-compose") {
			j.compose(word)
		}
	}
}

// dockerRemove judges removing containers or images: by force, or all at once.
func (j *judge) dockerRemove(verb *Word) {
	switch everything := j.mentions("ps -"); {
	case everything || j.mentions("images -") || j.mentions("container ls") || j.mentions("ps)") || j.has("--all") && verb.Text != "kill":
		j.find("docker.delete.all", guard.SeverityHigh, "removes every container or image of the machine", verb)
	case j.flag('v', "volumes") && j.flag('f', "force"):
		j.find("docker.delete.volume", guard.SeverityHigh, "removes containers with the data that they keep", verb)
	case j.flag('f', "force"):
		j.find("docker.delete.force", guard.SeverityMedium, "removes containers or images even if they are in use", verb)
	}
}

// dockerStop judges stopping containers that others depend on, going by their names,
// or all of them.
func (j *judge) dockerStop(verb *Word) {
	if verb.Text == "rm" || verb.Text == "rmi" {
		return
	}
	walk := j.operands(" -t --time -s --signal -H --host --context ")
	for word := walk.next(); word != nil; word = walk.next() {
		if depended(word.Text) || strings.Contains(word.Text, "docker ps") {
			j.find("shell.service.stop", guard.SeverityMedium, "stops a service that the machine or others depend on", word)
			return
		}
	}
}

// dockerObject judges docker volume rm and its like.
func (j *judge) dockerObject(object string, verb *Word) {
	if verb == nil {
		return
	}
	switch object {
	case "container", "image":
		switch verb.Text {
		case "run", "create":
			j.container()
		case "rm":
			j.dockerRemove(verb)
		}
	case "volume", "stack", "swarm", "service", "secret", "node", "machine":
		switch verb.Text {
		case "rm", "remove", "prune", "down", "leave", "reset":
			j.find("docker.delete."+object, guard.SeverityHigh, "removes a "+object+" with all that it keeps", verb)
		}
	case "system":
		if verb.Text == "prune" && j.has("--volumes") || verb.Text == "reset" {
			j.find("docker.delete.volume", guard.SeverityHigh, "removes the data of all containers that do not run", verb)
		}
	}
}

// compose judges docker compose down -v and rm -v.
func (j *judge) compose(verb *Word) {
	if verb == nil || verb.Text != "down" && verb.Text != "rm" {
		return
	}
	if j.flag('v', "volumes") || j.has("--rmi=all") {
		j.find("docker.delete.volume", guard.SeverityHigh, "removes containers with the data that they keep", verb)
	}
}

// container judges what a new container is let do to the machine.
func (j *judge) container() {
	for i := range j.Args {
		word := &j.Args[i]
		for _, option := range [...]string{
			"--privileged", "--pid=host", "--ipc=host", "--userns=host", "--uts=host", "--cap-add=ALL", "--cap-add=SYS_ADMIN",
			"--cap-add=SYS_MODULE", "--cap-add=SYS_PTRACE", "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined",
		} {
			name, value, valued := strings.Cut(option, "=")
			if word.Text == option || valued && word.Text == name && i+1 < len(j.Args) && j.Args[i+1].Text == value {
				j.find("docker.privileged", guard.SeverityHigh, "starts a container that may do anything with the machine", word)
				return
			}
		}
		if j.mounts(i) || word.Text == "--device" || strings.HasPrefix(word.Text, "--device=/dev/sd") {
			return
		}
	}
}

// mounts judges the folder of the machine that the option at i shows a container.
func (j *judge) mounts(i int) bool {
	for _, option := range [...]string{"-v", "--volume", "--mount"} {
		value, ok := j.valueAt(i, option)
		if !ok {
			continue
		}
		source, _, _ := strings.Cut(value.Text, ":")
		if option == "--mount" {
			source = mountSource(value.Text)
		}
		at := value
		at.Text = source
		switch t := j.target(&at); {
		case strings.HasSuffix(source, "docker.sock") || strings.HasSuffix(source, "containerd.sock"):
			j.find("docker.socket", guard.SeverityHigh, "gives a container the service that runs containers, and so the whole machine", &value)
		case t.reach == root, t.reach == unset:
			j.find("docker.mount.root", guard.SeverityCritical, "gives a container every file of the machine", &value)
		case t.reach >= precious && t.place.Has(place.System|place.Secret|place.Kernel|place.Device|place.Home) && !t.place.Has(place.Project) && source != "/etc/localtime" && source != "/etc/timezone":
			j.find("docker.mount.system", guard.SeverityHigh, "gives a container files of the machine's own system, or keys", &value)
		default:
			return false
		}
		return true
	}
	return false
}

func mountSource(text string) string {
	for text != "" {
		part, rest, _ := strings.Cut(text, ",")
		for _, key := range [...]string{"source=", "src="} {
			if value, ok := strings.CutPrefix(part, key); ok {
				return value
			}
		}
		text = rest
	}
	return ""
}
