package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// assign sets a variable.
func (f *frame) assign(sc *scope, a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	name := a.Name.Value
	v := f.assigned(sc, a)
	if a.Append {
		v = f.appended(sc, name, v)
	}
	if a.Index != nil {
		f.arithmetic(sc, a.Index)
		old, _ := sc.get(name)
		v = old.or(v)
		v.array, v.each = true, false
	}
	sc.set(name, v)
	f.setting(sc, name, v, a)
}

// assigned is the value that an assignment gives.
func (f *frame) assigned(sc *scope, a *syntax.Assign) value {
	if a.Array == nil {
		v := f.one(sc, a.Value)
		v.array = false
		return v
	}
	v := value{known: true, array: true}
	for _, elem := range a.Array.Elems {
		if elem.Value == nil {
			continue
		}
		b := f.build(sc, elem.Value)
		for _, field := range b.finish() {
			v.alts = append(v.alts, field.Text)
			v.known = v.known && field.Known
		}
		v.taint = v.taint.with(b.taint)
	}
	return v
}

// appended is what += makes of a variable.
func (f *frame) appended(sc *scope, name string, v value) value {
	old, ok := sc.get(name)
	switch {
	case !ok:
		return v
	case old.array || v.array:
		if len(old.alts)+len(v.alts) > maxFields {
			f.overflow = true
			return value{taint: old.taint.with(v.taint)}
		}
		return value{
			alts: append(append([]string(nil), old.alts...), v.alts...), array: true,
			known: old.known && v.known, taint: old.taint.with(v.taint),
		}
	case len(old.text())+len(v.text()) > maxValue:
		return value{taint: old.taint.with(v.taint)}
	}
	return value{alts: []string{old.text() + v.text()}, known: old.known && v.known, taint: old.taint.with(v.taint)}
}

// prefix is about a variable that is set for one command only, which runs in sc.
func (f *frame) prefix(sc *scope, a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	f.assign(sc, a)
	if sc.local == nil {
		sc.local = make(map[string]bool)
	}
	sc.local[a.Name.Value] = true
}

// declaration is declare, export, local and their like.
func (f *frame) declaration(sc *scope, decl *syntax.DeclClause) {
	for _, a := range decl.Args {
		if a.Name == nil {
			f.one(sc, a.Value)
			continue
		}
		if decl.Variant.Value == "local" || decl.Variant.Value == "declare" || decl.Variant.Value == "typeset" {
			sc.keep(a.Name.Value)
		}
		if !a.Naked {
			f.assign(sc, a)
		}
	}
}

// setting is about variables that decide what runs, or what is kept of it.
func (f *frame) setting(sc *scope, name string, v value, a *syntax.Assign) {
	start, end := f.at(a)
	switch name {
	case "HISTFILE", "HISTSIZE", "HISTFILESIZE", "SAVEHIST":
		if text := v.text(); v.known && (text == "" || text == "0" || text == "/dev/null") && a.Index == nil {
			f.find("shell.tracks.history", guard.SeverityHigh, start, end, "keeps what is done out of the shell's history")
		}
	case "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES":
		if at := place.Of(v.text()); at.Has(place.Temp) || strings.HasPrefix(v.text(), ".") {
			f.find("shell.preload", guard.SeverityHigh, start, end, "puts foreign code into every program that is started")
		}
	case "PS1", "PS2", "PS4", "PROMPT", "RPROMPT":
		if text := v.text(); v.known && strings.ContainsAny(text, "$`") {
			f.nested(sc.inner(), ": \""+strings.ReplaceAll(text, `"`, `\"`)+"\"", start, end, viaShell, stream{})
		}
	case "PROMPT_COMMAND", "PAGER", "GIT_PAGER", "MANPAGER", "EDITOR", "VISUAL", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "BROWSER",
		"GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS", "SUDO_ASKPASS", "RSYNC_RSH", "LESSOPEN", "BASH_ENV", "ENV":
		if content := f.content(sc, v.text()); content.known {
			f.nested(sc.inner(), content.text, start, end, viaFile, stream{})
		}
		if v.known && len(v.alts) == 1 && strings.ContainsAny(v.text(), " ;|&$`") {
			f.nested(sc.inner(), v.text(), start, end, viaShell, stream{})
		}
	}
}
