package code

import "strings"

// language is a family of languages that are written alike.
type language uint8

const (
	unknown language = iota
	python
	javascript
	perl
	ruby
	php
	r
	lua
	golang
	clike // Java, C#, C, Rust, Kotlin, Swift
	shell // not source for this package at all
)

func (l language) hashComments() bool {
	switch l {
	case python, perl, ruby, php, r:
		return true
	}
	return false
}

func (l language) slashComments() bool {
	switch l {
	case javascript, php, golang, clike, unknown:
		return true
	}
	return false
}

// sigils says that names have a sign in front.
func (l language) sigils() bool { return l == perl || l == php || l == ruby }

// plainSingle says that there are no escapes between single quotes.
func (l language) plainSingle() bool { return l == perl || l == php || l == ruby }

// byName is the language called lang.
func byName(lang string) language {
	switch strings.ToLower(lang) {
	case "python", "py", "python3", "python2", "ipython", "jupyter", "sage":
		return python
	case "javascript", "js", "node", "nodejs", "typescript", "ts", "jsx", "tsx", "deno", "bun":
		return javascript
	case "perl", "pl":
		return perl
	case "ruby", "rb":
		return ruby
	case "php":
		return php
	case "r", "rscript":
		return r
	case "lua", "luajit":
		return lua
	case "go", "golang":
		return golang
	case "java", "c", "c++", "cpp", "c#", "csharp", "rust", "kotlin", "swift", "scala", "groovy":
		return clike
	case "bash", "sh", "shell", "zsh":
		return shell
	}
	return unknown
}

// guess tells the language of source by its beginning and by words that others do
// not have.
func guess(source string) language {
	head := source[:min(len(source), 4<<10)]
	if line, found := strings.CutPrefix(head, "#!"); found {
		line, _, _ = strings.Cut(line, "\n")
		for _, word := range strings.FieldsFunc(line, func(c rune) bool { return c == '/' || c == ' ' }) {
			if l := byName(strings.TrimRight(word, "0123456789.")); l != unknown {
				return l
			}
		}
	}
	best, most := unknown, 0
	for _, candidate := range marks() {
		count := 0
		for _, mark := range candidate.marks {
			if strings.Contains(head, mark) {
				count++
			}
		}
		if count > most {
			best, most = candidate.lang, count
		}
	}
	return best
}

type candidate struct {
	lang  language
	marks []string
}

// marks are what gives a language away.
func marks() []candidate {
	return []candidate{
		{python, []string{
			"import os", "import sys", "import subprocess", "import ", "def ", "print(", "elif ", "None", "True", "self.",
			"__import__", "lambda ", "with open(", "\nfrom ", ":\n",
		}},
		{javascript, []string{
			"require(", "const ", "let ", "var ", "=> ", "===", "function(", "function ", "console.log", "process.",
			"await ", "`${", ";\n", "fs.", "new ",
		}},
		{perl, []string{"use strict", "my $", "my @", "@ARGV", "$_", "qw(", "->{", "=~ ", "use Socket", "sub ", "print \""}},
		{ruby, []string{"require '", "require \"", "puts ", "\nend", "def ", " do |", "FileUtils", ".each", "nil", "#{", "Dir."}},
		{php, []string{"<?php", "<?=", "$_GET", "$_POST", "echo $", "$this->", "passthru(", "shell_exec("}},
		{r, []string{"library(", "<- ", "data.frame", "system2(", "function(x)", "read.csv"}},
		{lua, []string{"local ", "os.execute(", "io.popen(", " then\n", "nil", "\nend", "require(\"", ".. "}},
		{golang, []string{"package main", "func main()", ":= ", "exec.Command(", "fmt.", "import ("}},
		{clike, []string{
			"public static void", "#include", "using System", "public class", "fn main()", "System.out", "import java",
			"int main(", "std::",
		}},
	}
}
