package shell

import "strings"

// isInstaller says that all that a program loads is what the makers of a well-known
// tool have it installed with, over a connection that nobody else can change. To
// run that is no worse than to install a package.
func isInstaller(c *call) bool {
	addresses := 0
	for _, word := range c.list {
		if !strings.Contains(word.Text, "://") {
			continue
		}
		address, ok := strings.CutPrefix(word.Text, "https://")
		if !ok || !word.Known || !isWellKnown(address) {
			return false
		}
		addresses++
	}
	return addresses > 0
}

// isWellKnown says that an address without its scheme begins with one of those that
// makers of tools give out.
func isWellKnown(address string) bool {
	for _, known := range [...]string{
		"sh.rustup.rs", "get.docker.com", "astral.sh/uv/", "astral.sh/ruff/", "deno.land/install.sh", "deno.land/x/install/", "bun.sh/install", "bun.com/install",
		"get.pnpm.io/install.sh", "install.python-poetry.org", "deb.nodesource.com/setup_", "rpm.nodesource.com/setup_", "pyenv.run", "mise.run", "get.k3s.io",
		"bootstrap.pypa.io/get-pip.py", "get.sdkman.io", "get.volta.sh", "fnm.vercel.app/install", "starship.rs/install.sh", "ollama.com/install.sh",
		"tailscale.com/install.sh", "just.systems/install.sh", "sdk.cloud.google.com", "get.helm.sh/", "install.julialang.org", "nixos.org/nix/install",
		"raw.githubusercontent.com/nvm-sh/nvm/", "raw.githubusercontent.com/Homebrew/install/", "raw.githubusercontent.com/helm/helm/",
		"raw.githubusercontent.com/golangci/golangci-lint/", "raw.githubusercontent.com/ohmyzsh/ohmyzsh/", "raw.githubusercontent.com/pyenv/pyenv-installer/",
	} {
		rest, ok := strings.CutPrefix(address, known)
		if ok && (rest == "" || strings.HasSuffix(known, "/") || strings.HasSuffix(known, "_") || rest[0] == '/' || rest[0] == '?') && !strings.Contains(rest, "..") {
			return true
		}
	}
	return false
}
