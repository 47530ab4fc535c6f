package command_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard/local/internal/code"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

type zz struct {
	vars  map[string]string
	found []string
	depth int
}

func (z *zz) word(src string, w *syntax.Word) command.Word {
	out := command.Word{Known: true, Start: int(w.Pos().Offset()), End: int(w.End().Offset())}
	out.Quoted = false
	z.parts(src, w.Parts, &out)
	return out
}

func (z *zz) parts(src string, parts []syntax.WordPart, out *command.Word) {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			out.Text += strings.ReplaceAll(p.Value, `\`, "")
		case *syntax.SglQuoted:
			out.Text += p.Value
			out.Quoted = true
		case *syntax.DblQuoted:
			out.Quoted = true
			z.parts(src, p.Parts, out)
		case *syntax.ParamExp:
			if v, ok := z.vars[p.Param.Value]; ok && p.Exp == nil {
				out.Text += v
				continue
			}
			out.Text += src[p.Pos().Offset():p.End().Offset()]
			out.Known = false
		default:
			out.Text += src[p.Pos().Offset():p.End().Offset()]
			out.Known = false
		}
	}
}

func (z *zz) run(src string) {
	if z.depth++; z.depth > 5 {
		return
	}
	defer func() { z.depth-- }()
	f, err := syntax.NewParser().Parse(strings.NewReader(src), "")
	if err != nil {
		z.found = append(z.found, "parse")
		f, err = syntax.NewParser(syntax.RecoverErrors(5)).Parse(strings.NewReader(src), "")
		if err != nil || f == nil {
			return
		}
	}
	from := map[*syntax.Stmt]*syntax.Stmt{}
	invs := map[*syntax.Stmt]*command.Invocation{}
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe {
				left := n.X
				for {
					if b, ok := left.Cmd.(*syntax.BinaryCmd); ok {
						left = b.Y
						continue
					}
					break
				}
				from[n.Y] = left
			}
		case *syntax.Stmt:
			for _, r := range n.Redirs {
				if r.Op == syntax.RdrOut || r.Op == syntax.AppOut {
					w := z.word(src, r.Word)
					z.judge(&command.Invocation{Name: "tee", Args: []command.Word{w}})
				}
			}
			c, ok := n.Cmd.(*syntax.CallExpr)
			if !ok {
				return true
			}
			for _, a := range c.Assigns {
				if a.Value != nil && a.Name != nil {
					if w := z.word(src, a.Value); w.Known {
						z.vars[a.Name.Value] = w.Text
					}
				}
			}
			if len(c.Args) == 0 {
				return true
			}
			inv := &command.Invocation{Start: int(c.Pos().Offset()), End: int(c.End().Offset())}
			var ws []command.Word
			for _, a := range c.Args {
				ws = append(ws, z.word(src, a))
			}
			if l := from[n]; l != nil {
				inv.StdinFrom = invs[l]
				if inv.StdinFrom != nil && inv.StdinFrom.Name == "echo" {
					var t []string
					for _, w := range inv.StdinFrom.Args {
						t = append(t, w.Text)
					}
					inv.Stdin, inv.StdinKnown = strings.Join(t, " "), true
				}
			}
			invs[n] = inv
			z.exec(inv, ws)
		}
		return true
	})
}

func (z *zz) exec(inv *command.Invocation, ws []command.Word) {
	for len(ws) > 0 {
		switch n := path.Base(ws[0].Text); n {
		case "sudo", "env", "nohup", "command", "nice", "busybox", "time", "exec", "xargs", "parallel":
			if n == "xargs" || n == "parallel" {
				for i := range ws {
					if inv.StdinKnown && ws[i].Text == "{}" {
						ws[i].Text = inv.Stdin
					}
				}
			}
			ws = ws[1:]
			for len(ws) > 0 && (strings.HasPrefix(ws[0].Text, "-") || strings.Contains(ws[0].Text, "=")) {
				if t := ws[0].Text; t == "-n" || t == "-u" || t == "-C" || t == "-I" || t == "-J" {
					ws = ws[1:]
				}
				ws = ws[1:]
			}
			continue
		case "bash", "sh":
			for i, w := range ws {
				if w.Text == "-c" && i+1 < len(ws) {
					z.run(ws[i+1].Text)
				}
			}
		case "ssh":
			if len(ws) > 2 {
				z.depth += 0
				inv.Remote = true
				z.remote(ws[len(ws)-1].Text)
			}
		}
		break
	}
	if len(ws) == 0 {
		return
	}
	inv.Name = path.Base(ws[0].Text)
	inv.Args = ws[1:]
	z.judge(inv)
}

func (z *zz) remote(s string) {
	var ws []command.Word
	for _, f := range strings.Fields(s) {
		ws = append(ws, command.Word{Text: f, Known: true})
	}
	if len(ws) > 0 {
		z.judge(&command.Invocation{Name: ws[0].Text, Args: ws[1:], Remote: true})
	}
}

func (z *zz) judge(inv *command.Invocation) {
	args := command.Judge(nil, inv, func(f detect.Finding) { z.found = append(z.found, f.Code) })
	for _, a := range args {
		switch {
		case a.Kinds&detect.Shell != 0:
			z.run(a.Text)
		case a.Kinds&detect.Code != 0:
			an := code.Analyze(nil, a.Text, a.Lang)
			for _, f := range an.Findings {
				z.found = append(z.found, f.Code)
			}
			for _, d := range an.Derived {
				if d.Kinds&detect.Shell != 0 {
					z.run(d.Text)
				}
			}
		case a.Kinds&detect.SQL != 0:
			z.found = append(z.found, "")
			z.found = z.found[:len(z.found)-1]
		}
	}
}

func TestZZ(t *testing.T) {
	type row struct {
		ID, Label, Category string
		Tier                int
		Contested           bool
		Tool_input          struct{ Command string }
	}
	tot, hit := map[string]int{}, map[string]int{}
	for _, name := range []string{"shell", "shell_attack_scripts"} {
		f, _ := os.Open("/work/shared/guard_corpus/" + name + ".jsonl")
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var r row
			json.Unmarshal(sc.Bytes(), &r)
			z := &zz{vars: map[string]string{}}
			z.run(r.Tool_input.Command)
			k := fmt.Sprintf("%s %d", r.Label, r.Tier)
			tot[k]++
			got := len(z.found) > 0
			if got {
				hit[k]++
			}
			if r.Label == "dangerous" && !got && r.Tier < 4 || r.Label == "safe" && got || r.Label == "policy" && got {
				c := ""
				if r.Contested {
					c = "C"
				}
				fmt.Printf("%s %d %s %s %q %v\n", r.Label, r.Tier, c, r.Category, r.Tool_input.Command[:min(len(r.Tool_input.Command), 230)], z.found)
			}
		}
	}
	for k := range tot {
		fmt.Println(k, hit[k], tot[k])
	}
}
