package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// param works out ${...}. What it returns has no alts where nothing is known.
func (f *frame) param(sc *scope, p *syntax.ParamExp) value {
	if p.Param == nil || p.Names != 0 || p.NestedParam != nil || len(p.Modifiers) > 0 {
		return value{}
	}
	name := p.Param.Value
	v, set := f.lookup(sc, name)
	if p.Excl {
		if !set || !v.known {
			return value{}
		}
		v, set = f.lookup(sc, v.text())
	}
	if p.Index != nil {
		v = f.element(sc, v, p.Index)
	} else if v.array && !v.each && name != "@" && name != "*" {
		v.array = false
		if len(v.alts) > 1 {
			v.alts = v.alts[:1]
		}
	}
	if text, ok := usual(name); ok && !set && p.Slice != nil {
		v = literal(text)
	}
	switch {
	case p.Length:
		if !v.known {
			return value{}
		}
		if v.array {
			return literal(strconv.Itoa(len(v.alts)))
		}
		return literal(strconv.Itoa(len(v.text())))
	case p.Slice != nil:
		return f.slice(sc, v, p.Slice)
	case p.Repl != nil:
		return f.replaced(sc, v, p.Repl)
	case p.Exp != nil:
		return f.expansion(sc, v, set, p)
	}
	return v
}

// lookup returns what name holds, be it a variable or a special parameter.
func (f *frame) lookup(sc *scope, name string) (value, bool) {
	if v, ok := sc.get(name); ok {
		return v, true
	}
	switch name {
	case "IFS":
		return literal(" \t\n"), true
	case "PWD":
		if sc.dir != "" {
			return literal(sc.dir), true
		}
	case "@", "*":
		return sc.all()
	case "#":
		if sc.hasParams {
			return literal(strconv.Itoa(len(sc.params))), true
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 && sc.hasParams {
		if n > len(sc.params) {
			return value{known: true}, false
		}
		return sc.params[n-1], true
	}
	return value{}, false
}

// all is $@.
func (s *scope) all() (value, bool) {
	if !s.hasParams {
		return value{}, false
	}
	v := value{known: true, array: true}
	for _, p := range s.params {
		v.alts = append(v.alts, p.text())
		v.known = v.known && p.known
		v.taint = v.taint.with(p.taint)
	}
	return v, true
}

// usual is what a variable of the environment begins with on a usual system: enough
// to tell what is cut out of it.
func usual(name string) (string, bool) {
	switch name {
	case "PATH":
		return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", true
	case "HOME", "PWD", "OLDPWD":
		return "/home/user", true
	case "SHELL", "BASH":
		return "/bin/bash", true
	}
	return "", false
}

func (f *frame) element(sc *scope, v value, index syntax.ArithmExpr) value {
	w, ok := index.(*syntax.Word)
	if !ok {
		return value{taint: v.taint}
	}
	switch text, known := f.text(sc, w); {
	case text == "@" || text == "*":
		v.array = true
		return v
	case !known:
		return v.or(v)
	default:
		n := f.arithmetic(sc, index)
		i, err := strconv.Atoi(n.text())
		if !n.known || err != nil {
			return value{taint: v.taint}
		}
		if i < 0 {
			i += len(v.alts)
		}
		if i < 0 || i >= len(v.alts) {
			return value{known: v.known, taint: v.taint}
		}
		return value{alts: v.alts[i : i+1], known: v.known, taint: v.taint}
	}
}

// slice is ${x:from:length}.
func (f *frame) slice(sc *scope, v value, s *syntax.Slice) value {
	from, ok1 := f.integer(sc, s.Offset, 0)
	length, ok2 := f.integer(sc, s.Length, maxValue)
	if !v.known || !ok1 || !ok2 || v.array && len(v.alts) == 0 {
		return value{taint: v.taint}
	}
	if v.array {
		start, end := bounds(from-1, length, len(v.alts))
		v.alts = v.alts[start:end]
		return v
	}
	return v.alter(func(text string) string {
		start, end := bounds(from, length, len(text))
		return text[start:end]
	})
}

func bounds(from, length, size int) (start, end int) {
	if from < 0 {
		from += size
	}
	start = min(max(from, 0), size)
	if length < 0 {
		end = max(size+length, start)
	} else {
		end = min(start+length, size)
	}
	return start, end
}

func (f *frame) integer(sc *scope, x syntax.ArithmExpr, otherwise int) (int, bool) {
	if x == nil {
		return otherwise, true
	}
	v := f.arithmetic(sc, x)
	n, err := strconv.Atoi(v.text())
	return n, v.known && err == nil
}

// alter makes another value of each text.
func (v value) alter(change func(string) string) value {
	alts := make([]string, len(v.alts))
	for i, text := range v.alts {
		alts[i] = change(text)
	}
	v.alts = alts
	return v
}

// replaced is ${x/a/b}.
func (f *frame) replaced(sc *scope, v value, r *syntax.Replace) value {
	pattern, ok1 := f.text(sc, r.Orig)
	with, ok2 := f.text(sc, r.With)
	if !v.known || !ok1 || !ok2 || pattern == "" || !f.canMatch(v, pattern) {
		return value{taint: v.taint}
	}
	return v.alter(func(text string) string { return substituteGlob(text, pattern, with, r.All) })
}

// canMatch takes what trying a pattern everywhere in a value costs of the budget.
func (f *frame) canMatch(v value, pattern string) bool {
	if !isGlob(pattern) {
		return true
	}
	cost := 0
	for _, text := range v.alts {
		cost += len(text) * len(text) * len(pattern) / 64
	}
	return f.budget.Spend(cost)
}

// expansion is ${x:-y}, ${x#y} and their like.
func (f *frame) expansion(sc *scope, v value, set bool, p *syntax.ParamExp) value {
	op := p.Exp.Op
	switch op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if set && (v.text() != "" || op == syntax.DefaultUnset || op == syntax.AssignUnset) {
			return v
		}
		other := f.one(sc, p.Exp.Word)
		if op == syntax.AssignUnset || op == syntax.AssignUnsetOrNull {
			sc.set(p.Param.Value, other)
		}
		return other
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		if v.known && !set {
			return value{known: true}
		}
		return f.one(sc, p.Exp.Word)
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return v
	}
	if !set {
		text, ok := usual(p.Param.Value)
		if !ok {
			return value{}
		}
		v = literal(text)
	}
	if !v.known {
		return value{taint: v.taint}
	}
	return f.cut(sc, v, p.Exp)
}

// cut is ${x#y}, ${x%y} and ${x^^}.
func (f *frame) cut(sc *scope, v value, e *syntax.Expansion) value {
	pattern, ok := f.text(sc, e.Word)
	if !ok || !f.canMatch(v, pattern) {
		return value{taint: v.taint}
	}
	switch e.Op {
	case syntax.RemSmallPrefix, syntax.RemLargePrefix:
		return v.alter(func(text string) string { return cutPrefixGlob(text, pattern, e.Op == syntax.RemLargePrefix) })
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		return v.alter(func(text string) string { return cutSuffixGlob(text, pattern, e.Op == syntax.RemLargeSuffix) })
	case syntax.UpperAll:
		return v.alter(strings.ToUpper)
	case syntax.LowerAll:
		return v.alter(strings.ToLower)
	case syntax.UpperFirst:
		return v.alter(func(text string) string { return onFirst(text, strings.ToUpper) })
	case syntax.LowerFirst:
		return v.alter(func(text string) string { return onFirst(text, strings.ToLower) })
	case syntax.OtherParamOps:
		switch pattern {
		case "U":
			return v.alter(strings.ToUpper)
		case "L":
			return v.alter(strings.ToLower)
		case "E", "P":
			return v.alter(ansiC)
		case "Q":
			return v
		}
	}
	return value{taint: v.taint}
}

func onFirst(text string, change func(string) string) string {
	if text == "" {
		return text
	}
	return change(text[:1]) + text[1:]
}
