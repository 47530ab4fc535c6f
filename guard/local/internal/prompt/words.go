package prompt

import (
	"bytes"
	"strings"
)

// stems are the beginnings of words, by their first byte.
type stems [256][]string

func newStems(text string) *stems {
	s := new(stems)
	for stem := range strings.FieldsSeq(text) {
		s[stem[0]] = append(s[stem[0]], stem)
	}
	return s
}

// has says that a word begins with one of the stems.
func (s *stems) has(word []byte) bool {
	for _, stem := range s[word[0]] {
		if len(word) >= len(stem) && string(word[:len(stem)]) == stem {
			return true
		}
	}
	return false
}

// ordersStems are of what an agent is told to do.
const ordersStems = "instruct prompt directive guideline directions orders commands programming rules " +
	"anweisung instrukt befehl vorgabe regeln consigne directives règles instrucci indicaciones reglas órdenes " +
	"instruç ordens regras istruzion regole comandi opdracht regels instrukcj polece zasady инструкци указани правил команд " +
	"talimat komut kural التعليمات الأوامر निर्देश"

// earlierStems are of what came before.
const earlierStems = "previous prior above earlier preceding foregoing former past before original initial system existing " +
	"vorherig bisherig obig vorangegang früher précédent antérieur dessus anterior previ precedent sopra vorige bovenstaande " +
	"eerdere poprzedni wcześniejsz powyższ предыдущ прежн önceki yukarıdaki السابقة أعلاه पिछले उपरोक्त पहले"

// limitsStems are of what keeps an agent from doing things.
const limitsStems = "restriction limit filter rule guideline boundar censor constraint safeguard moral ethic polic safety"

func isYours(word []byte) bool {
	switch string(word) {
	case "your", "ihre", "deine", "vos", "tes", "tus", "sus", "suas", "tue", "uw", "je", "twoje", "свои", "ваши":
		return true
	}
	return false
}

func isEvery(word []byte) bool {
	switch string(word) {
	case "all", "any", "every", "these", "those", "everything", "alle", "toutes", "tous", "todas", "todos", "tutte", "tutti", "wszystkie", "все", "tüm", "كل", "सभी":
		return true
	}
	return false
}

func isYou(word []byte) bool {
	switch string(word) {
	case "you", "your", "you've", "you're":
		return true
	}
	return false
}

func isAbove(word []byte) bool {
	switch string(word) {
	case "above", "obige", "previous", "foregoing", "preceding":
		return true
	}
	return false
}

// goesOn says that a new order follows.
func goesOn(word []byte) bool {
	switch string(word) {
	case "and", "instead", "then", "now", "but", "say", "just", "ignore", "und":
		return true
	}
	return false
}

func isContent(word []byte) bool {
	switch string(word) {
	case "content", "contents", "webpage", "page", "document", "text", "email", "data", "table", "article", "question", "task", "request",
		"passage", "website", "file", "input", "review", "context":
		return true
	}
	return false
}

// isSaying says that a word orders something to be said or done.
func isSaying(word []byte) bool {
	switch string(word) {
	case "write", "state", "say", "output", "respond", "reply", "print", "tell", "give", "answer", "return", "generate", "send", "display", "report",
		"conclude", "recommend", "instead", "just", "only", "simply", "do", "follow", "visit", "click":
		return true
	}
	return false
}

func isNegation(word []byte) bool {
	switch string(word) {
	case "not", "don't", "dont", "never", "cannot", "can't", "without", "won't", "didn't", "doesn't", "shouldn't", "nicht", "nie", "pas", "jamais", "non":
		return true
	}
	return false
}

// isTelling says that a word asks for something to be told.
func isTelling(word []byte) bool {
	switch string(word) {
	case "reveal", "show", "print", "output", "repeat", "tell", "give", "display", "leak", "disclose", "share", "expose", "dump", "recite", "copy",
		"what", "what's", "whats", "provide", "return", "send", "paste", "translate", "summarize", "spell", "verrate", "zeige", "nenne", "révèle",
		"affiche", "muestra", "revela", "mostra", "write", "echo", "include", "encode":
		return true
	}
	return false
}

// isUser says that a word means the person that the agent works for.
func isUser(word []byte) bool {
	switch string(word) {
	case "user", "users", "user's", "human", "operator", "customer", "owner", "anyone", "anybody", "victim":
		return true
	}
	return false
}

func isFree(word []byte) bool {
	switch string(word) {
	case "dan", "unrestricted", "jailbroken", "unfiltered", "uncensored", "evil", "root", "admin", "administrator", "free", "freed", "unbound",
		"amoral", "unethical", "stan", "dude", "aim", "hacker", "limitless":
		return true
	}
	return false
}

func isMode(word []byte) bool { return bytes.Equal(word, []byte("mode")) }

func isMachine(word []byte) bool {
	switch string(word) {
	case "ai", "bot", "chatbot", "assistant", "model", "llm", "gpt":
		return true
	}
	return false
}

func isSending(word []byte) bool {
	switch string(word) {
	case "send", "forward", "post", "upload", "email", "mail", "exfiltrate", "transmit", "submit", "append", "include", "leak", "copy", "deliver":
		return true
	}
	return false
}
