// Package vcs finds out which version of the code a process runs.
package vcs

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"time"
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

// Find asks, and the first hit wins: the STASO_VCS_ variables, those of the CI
// system or host, the build info in the binary, and git in the working folder,
// which it gives two seconds.
func Find(ctx context.Context, lookup LookupEnv) Facts {
	get := func(name string) string {
		value, _ := lookup(name)
		return strings.TrimSpace(value)
	}
	facts, ok := fromVariables(get)
	if !ok {
		facts, ok = fromBuildInfo(debug.ReadBuildInfo())
	}
	if !ok {
		facts = fromGit(ctx)
	}
	facts.RepoURL = withoutCredentials(facts.RepoURL)
	return facts
}

// system is where a CI system or host keeps its facts.
type system struct {
	guard               string // set where the system is the one we run on
	commit, branch, url []string
}

func systems() []system {
	return []system{
		{"GITHUB_ACTIONS", []string{"GITHUB_SHA"}, []string{"GITHUB_HEAD_REF", "GITHUB_REF_NAME"}, nil},
		{"VERCEL", []string{"VERCEL_GIT_COMMIT_SHA"}, []string{"VERCEL_GIT_COMMIT_REF"}, nil},
		{"RAILWAY_ENVIRONMENT", []string{"RAILWAY_GIT_COMMIT_SHA"}, []string{"RAILWAY_GIT_BRANCH"}, nil},
		{"DYNO", []string{"HEROKU_SLUG_COMMIT", "HEROKU_BUILD_COMMIT"}, nil, nil},
		{"GITLAB_CI", []string{"CI_COMMIT_SHA"}, []string{"CI_COMMIT_REF_NAME"}, []string{"CI_PROJECT_URL"}},
		{"CIRCLECI", []string{"CIRCLE_SHA1"}, []string{"CIRCLE_BRANCH"}, []string{"CIRCLE_REPOSITORY_URL"}},
		{"BITBUCKET_BUILD_NUMBER", []string{"BITBUCKET_COMMIT"}, []string{"BITBUCKET_BRANCH"}, []string{"BITBUCKET_GIT_HTTP_ORIGIN"}},
		{"CODEBUILD_BUILD_ID", []string{"CODEBUILD_RESOLVED_SOURCE_VERSION"}, []string{"CODEBUILD_WEBHOOK_HEAD_REF"}, []string{"CODEBUILD_SOURCE_REPO_URL"}},
		{"NETLIFY", []string{"COMMIT_REF"}, []string{"HEAD", "BRANCH"}, []string{"REPOSITORY_URL"}},
		{"TF_BUILD", []string{"BUILD_SOURCEVERSION"}, []string{"BUILD_SOURCEBRANCH"}, []string{"BUILD_REPOSITORY_URI"}},
	}
}

func fromVariables(get func(string) string) (Facts, bool) {
	if sha := get("STASO_VCS_COMMIT_SHA"); sha != "" {
		return Facts{CommitSHA: sha, Branch: get("STASO_VCS_BRANCH"), RepoURL: get("STASO_VCS_REPO_URL")}, true
	}
	for _, s := range systems() {
		if guard := strings.ToLower(get(s.guard)); guard == "" || guard == "0" || guard == "false" {
			continue
		}
		facts := Facts{
			CommitSHA: first(get, s.commit),
			Branch:    strings.TrimPrefix(first(get, s.branch), "refs/heads/"),
			RepoURL:   first(get, s.url),
		}
		if facts.RepoURL == "" {
			facts.RepoURL = composedURL(s.guard, get)
		}
		if facts.CommitSHA != "" {
			return facts, true
		}
	}
	return Facts{}, false
}

// composedURL is for systems that tell the URL only in parts.
func composedURL(guard string, get func(string) string) string {
	switch guard {
	case "GITHUB_ACTIONS":
		return join(get("GITHUB_SERVER_URL"), get("GITHUB_REPOSITORY"))
	case "VERCEL":
		host := map[string]string{"": "https://github.com", "github": "https://github.com", "gitlab": "https://gitlab.com", "bitbucket": "https://bitbucket.org"}
		return join(host[get("VERCEL_GIT_PROVIDER")], get("VERCEL_GIT_REPO_OWNER"), get("VERCEL_GIT_REPO_SLUG"))
	case "RAILWAY_ENVIRONMENT":
		return join("https://github.com", get("RAILWAY_GIT_REPO_OWNER"), get("RAILWAY_GIT_REPO_NAME"))
	}
	return ""
}

func join(parts ...string) string {
	for _, part := range parts {
		if part == "" {
			return ""
		}
	}
	return strings.Join(parts, "/")
}

func first(get func(string) string, names []string) string {
	for _, name := range names {
		if value := get(name); value != "" {
			return value
		}
	}
	return ""
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

const gitTimeout = 2 * time.Second

func fromGit(ctx context.Context) Facts {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()
	status, err := git(ctx, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
	if err != nil {
		return Facts{}
	}
	facts := parseStatus(status)
	if url, err := git(ctx, "remote", "get-url", "origin"); err == nil {
		facts.RepoURL = strings.TrimSpace(url)
	}
	return facts
}

// git runs without locks, prompts, or a monitor that the repository names.
func git(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false"}, args...)...) //nolint:gosec // fixed arguments
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
	cmd.WaitDelay = 100 * time.Millisecond
	out, err := cmd.Output()
	return string(out), err
}

func parseStatus(status string) Facts {
	var facts Facts
	dirty := false
	for line := range strings.Lines(status) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "# branch.oid "):
			facts.CommitSHA = strings.TrimPrefix(line, "# branch.oid ")
		case strings.HasPrefix(line, "# branch.head "):
			facts.Branch = strings.TrimPrefix(line, "# branch.head ")
		case line != "" && !strings.HasPrefix(line, "#"):
			dirty = true
		}
	}
	if facts.CommitSHA == "(initial)" {
		facts.CommitSHA = ""
	}
	if facts.Branch == "(detached)" {
		facts.Branch = ""
	}
	if facts.CommitSHA != "" {
		facts.Dirty = &dirty
	}
	return facts
}

// withoutCredentials cuts user and password out of a URL, also out of one that
// does not parse.
func withoutCredentials(raw string) string {
	if !strings.Contains(raw, "://") {
		return raw // git@host:path names no secret
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	if _, secret := u.User.Password(); secret || u.Scheme == "http" || u.Scheme == "https" {
		u.User = nil
	}
	u.RawQuery, u.Fragment = "", ""
	return u.String()
}
