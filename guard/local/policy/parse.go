package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// version of the form of files.
const version = "1"

// Parse reads a policy. name is what its mistakes are reported under, and where
// the policy gets its name from if it says none: a file's path. What is wrong comes
// all at once, one [Error] for each mistake, joined.
//
// The names of rules and their parameters are not looked at here but by the engine,
// which knows the catalogue.
func Parse(name string, data []byte) (*Policy, error) {
	return newReader().policy(name, data)
}

func newReader() *reader {
	return &reader{compiler: &compiler{}, now: time.Now()}
}

func (r *reader) policy(name string, data []byte) (*Policy, error) {
	root, err := document(name, data)
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, &Error{Position: Position{File: name, Line: 1, Column: 1}, Problem: "the policy is empty", Remedy: "write at least: version: 1"}
	}
	r.mistakes, r.warnings = nil, nil
	p := &Policy{Name: baseName(name), Source: name}
	base := r.root(root, p)
	p.Warnings = r.warnings
	if len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	p.Version = hash(root, base)
	return p, nil
}

// root reads the file's keys, and puts the policy that it extends under it.
func (r *reader) root(n *node, p *Policy) (base *Policy) {
	var extends string
	var form, overrides *node
	ok := r.mapping(n, "a policy", fields{
		"version":      func(n *node) { form = n },
		"name":         r.text(&p.Name, "name"),
		"extends":      oneOf(r, &extends, "extends", "default", "none"),
		"agents":       r.globs(&p.Agents, "agents"),
		"environments": r.globs(&p.Environments, "environments"),
		"tools":        r.tools(&p.Tools),
		"rules":        func(n *node) { r.list(n, "rules", func(rule *node) { p.Rules = append(p.Rules, r.rule(rule)) }) },
		"overrides":    func(n *node) { overrides = n },
		"tests":        r.tests(&p.Tests),
	})
	if !ok {
		return nil
	}
	r.form(n, form)
	switch {
	case extends != "none":
		base = r.builtIn()
		r.extend(p, base, overrides)
	case overrides != nil:
		r.fail(overrides.at, "there is nothing to override", "write extends: default, or change the rules themselves")
	}
	r.unique(p)
	return base
}

// form says which form of files the policy has; there is but one.
func (r *reader) form(root, n *node) {
	switch {
	case n == nil:
		r.fail(root.at, "the policy does not say its version", "write version: 1")
	case n.kind != number || n.text != version:
		r.fail(n.at, fmt.Sprintf("version is %q", n.text), "write version: 1")
	}
}

// builtIn is the built-in policy, parsed once for all that this reader reads.
func (r *reader) builtIn() *Policy {
	if r.base == nil {
		r.base = Default()
	}
	return r.base
}

// unique says which ids there are twice.
func (r *reader) unique(p *Policy) {
	seen := map[string]Position{}
	for _, rule := range p.Rules {
		first, ok := seen[rule.ID]
		if !ok || rule.ID == "" {
			seen[rule.ID] = rule.At
			continue
		}
		remedy := "give each its own"
		if first.File != rule.At.File {
			remedy = "the policy that it extends has it: change that one under overrides, or take another id"
		}
		r.fail(rule.At, fmt.Sprintf("a second rule has the id %q", rule.ID), remedy)
	}
}

func baseName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func hash(root *node, base *Policy) string {
	sum := sha256.New()
	sum.Write(canonical(root))
	if base != nil {
		sum.Write([]byte("\n" + base.Version))
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))[:12]
}

// fixtures reads tests that stand in a file of their own.
func (r *reader) fixtures(name string, data []byte) ([]Test, error) {
	var tests []Test
	if !strings.EqualFold(filepath.Ext(name), ".jsonl") {
		root, err := document(name, data)
		if err != nil || root == nil {
			return nil, err
		}
		r.tests(&tests)(root)
		return tests, errors.Join(r.mistakes...)
	}
	if len(data) > maxFixtures {
		return nil, &Error{Position: Position{File: name}, Problem: "the file has too many bytes", Remedy: fmt.Sprintf("at most %d are read: split it", maxFixtures)}
	}
	for i, line := range bytes.Split(data, []byte("\n")) {
		root, err := document(name, bytes.TrimSpace(line))
		if err != nil {
			r.mistakes = append(r.mistakes, shifted(err, i))
			continue
		}
		if root != nil {
			root.shift(i)
			tests = append(tests, r.test(root))
		}
	}
	return tests, errors.Join(r.mistakes...)
}

// maxFixtures is how many bytes a file of one test a line may have.
const maxFixtures = 64 << 20

// shift moves n down by some lines.
func (n *node) shift(lines int) {
	n.at.Line += lines
	for _, key := range n.keys {
		key.shift(lines)
	}
	for _, element := range n.elements {
		element.shift(lines)
	}
}

func shifted(err error, lines int) error {
	var mistake *Error
	if errors.As(err, &mistake) {
		mistake.Line += lines
	}
	return err
}
