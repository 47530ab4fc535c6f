package pii

import "github.com/staso-go/staso/guard/local/internal/scan"

const (
	longestLocal  = 64  // bytes before the @
	longestDomain = 253 // and after it
)

// email finds the address about the @ at i.
func (r *reader) email(i, done int) {
	start := localStart(r.text, i, max(done, i-longestLocal))
	end := domainEnd(r.text, i+1)
	if start == i || end < 0 || r.login(start, i, end) {
		return
	}
	r.addNamed("email", high, start, end)
}

// localStart returns where the part before the @ at i begins.
func localStart(text string, i, stop int) int {
	start := i
	for start > stop && isLocal(text[start-1]) {
		start--
	}
	for start < i && !scan.Alnum.Is(text[start]) && text[start] != '_' {
		start++
	}
	if start < i && text[i-1] == '.' {
		return i
	}
	return start
}

func isLocal(b byte) bool {
	switch b {
	case '.', '_', '-', '+', '%', '!', '$', '^', '~': // no *: it stands where an address was masked
		return true
	default:
		return scan.Alnum.Is(b)
	}
}

// domainEnd returns where the domain that begins at from ends, and -1 if none
// does: it has a dot, and ends in two letters at least.
func domainEnd(text string, from int) int {
	at, dots, last := from, 0, from
	for at < len(text) && at-from < longestDomain {
		stop := at
		for stop < len(text) && (scan.Alnum.Is(text[stop]) || text[stop] == '-') {
			stop++
		}
		if stop == at || text[at] == '-' {
			break
		}
		last = stop
		if stop+1 >= len(text) || text[stop] != '.' || !scan.Alnum.Is(text[stop+1]) {
			break
		}
		dots++
		at = stop + 1
	}
	if dots == 0 || last < at || scan.Letter.RunBack(text, last, 63) > last-2 {
		return -1
	}
	if top := scan.Letter.RunBack(text, last, 63); text[top-1] != '.' {
		return -1
	}
	return last
}

// login says that it is a login on a host: git@github.com:owner/repository, or
// within an address to be fetched.
func (r *reader) login(start, at, end int) bool {
	if r.text[start:at] == "git" {
		return true
	}
	if end+1 < len(r.text) && r.text[end] == ':' && scan.Alnum.Is(r.text[end+1]) && r.mode == strict {
		return true
	}
	return start > 0 && (r.text[start-1] == '/' || r.text[start-1] == ':' && start > 1 && r.text[start-2] != 'o')
}
