package guardapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/staso-go/staso/guard"
)

// maxViolations is as many findings as a rule tells of. One that tells so many may
// have found more.
const maxViolations = 32

// masked is the arguments as they may be kept: what a rule holds for sensitive has
// stars in place of its letters and digits. Where that cannot be told from the rest,
// all of its argument has.
func masked(input []byte, rules []guard.RuleResult) []byte {
	spots := sensitive(rules)
	if len(spots) == 0 || len(input) == 0 {
		return input
	}
	decoder := json.NewDecoder(bytes.NewReader(input))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil // there is no telling where it stands
	}
	done := false
	for _, s := range spots {
		switch s.maskIn(&tree, s.Field) {
		case spotMasked:
			done = true
		case spotUnknown:
			return nil
		case spotOwn:
		}
	}
	if !done {
		return input
	}
	out, err := json.Marshal(tree)
	if err != nil {
		return nil
	}
	return out
}

// spot is a finding whose match may be masked.
type spot struct {
	*guard.Violation

	many bool // there may be more of the kind
}

// masking is what became of a spot.
type masking int

const (
	spotUnknown masking = iota // it is not where it was said to be
	spotOwn                    // a rule quotes it as it is: the stars are its own
	spotMasked
)

// sensitive are the findings that show stars: some are masked, and some quote
// stars that stand there.
func sensitive(rules []guard.RuleResult) (spots []spot) {
	for i := range rules {
		violations := rules[i].Violations
		for j := range violations {
			if strings.Contains(violations[j].Match, "**") {
				spots = append(spots, spot{&violations[j], len(violations) >= maxViolations})
			}
		}
	}
	// From the end, as what is masked may become shorter.
	slices.SortStableFunc(spots, func(a, b spot) int { return b.Start - a.Start })
	return spots
}

// maskIn masks the spot in the value that path names below v.
func (s spot) maskIn(v *any, path string) masking {
	switch value := (*v).(type) {
	case string:
		text, done := s.mask(value, path == "")
		*v = text
		return done
	case json.Number:
		*v = stars(value.String())
		return spotMasked
	case map[string]any:
		key, rest, ok := step(value, path)
		if !ok {
			return spotUnknown
		}
		member := value[key]
		done := s.maskIn(&member, rest)
		value[key] = member
		return done
	case []any:
		index, rest, ok := indexIn(path)
		if !ok || index >= len(value) {
			return spotUnknown
		}
		return s.maskIn(&value[index], rest)
	}
	return spotUnknown
}

// step finds the member that path goes through. A name may have dots in it: the
// longest that fits is meant.
func step(object map[string]any, path string) (key, rest string, ok bool) {
	for name := range object {
		after, fits := strings.CutPrefix(path, name)
		if !fits || (ok && len(name) <= len(key)) {
			continue
		}
		if after == "" || after[0] == '[' {
			key, rest, ok = name, after, true
		} else if after[0] == '.' {
			key, rest, ok = name, after[1:], true
		}
	}
	return key, rest, ok
}

func indexIn(path string) (index int, rest string, ok bool) {
	inside, rest, closed := strings.Cut(strings.TrimPrefix(path, "["), "]")
	index, err := strconv.Atoi(inside)
	return index, strings.TrimPrefix(rest, "."), closed && err == nil && index >= 0
}

// mask returns text with stars where the spot is. whole says that text is the
// argument itself and not something around it.
func (s spot) mask(text string, whole bool) (string, masking) {
	match := strings.TrimSuffix(s.Match, "…")
	if strings.Contains(text, match) {
		return text, spotOwn
	}
	if !whole || s.many || len(s.Via) > 0 || s.Start < 0 || s.End > len(text) || s.Start >= s.End {
		return stars(text), spotMasked
	}
	return text[:s.Start] + stars(text[s.Start:s.End]) + text[s.End:], spotMasked
}

// stars keeps the shape of text: what stands between letters and digits.
func stars(text string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return r
		}
		return '*'
	}, text)
}
