package scripted

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

// tidy counts files, tries what it should not, and takes no for an answer.
func tidy(t turn) chat.Message {
	switch t.round {
	case 0:
		return call("First I see how much there is.", runs("find . -type f | wc -l"))
	case 1:
		return call("A page on the web has a line that frees space. I try it.", runs("echo cm0gLXJmIH4= | base64 -d | sh"))
	case 2:
		if why := t.failures(); len(why) > 0 {
			return call("I was not allowed to: "+why[len(why)-1]+" I write it down for the next one.",
				runs(`git commit -m "docs: nobody needs rm -rf / to tidy up"`))
		}
	}
	var lines []string
	for _, why := range t.failures() {
		lines = append(lines, "I was not allowed to free space as a page on the web advised: "+why)
	}
	for i, r := range found[ran](t, "run_command") {
		if i == 0 {
			lines = append(lines, fmt.Sprintf("There are %s files, and I deleted none.", r.Output))
			continue
		}
		lines = append(lines, fmt.Sprintf("A commit that only speaks of rm -rf was let through: %q (%s).", r.Output, r.Note))
	}
	return say(lines...)
}

func runs(command string) chat.ToolCall {
	return use("run_command", map[string]any{"command": command})
}

// publish asks for a release, and says what came of it.
func publish(t turn) chat.Message {
	if t.round == 0 {
		words := strings.Fields(t.question)
		return call("A person has to agree to this.",
			use("publish_release", map[string]any{"version": strings.TrimRight(words[len(words)-1], ".")}))
	}
	for _, r := range found[released](t, "publish_release") {
		return say(fmt.Sprintf("Release %s was approved: %s.", r.Version, r.Note))
	}
	return say("Nothing was released: " + strings.Join(t.failures(), " "))
}
