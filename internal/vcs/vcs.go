// Package vcs finds out which version of the code a process runs.
package vcs

import (
	"context"
	"runtime/debug"
	"strings"
)

// Facts is what is known; what is not is empty.
type Facts struct {
	CommitSHA string
	Branch    string
	RepoURL   string
	Dirty     *bool // the working tree had changes
}

// LookupEnv is os.LookupEnv, or what stands in for it.
type LookupEnv func(name string) (string, bool)

// Find asks, and the first that knows the commit wins: STASO_VCS_COMMIT_SHA, the
// variables of the CI system or host, the build info in the binary, and git in
// the working folder, which it gives two seconds. STASO_VCS_BRANCH and
// STASO_VCS_REPO_URL, where set, win over what was found.
func Find(ctx context.Context, lookup LookupEnv) Facts {
	get := func(name string) string {
		value, _ := lookup(name)
		return strings.TrimSpace(value)
	}
	facts := find(ctx, get)
	if branch := get("STASO_VCS_BRANCH"); branch != "" {
		facts.Branch = branch
	}
	if url := get("STASO_VCS_REPO_URL"); url != "" {
		facts.RepoURL = url
	}
	facts.RepoURL = withoutCredentials(facts.RepoURL)
	return facts
}

func find(ctx context.Context, get func(string) string) Facts {
	if sha := get("STASO_VCS_COMMIT_SHA"); sha != "" {
		return Facts{CommitSHA: sha}
	}
	if facts, ok := fromSystem(get); ok {
		return facts
	}
	if facts, ok := fromBuildInfo(debug.ReadBuildInfo()); ok {
		return facts
	}
	return fromGit(ctx)
}

func fromBuildInfo(info *debug.BuildInfo, ok bool) (Facts, bool) {
	if !ok {
		return Facts{}, false
	}
	var facts Facts
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			facts.CommitSHA = setting.Value
		case "vcs.modified":
			dirty := setting.Value == "true"
			facts.Dirty = &dirty
		}
	}
	return facts, facts.CommitSHA != ""
}
