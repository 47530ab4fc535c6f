package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// service judges the programs by which services, clouds and databases are run. There
// are too many to know: what is known is how they are spoken to. The name of the
// program is followed by objects and a verb, "bucket delete x", "delete-stack",
// "apps:destroy"; a verb that deletes is a finding, as bad as its object.
func (j *judge) service() {
	if j.dryRun() || j.special() || j.remade() {
		return
	}
	s := sentence{admin: isAdmin(j.Name)}
	for i := 0; i < len(j.Args) && !s.harmless; i++ {
		word := &j.Args[i]
		switch text := word.Text; {
		case text == "--":
			s.harmless = true
		case isOption(text):
			s.object = s.object || s.verb != nil
			if v := optionVerb(text); v > reads && s.verb == nil {
				s.take(word, v, "")
			}
			s.afterOption = !strings.Contains(text, "=")
		case !s.over && s.words < mostWords:
			s.next(word)
		}
	}
	if s.verb != nil {
		j.conclude(&s)
	}
}

// sentence is what the words of a command line say.
type sentence struct {
	verb        *Word
	strength    verb
	weight      weight // of the object so far
	words       int    // that are no options
	admin       bool   // the program is there to administer
	object      bool   // something follows the verb
	afterOption bool   // the word before was an option, whose value this may be
	over        bool   // no word that follows can be a verb
	harmless    bool   // nothing that follows can change what it does
}

// mostWords is how many words are looked at: a verb stands among the first.
const mostWords = 6

// next takes the next word that is no option.
func (s *sentence) next(word *Word) {
	after := s.afterOption
	s.afterOption = false
	s.words++
	if s.verb != nil {
		if !after {
			s.object = true
			s.weight = max(s.weight, object(word.Text))
			s.over = s.words > 4
		}
		return
	}
	v, rest := readVerb(word.Text)
	switch {
	case after && (v == reads || v > reads && s.words > 1 || !isSubcommand(word.Text)):
		s.words-- // an option's value
	case v == reads && rest == "" && s.words == 1 && nounToo(word.Text), v == reads && rest == "" && nounToo(word.Text) && s.words > 1:
		s.weight = max(s.weight, object(word.Text))
	case v == reads:
		s.harmless = true
	case v == noVerb && !isSubcommand(word.Text):
		s.over = s.words > 1 || !strings.HasPrefix(word.Text, "@")
		s.weight = max(s.weight, weigh(word.Text, objectSeparators))
	case v == noVerb:
		s.weight = max(s.weight, weigh(word.Text, objectSeparators))
	default:
		s.take(word, v, rest)
	}
}

// nounToo are words that are verbs for some programs, and objects for others:
// "logs delete-log-group", "config delete".
func nounToo(word string) bool {
	switch word {
	case "logs", "log", "events", "restore", "test", "build", "run", "plan", "check", "deploy", "config", "publish", "exec", "view",
		"import", "export", "query":
		return true
	}
	return false
}

// take takes a word as the verb.
func (s *sentence) take(word *Word, v verb, rest string) {
	s.verb, s.strength = word, v
	s.object = s.object || rest != ""
	s.weight = max(s.weight, weigh(rest, objectSeparators))
	if rest != "" && s.weight == unknownObject {
		s.weight = object(rest)
	}
}

// optionVerb says which verb an option is: kafka-topics --delete, hdfs dfs -rm.
func optionVerb(text string) verb {
	if strings.HasPrefix(text, "--delete-") && !strings.HasSuffix(text, "branch") {
		return plain
	}
	switch strings.TrimLeft(text, "-") {
	case "delete", "remove", "purge", "drop", "destroy", "wipe", "rmr", "expunge", "delete-all", "delete-offsets", "unregister",
		"remove-all", "reset-offsets":
		return plain
	case "rm":
		if text == "-rm" {
			return plain
		}
	}
	return noVerb
}

// isAdmin says that a program's name says that it administers something.
func isAdmin(name string) bool {
	for _, end := range [...]string{"ctl", "admin", "adm", "-cli", "cli", "mgr", "util", "tool"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// conclude reports what a sentence says, if it is bad enough.
func (j *judge) conclude(s *sentence) {
	forced := j.hasAny("--force", "--yes", "--all", "--recursive", "--auto-approve", "--purge", "--no-prompt",
		"--confirm") || j.flag('y', "") || j.flag('f', "")
	switch {
	case s.weight == harmless:
		return
	case s.strength == mild && s.weight < middle && !s.admin && !known(j.Name):
		return
	case s.strength == plain && s.weight == unknownObject && !s.object && !s.admin && !known(j.Name):
		return
	case everydayTool(j.Name):
		return
	}
	severity := guard.SeverityMedium
	if s.weight == heavy || s.strength == strong {
		severity = guard.SeverityHigh
	}
	if severity == guard.SeverityHigh && forced {
		severity = guard.SeverityCritical
	}
	j.find("service.delete", severity, "deletes or takes away something that a service keeps", s.verb)
}

// known says that a program is one of the great ones, of which no verb that deletes
// is harmless.
func known(name string) bool {
	switch name {
	case "aws", "gcloud", "az", "kubectl", "oc", "helm", "terraform", "tofu", "terragrunt", "pulumi", "vault", "consul", "nomad", "etcdctl",
		"velero", "restic", "borg",
		"heroku", "fly", "flyctl", "vercel", "netlify", "railway", "render", "doctl", "linode-cli", "hcloud", "scw", "ibmcloud", "oci",
		"aliyun", "tccli", "gsutil", "s3cmd", "mc", "rclone", "b2", "azcopy",
		"gh", "glab", "hub", "bb", "wrangler", "flarectl", "fastly", "firebase", "supabase", "prisma", "rails", "rake", "artisan",
		"manage.py", "cdk", "sam", "serverless", "sls", "eksctl", "kops", "kind", "minikube", "k3d",
		"splunk", "stripe", "circleci", "jenkins-cli", "op", "bw", "doppler", "virsh", "vagrant", "multipass", "lxc", "incus", "juju",
		"ceph", "rados", "rbd", "gluster", "hdfs", "hadoop", "hbase", "deck", "nats", "unleash", "split", "pd", "flux", "linkerd", "cilium",
		"argocd", "istioctl":
		return true
	}
	return strings.HasPrefix(name, "kafka-") || strings.HasPrefix(name, "rabbitmq")
}

// everydayTool says that a tool's deleting is of one programmer's own machine.
func everydayTool(name string) bool {
	switch name {
	case "brew", "asdf", "nvm", "rustup", "pyenv", "rbenv", "sdk", "code", "tmux", "screen", "zellij", "helmfile", "krew", "gem", "mise",
		"volta", "fnm", "nodenv", "ollama", "adb", "xcrun", "simctl", "zoxide", "todo", "task", "taskwarrior", "chezmoi", "stow":
		return true
	}
	return false
}

// dryRun says that nothing would be done.
func (j *judge) dryRun() bool {
	return j.hasAny("--dry-run", "--dryrun", "--what-if", "--noop", "--no-op", "--simulate", "--preview", "-dry-run", "--whatif",
		"--server-dry-run", "--plan", "--help")
}

// special judges what the grammar of verbs does not cover, and says whether the
// program is settled by that.
func (j *judge) special() bool {
	switch j.Name {
	case "aws":
		return j.aws()
	case "terraform", "tofu", "terragrunt":
		return j.terraform()
	case "kubectl", "oc":
		return j.kubectl()
	case "deck":
		return j.settled(j.verb("sync", "reset") && !j.verb("diff", "dump"), "infrastructure.sync",
			"makes a gateway the same as a file, and deletes all else in it")
	case "rclone":
		return j.settled(j.verb("sync", "move", "moveto", "cleanup", "dedupe", "rmdirs", "deletefile", "bisync"), "storage.sync",
			"deletes files of a remote storage")
	case "borg", "borgmatic":
		return j.settled(j.verb("break-lock", "recreate", "compact"), "backup.change", "changes backups, or takes away what protects them")
	case "restic":
		return j.settled(j.verb("unlock", "rewrite", "prune") && !j.verb("list"), "backup.change",
			"changes backups, or takes away what protects them")
	case "gitlab-rake", "gitlab-ctl", "gitlab-backup":
		return j.settled(j.mentions("backup:restore") || j.verb("restore", "cleanse", "uninstall"), "backup.restore",
			"overwrites what is there with a backup")
	case "gh", "glab", "hub":
		return j.forge()
	case "nginx", "openresty":
		stops := j.has("-s") && j.verb("stop", "quit")
		j.settled(stops, "shell.service.stop", "stops a service that the machine or others depend on")
		return true
	case "jenkins-cli":
		return j.settled(j.verb("groovy", "groovysh", "safe-shutdown", "quiet-down", "shutdown", "offline-node", "restart",
			"safe-restart"), "cicd.control", "runs code on the build server, or stops it")
	case "tmutil":
		return j.settled(j.verb("disable", "deletelocalsnapshots"), "backup.change", "changes backups, or takes away what protects them")
	case "docker-machine", "vault":
		return j.settled(j.verb("seal", "rekey"), "secret.lock", "locks everybody out of a store of secrets")
	case "gsutil":
		return j.settled(j.verb("rsync") && j.flag('d', ""), "storage.sync", "deletes whatever is at the destination and not at the source")
	case "rndc":
		return j.settled(j.verb("delzone", "flush", "flushname", "flushtree", "stop", "halt"), "dns.update", "changes names of a DNS zone")
	case "kafka-delete-records", "kafka-delete-records.sh":
		return j.settled(len(j.Args) > 0, "service.delete", "deletes messages of a stream")
	case "ansible-playbook":
		tags, _ := j.value("--tags")
		v, _ := readVerb(tags.Text)
		return j.settled(v > mild, "infrastructure.fleet", "deletes something on many machines at once")
	case "gcloud":
		return j.settled(j.mentions("allUsers") || j.mentions("allAuthenticatedUsers"), "cloud.public", "opens something in a cloud to everybody")
	case "manage.py":
		return j.settled(j.verb("flush", "reset_db", "zero"), "database.drop", "deletes all that a database holds")
	}
	return false
}

// remade judges prisma db push where it may drop the tables first.
func (j *judge) remade() bool {
	return j.settled(j.Name == "prisma" && j.hasAny("--force-reset", "--accept-data-loss"), "database.drop", "drops what a database keeps, to make it anew")
}

// settled reports a finding if there is one, and says whether there is.
func (j *judge) settled(harmful bool, code, reason string) bool {
	if harmful {
		j.find(code, guard.SeverityHigh, reason, nil)
	}
	return harmful
}

// forge judges gh api -X DELETE and making a repository public.
func (j *judge) forge() bool {
	if j.verb("api") {
		for _, option := range [...]string{"-X", "--method"} {
			if method, ok := j.value(option); ok && strings.EqualFold(method.Text, "DELETE") {
				j.find("http.delete", guard.SeverityHigh, "has a service delete what it keeps", nil)
			}
		}
		return true
	}
	if visibility, ok := j.value("--visibility"); ok && visibility.Text == "public" && j.verb("edit") {
		j.find("cloud.public", guard.SeverityHigh, "opens something in a cloud to everybody", &visibility)
		return true
	}
	return false
}
