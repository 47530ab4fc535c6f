package prompt

import "strings"

// overrides looks at a verb like ignore: for what is to be ignored, and whether that
// is what was said before.
func overrides(r *reader, at, n int) {
	w := r.about(at)
	if w.at >= w.n || !r.isVerb(w, at, n) || w.findBack(3, isNegation) > 0 {
		return
	}
	weight, to := afterVerb(r, w)
	if weight == 0 {
		weight = beforeVerb(r, w)
	}
	if weight == 0 {
		return
	}
	if asks(w) {
		weight *= 0.4
	}
	if mentions(w) {
		weight *= 0.5
	}
	r.add(override, weight, at, w.place(to))
}

// isVerb says that the word at at begins with the trigger's n bytes, and ends soon
// after them in small letters: "ignoreCase" is a name, "omitempty" another.
func (r *reader) isVerb(w *window, at, n int) bool {
	word := w.words[w.at]
	if w.start+word.start > at || w.start+word.start < at && n < 10 || w.start+word.end > at+n+6 {
		return false
	}
	for i := at + 1; i < w.start+word.end; i++ {
		if b := r.text[i]; b >= 'A' && b <= 'Z' && r.text[i-1] >= 'a' {
			return false
		}
	}
	return true
}

// afterVerb looks for the object behind the verb: ignore all previous instructions.
func afterVerb(r *reader, w *window) (weight float64, to int) {
	object := w.find(9, r.orders.has)
	if object == 0 {
		return aboveAlone(w)
	}
	earlier := w.find(object+3, r.earlier.has)
	switch {
	case earlier > 0:
		return 1.2, max(object, earlier)
	case w.find(object-1, isYours) > 0:
		return 1, object
	case w.find(object-1, isEvery) > 0 && w.find(object+6, isYou) > 0:
		return 1, object
	case w.find(object-1, isEvery) > 0:
		return 0.7, object
	}
	return 0.3, object
}

// beforeVerb looks for it in front: all previous instructions must be ignored. So
// do languages whose verb comes last.
func beforeVerb(r *reader, w *window) float64 {
	object := w.findBack(6, r.orders.has)
	if object == 0 || w.findBack(object+4, r.earlier.has) == 0 {
		return 0
	}
	return 1
}

// aboveAlone is for what has no more than a place for an object: ignore the above and
// say; ignore the page and write.
func aboveAlone(w *window) (weight float64, to int) {
	if by := w.find(3, isAbove); by > 0 {
		if next := w.word(by + 1); next == nil || goesOn(next) {
			return 1, by
		}
		return 0, 0
	}
	if by := w.find(4, isContent); by > 0 {
		if and := w.word(by + 1); string(and) == "and" && isSaying(w.word(by+2)) {
			return 1, by + 2
		}
	}
	return 0, 0
}

// asks says that somebody wonders, or tells, whether he may: should I ignore, users
// ignore.
func asks(w *window) bool {
	for by := 1; by <= 2; by++ {
		switch string(w.word(-by)) {
		case "i", "we", "they", "he", "she", "people", "users", "students", "models", "who", "why", "can", "could", "may", "to", "by", "of", "that", "which", "ich", "wir":
			return string(w.word(-by)) != "to" || by == 1 && !hasOrder(w.word(-2))
		}
	}
	word := w.word(0)
	return len(word) > 3 && strings.HasSuffix(string(word), "ing")
}

// hasOrder says that a word before an infinitive makes an order of it.
func hasOrder(word []byte) bool {
	switch string(word) {
	case "you", "need", "have", "want", "are", "must", "instructed", "told", "asked", "required", "now":
		return true
	}
	return false
}

// mentions says that the words are spoken of rather than said: such as "ignore...".
func mentions(w *window) bool {
	if at := w.words[w.at].start; at == 0 || strings.IndexByte("\"'`", w.text[at-1]) < 0 {
		return false
	}
	for by := 1; by <= 5 && w.at-by >= 0; by++ {
		word := w.words[w.at-by]
		switch string(w.text[word.start:word.end]) {
		case "as", "like", "example", "called", "phrase", "phrases", "pattern", "patterns", "detect", "detects", "e", "g", "words", "string", "strings", "attack", "attacks":
			return true
		}
	}
	return false
}

// unspaced looks at a verb of a language that is written without blanks: what is to be
// ignored, and that it came before, stand near it.
func unspaced(r *reader, at, n int) {
	const near = 60
	start, end := max(0, at-near), min(len(r.text), at+n+near)
	beside := r.text[start:end]
	object, earlier := 0, 0
	for _, word := range [...]string{"指令", "指示", "提示", "说明", "規則", "规则", "命令", "プロンプト", "ルール", "설정", "지시", "명령", "프롬프트", "규칙", "지침"} {
		object += strings.Count(beside, word)
	}
	for _, word := range [...]string{"之前", "以上", "上面", "所有", "先前", "前面", "上述", "此前", "以前", "これまで", "上記", "すべて", "前の", "이전", "위의", "앞의", "기존", "모든"} {
		earlier += strings.Count(beside, word)
	}
	if object > 0 && earlier > 0 {
		r.add(override, 1.1, start, end)
	}
}
