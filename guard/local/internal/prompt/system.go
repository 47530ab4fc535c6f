package prompt

import "strings"

// against compares what is said to a model with its instructions.
func (r *reader) against(system string) {
	if len(system) > longestSystem {
		system = system[:longestSystem]
	}
	if !r.budget.Spend(2 * (len(system) + len(r.text))) {
		return
	}
	said := strings.ToLower(r.text[:min(len(r.text), longestSaid)])
	told := strings.ToLower(system)
	switch {
	case keepsSecret(told) && asksSecret(said):
		r.add(forbidden, 1, 0, len(r.text))
	case keepsPrivate(told) && asksPrivate(told, said):
		r.add(forbidden, 1, 0, len(r.text))
	default:
		r.topics(told, said)
	}
}

const (
	longestSystem = 16 << 10
	longestSaid   = 32 << 10
)

func anyOf(text, words string) bool {
	for word := range strings.SplitSeq(words, "|") {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

const (
	secretWords = "password|passphrase|passcode|secret|mot de passe|passwort|kennwort|contraseña|senha|parola|wachtwoord|şifre|hasło|hasła|пароль|пароля|" +
		"密码|密碼|パスワード|비밀번호|كلمة السر|كلمة المرور|पासवर्ड|mật khẩu|รหัสผ่าน"
	keepWords = "not reveal|n't reveal|nt reveal|never reveal|not share|n't share|not disclose|n't disclose|never disclose|never share|not tell|n't tell|" +
		"keep it secret|keep this secret|confidential|not give out"
	privateWords   = "private information|personal information|personal data|private data|private details|personal details"
	attributeWords = "email|e-mail|birth|born|birthday|live|lives|living|residence|city|address|phone|colour|color|name|age|old|salary|balance|account|number|" +
		"geburt|adresse|fecha|nacimiento|dirección|correo"
)

func keepsSecret(told string) bool { return anyOf(told, secretWords) && anyOf(told, keepWords) }

func asksSecret(said string) bool { return anyOf(said, secretWords) }

func keepsPrivate(told string) bool { return anyOf(told, privateWords) && anyOf(told, keepWords) }

// asksPrivate says that a person whom the instructions name is asked about.
func asksPrivate(told, said string) bool {
	if !anyOf(said, attributeWords) {
		return false
	}
	if anyOf(said, "the user|user's|this person|this customer") {
		return true
	}
	for _, before := range [...]string{"name is ", "named ", "called "} {
		_, name, found := strings.Cut(told, before)
		if !found {
			continue
		}
		first, _, _ := strings.Cut(name, " ")
		if len(first) > 2 && strings.Contains(said, strings.Trim(first, ".,;")) {
			return true
		}
	}
	return false
}

// topics looks for subjects that the instructions rule out and that are asked about.
func (r *reader) topics(told, said string) {
	for _, ban := range [...]string{
		"do not ", "don't ", "never ", "avoid ", "avoiding ", "not programmed to ", "under no circumstances ", "refuse to ", "refrain from ", "not allowed to ", "not supposed to ",
	} {
		for rest := told; ; {
			_, after, found := strings.Cut(rest, ban)
			if !found {
				break
			}
			rest = after
			if asked(subject(after), said) {
				r.add(forbidden, 1, 0, len(r.text))
				return
			}
		}
	}
}

// subject is the part of a sentence that says what is ruled out.
func subject(after string) string {
	if end := strings.IndexAny(after, ".;\n"); end >= 0 {
		after = after[:end]
	}
	for _, purpose := range [...]string{" to maintain", " to keep", " to stay", " to focus", " in order", " that are more", ", no matter", " no matter", " so that", " because"} {
		after, _, _ = strings.Cut(after, purpose)
	}
	return after
}

// asked says that a word of weight of a subject is among what is said. Words are
// compared by how they begin, so that they match across their forms and across
// related languages.
func asked(subject, said string) bool {
	for word := range strings.FieldsFuncSeq(subject, func(c rune) bool { return strings.ContainsRune(" \t,()\"'/:*!?", c) }) {
		if word == "ai" && anyOf(said, "artificial intellig|neural network|machine learning|intelligenza artific|reti neurali|inteligencia artific|intelligence artific|künstliche") {
			return true
		}
		if len(word) < 4 || common(word) {
			continue
		}
		stem := word[:min(len(word), max(6, len(word)-3))]
		if strings.Contains(said, stem) {
			return true
		}
	}
	return anyOf(subject, "artificial intelligence|machine learning") && anyOf(said, "neural network|reti neurali")
}

// common says that a word of a rule says nothing of its subject.
func common(word string) bool {
	switch word {
	case "with", "that", "this", "from", "your", "help", "task", "what", "when", "them", "they", "have", "will", "more", "also", "into", "like", "such",
		"only", "give", "make", "tell", "than", "then", "user", "role", "rule", "some", "many", "must", "just", "chat", "text", "asks", "been", "does", "each",
		"about", "under", "other", "their", "there", "these", "those", "which", "where", "being", "after", "before", "could", "would", "should", "using",
		"please", "things", "people", "users", "answer", "answers", "answering", "question", "questions", "share", "sharing", "discuss", "discussing",
		"discussion", "discussions", "topic", "topics", "subject", "subjects", "content", "information", "instruction", "instructions", "circumstances",
		"write", "writing", "provide", "providing", "giving", "helping", "mention", "reveal", "anyone", "anything", "engage", "context", "including",
		"prompt", "private", "respond", "response", "responses", "related", "talking", "speak", "opinions", "thoughts", "advice", "follow", "events",
		"event", "email", "emails", "password", "solve", "change", "changing", "technical", "complex", "depth", "in-depth", "suited", "given", "costs":
		return true
	}
	return false
}
