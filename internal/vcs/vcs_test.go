package vcs_test

import (
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/internal/vcs"
)

const sha = "0123456789abcdef0123456789abcdef01234567"

// nowhere makes git find nothing.
func nowhere(t *testing.T) {
	t.Helper()
	t.Setenv("PATH", t.TempDir())
	t.Chdir(t.TempDir())
}

func TestSystems(t *testing.T) {
	nowhere(t)
	for name, c := range map[string]struct {
		guard string // the variable that says that the system is there
		vars  []string
		want  vcs.Facts
	}{
		"GitHub Actions": {
			"GITHUB_ACTIONS",
			[]string{"GITHUB_ACTIONS", "true", "GITHUB_SHA", sha, "GITHUB_REF_NAME", "main", "GITHUB_SERVER_URL", "https://github.com", "GITHUB_REPOSITORY", "org/repo"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "https://github.com/org/repo"},
		},
		"GitHub Actions, pull request": {
			"GITHUB_ACTIONS",
			[]string{"GITHUB_ACTIONS", "true", "GITHUB_SHA", sha, "GITHUB_REF_NAME", "12/merge", "GITHUB_HEAD_REF", "fix", "GITHUB_SERVER_URL", "https://github.com"},
			vcs.Facts{CommitSHA: sha, Branch: "fix"},
		},
		"Vercel": {
			"VERCEL",
			[]string{"VERCEL", "1", "VERCEL_GIT_COMMIT_SHA", sha, "VERCEL_GIT_COMMIT_REF", "main", "VERCEL_GIT_PROVIDER", "gitlab", "VERCEL_GIT_REPO_OWNER", "org", "VERCEL_GIT_REPO_SLUG", "repo"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "https://gitlab.com/org/repo"},
		},
		"Vercel, unknown provider": {
			"VERCEL",
			[]string{"VERCEL", "1", "VERCEL_GIT_COMMIT_SHA", sha, "VERCEL_GIT_PROVIDER", "other", "VERCEL_GIT_REPO_OWNER", "org", "VERCEL_GIT_REPO_SLUG", "repo"},
			vcs.Facts{CommitSHA: sha},
		},
		"Vercel, Bitbucket": {
			"VERCEL",
			[]string{"VERCEL", "1", "VERCEL_GIT_COMMIT_SHA", sha, "VERCEL_GIT_PROVIDER", "bitbucket", "VERCEL_GIT_REPO_OWNER", "org", "VERCEL_GIT_REPO_SLUG", "repo"},
			vcs.Facts{CommitSHA: sha, RepoURL: "https://bitbucket.org/org/repo"},
		},
		"Vercel, GitHub": {
			"VERCEL",
			[]string{"VERCEL", "1", "VERCEL_GIT_COMMIT_SHA", sha, "VERCEL_GIT_REPO_OWNER", "org", "VERCEL_GIT_REPO_SLUG", "repo"},
			vcs.Facts{CommitSHA: sha, RepoURL: "https://github.com/org/repo"},
		},
		"Railway": {
			"RAILWAY_ENVIRONMENT",
			[]string{"RAILWAY_ENVIRONMENT", "production", "RAILWAY_GIT_COMMIT_SHA", sha, "RAILWAY_GIT_BRANCH", "main", "RAILWAY_GIT_REPO_OWNER", "org", "RAILWAY_GIT_REPO_NAME", "repo"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "https://github.com/org/repo"},
		},
		"Heroku": {
			"DYNO", []string{"DYNO", "web.1", "HEROKU_SLUG_COMMIT", sha}, vcs.Facts{CommitSHA: sha},
		},
		"Heroku, build": {
			"DYNO", []string{"DYNO", "web.1", "HEROKU_BUILD_COMMIT", sha}, vcs.Facts{CommitSHA: sha},
		},
		"GitLab": {
			"GITLAB_CI",
			[]string{"GITLAB_CI", "true", "CI_COMMIT_SHA", sha, "CI_COMMIT_REF_NAME", "main", "CI_PROJECT_URL", "https://gitlab.example/org/repo"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "https://gitlab.example/org/repo"},
		},
		"CircleCI": {
			"CIRCLECI",
			[]string{"CIRCLECI", "true", "CIRCLE_SHA1", sha, "CIRCLE_BRANCH", "main", "CIRCLE_REPOSITORY_URL", "git@github.com:org/repo.git"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "git@github.com:org/repo.git"},
		},
		"Bitbucket": {
			"BITBUCKET_BUILD_NUMBER",
			[]string{"BITBUCKET_BUILD_NUMBER", "7", "BITBUCKET_COMMIT", sha, "BITBUCKET_BRANCH", "main", "BITBUCKET_GIT_HTTP_ORIGIN", "https://bitbucket.org/org/repo"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "https://bitbucket.org/org/repo"},
		},
		"CodeBuild": {
			"CODEBUILD_BUILD_ID",
			[]string{"CODEBUILD_BUILD_ID", "x:1", "CODEBUILD_RESOLVED_SOURCE_VERSION", sha, "CODEBUILD_WEBHOOK_HEAD_REF", "refs/heads/main", "CODEBUILD_SOURCE_REPO_URL", "https://github.com/org/repo.git"},
			vcs.Facts{CommitSHA: sha, Branch: "main", RepoURL: "https://github.com/org/repo.git"},
		},
		"Netlify": {
			"NETLIFY",
			[]string{"NETLIFY", "true", "COMMIT_REF", sha, "HEAD", "fix", "BRANCH", "pull/1/head", "REPOSITORY_URL", "https://github.com/org/repo"},
			vcs.Facts{CommitSHA: sha, Branch: "fix", RepoURL: "https://github.com/org/repo"},
		},
		"Azure Pipelines": {
			"TF_BUILD",
			[]string{"TF_BUILD", "True", "BUILD_SOURCEVERSION", sha, "BUILD_SOURCEBRANCH", "refs/heads/topic/a", "BUILD_REPOSITORY_URI", "https://org@dev.azure.com/org/p/_git/repo"},
			vcs.Facts{CommitSHA: sha, Branch: "topic/a", RepoURL: "https://dev.azure.com/org/p/_git/repo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, vcs.Find(t.Context(), env(c.vars...)))
			for _, off := range []string{"", "0", "false", "False", " "} {
				vars := append(slices.Clone(c.vars), c.guard, off)
				assert.Equal(t, vcs.Facts{}, vcs.Find(t.Context(), env(vars...)), "%s=%q", c.guard, off)
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	nowhere(t)
	github := []string{"GITHUB_ACTIONS", "true", "GITHUB_SHA", "github", "GITHUB_REF_NAME", "main"}
	gitlab := []string{"GITLAB_CI", "true", "CI_COMMIT_SHA", "gitlab", "CI_COMMIT_REF_NAME", "trunk"}
	for name, c := range map[string]struct {
		vars []string
		want vcs.Facts
	}{
		"ours before all": {
			append(slices.Clone(github), "STASO_VCS_COMMIT_SHA", " ours ", "STASO_VCS_BRANCH", "b", "STASO_VCS_REPO_URL", "https://u:p@h/r"),
			vcs.Facts{CommitSHA: "ours", Branch: "b", RepoURL: "https://h/r"},
		},
		"ours does not mix with another's": {append(slices.Clone(github), "STASO_VCS_COMMIT_SHA", "ours"), vcs.Facts{CommitSHA: "ours"}},
		"a part of ours":                   {append(slices.Clone(github), "STASO_VCS_BRANCH", "b"), vcs.Facts{CommitSHA: "github", Branch: "b"}},
		"only the URL": {
			append(slices.Clone(github), "STASO_VCS_REPO_URL", "https://h/r"),
			vcs.Facts{CommitSHA: "github", Branch: "main", RepoURL: "https://h/r"},
		},
		"the first system":        {slices.Concat(github, gitlab), vcs.Facts{CommitSHA: "github", Branch: "main"}},
		"the first that knows it": {slices.Concat([]string{"GITHUB_ACTIONS", "true"}, gitlab), vcs.Facts{CommitSHA: "gitlab", Branch: "trunk"}},
		"nobody knows":            {[]string{"GITHUB_ACTIONS", "true", "GITHUB_REF_NAME", "main"}, vcs.Facts{}},
		"nothing at all":          {nil, vcs.Facts{}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, vcs.Find(t.Context(), env(c.vars...)))
		})
	}
}

func TestCredentialsAreCutOut(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                  "",
		"https://host/org/repo.git":         "https://host/org/repo.git",
		"https://user:secret@host/r":        "https://host/r",
		"https://secret@host/r":             "https://host/r",
		"https://x-token:s%2Fe@host:8443/r": "https://host:8443/r",
		"https://user:se@cret@host/r":       "https://host/r",
		"http://:secret@host/r":             "http://host/r",
		"HTTPS://git:secret@host/r":         "HTTPS://host/r",
		"https://git@host/r":                "https://host/r",
		"https://host/r?token=secret#x":     "https://host/r",
		"https://host/a%20b":                "https://host/a%20b",
		"ssh://git@host:22/r":               "ssh://git@host:22/r",
		"ssh://git:secret@host/r":           "ssh://git@host/r",
		"ssh://secret@host/r":               "ssh://host/r",
		"ssh://[::1]:22/r":                  "ssh://[::1]:22/r",
		"git://host/r":                      "git://host/r",
		"file:///srv/r":                     "file:///srv/r",
		"git@host:org/repo.git":             "git@host:org/repo.git",
		"user:secret@host:org/repo":         "host:org/repo",
		"secret@host:org/repo":              "host:org/repo",
		"user:secret@host/org/repo":         "host/org/repo",
		"https:user:secret@host/r":          "host/r",
		"host:org/repo":                     "host:org/repo",
		"secret@host/a@b":                   "host/a@b",
		"/:secret@0":                        "",
		"/srv/user@corp/r":                  "/srv/user@corp/r",
		"../r":                              "../r",
		"https://user:sec%ret@host/r":       "",
		"https://user:se/cret@host/r":       "",
		"https://user:12/secret@host/r":     "",
		"user:se/cret@host/r":               "",
		"https://user:se cret@host/r\x7f":   "",
		"://secret@host":                    "",
		"https://":                          "",
	} {
		t.Run(raw, func(t *testing.T) {
			got := vcs.Find(t.Context(), env("STASO_VCS_COMMIT_SHA", sha, "STASO_VCS_REPO_URL", raw)).RepoURL
			assert.Equal(t, want, got)
		})
	}
}

func TestBuildInfo(t *testing.T) {
	for name, c := range map[string]struct {
		settings []debug.BuildSetting
		want     vcs.Facts
		ok       bool
	}{
		"clean":       {[]debug.BuildSetting{{Key: "vcs.revision", Value: sha}, {Key: "vcs.modified", Value: "false"}}, vcs.Facts{CommitSHA: sha, Dirty: ptr(false)}, true},
		"dirty":       {[]debug.BuildSetting{{Key: "vcs.revision", Value: sha}, {Key: "vcs.modified", Value: "true"}}, vcs.Facts{CommitSHA: sha, Dirty: ptr(true)}, true},
		"not stamped": {[]debug.BuildSetting{{Key: "GOOS", Value: "linux"}}, vcs.Facts{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := vcs.FromBuildInfo(&debug.BuildInfo{Settings: c.settings}, true)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.ok, ok)
		})
	}
	_, ok := vcs.FromBuildInfo(nil, false)
	assert.False(t, ok)
}

func FuzzCredentials(f *testing.F) {
	f.Add("https", "user", "host/path")
	f.Add("ssh", "git", "host:22/r")
	f.Fuzz(func(t *testing.T, scheme, user, rest string) {
		const secret = "s3cr3t"
		for _, raw := range []string{scheme + "://" + user + ":" + secret + "@" + rest, user + ":" + secret + "@" + rest} {
			got := vcs.Find(t.Context(), env("STASO_VCS_COMMIT_SHA", sha, "STASO_VCS_REPO_URL", raw)).RepoURL
			assert.NotContains(t, got, secret, "%q", raw)
		}
	})
}
