package vcs

import (
	"slices"
	"strings"
)

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

// fromSystem asks the first system that says that we run on it and that knows
// the commit.
func fromSystem(get func(string) string) (Facts, bool) {
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
		return join(vercelHost(get("VERCEL_GIT_PROVIDER")), get("VERCEL_GIT_REPO_OWNER"), get("VERCEL_GIT_REPO_SLUG"))
	case "RAILWAY_ENVIRONMENT":
		return join("https://github.com", get("RAILWAY_GIT_REPO_OWNER"), get("RAILWAY_GIT_REPO_NAME"))
	}
	return ""
}

func vercelHost(provider string) string {
	switch provider {
	case "", "github":
		return "https://github.com"
	case "gitlab":
		return "https://gitlab.com"
	case "bitbucket":
		return "https://bitbucket.org"
	}
	return ""
}

// join is empty where a part is missing.
func join(parts ...string) string {
	if slices.Contains(parts, "") {
		return ""
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
