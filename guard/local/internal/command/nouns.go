package command

import "strings"

// weight is how bad it is to lose an object.
type weight uint8

const (
	unknownObject weight = iota
	harmless             // made again by itself: a cache
	light                // one thing of many: a message, a tag
	middle
	heavy // holds what cannot be made again, or much depends on it
)

// weigh returns the weight of the heaviest object that text names, its words being
// divided by any of the separators.
func weigh(text, separators string) weight {
	heaviest := unknownObject
	for text != "" {
		i := strings.IndexAny(text, separators)
		part := text
		if i >= 0 {
			part, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		heaviest = max(heaviest, object(part))
	}
	return heaviest
}

// objectSeparators divide the words of an object's name: "delete-db-cluster".
const objectSeparators = "-_:./ "

// object returns the weight of one word, in the singular or the plural.
func object(word string) weight {
	if len(word) > 32 {
		return unknownObject
	}
	switch word = singular(word); word {
	case "cache", "builder", "tmp", "temp", "context-cache", "alias", "plugin", "extension", "completion", "session-cache", "draft",
		"formatting", "filter":
		return harmless
	case "message", "tag", "label", "comment", "gist", "pod", "issue", "item", "flag", "session", "token", "log", "alert", "notification",
		"bookmark", "reaction", "lock", "toggle", "document", "doc":
		return light
	case "bucket", "database", "db", "cluster", "volume", "namespace", "ns", "project", "repo", "repository", "organization",
		"organisation", "org", "account", "vault",
		"keyspace", "vhost", "stack", "environment", "env", "backup", "snapshot", "table", "collection", "index", "indices", "domain",
		"zone", "tenant", "filesystem", "disk", "storage",
		"group", "instance", "server", "subscription", "registry", "warehouse", "schema", "pv", "pvc", "crd", "archive", "data",
		"eventdata", "store", "network", "vpc", "hypervisor",
		"dataset", "bigtable", "spanner", "alloydb", "replication", "replica", "pool", "raft", "operator", "secret", "key", "credential",
		"certificate", "app", "application", "site", "release", "node", "user", "gateway":
		return heavy
	case "queue", "topic", "stream", "exchange", "function", "service", "deployment", "role", "policy", "rule", "job", "pipeline", "image",
		"artifact", "record", "dashboard", "monitor",
		"schedule", "stage", "api", "route", "consumer", "producer", "plugin-config", "upstream", "target", "template", "identity",
		"webhook", "variable", "workspace", "team", "member", "segment", "metric",
		"feature", "split", "customer", "product", "price", "plan", "developer", "backend", "vcl", "acl", "dictionary", "model", "endpoint",
		"container", "object", "blob", "file", "folder",
		"peer", "partition", "shard", "task", "worker", "runner", "agent", "channel", "permission", "binding", "grant", "lease", "auth",
		"audit", "kv", "context", "branch", "milestone", "pd", "device", "vm", "machine", "lb",
		"contact", "list", "campaign", "migration", "migrate", "factory", "orb", "build", "view", "dyno", "addon", "config", "flags",
		"transaction", "invoice", "payment", "iptable", "wallet", "event", "eventhub", "trigger":
		return middle
	}
	return unknownObject
}

func singular(word string) string {
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return singularY(word)
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "xes"), strings.HasSuffix(word, "ches"):
		return word[:len(word)-2]
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && len(word) > 3 && word != "dns" && word != "alias":
		return word[:len(word)-1]
	}
	return word
}

// singularY makes one of "policies" without making a new text of it.
func singularY(word string) string {
	switch word {
	case "policies":
		return "policy"
	case "repositories":
		return "repository"
	case "registries":
		return "registry"
	case "identities":
		return "identity"
	case "dictionaries":
		return "dictionary"
	case "directories":
		return "folder"
	}
	return word
}
