package business

import (
	"encoding/json"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// How far back a conversation is looked through.
const (
	mostTurns   = 50
	mostContent = 64 << 10 // bytes of one turn
)

// paidInHistory is what the conversation says was paid for the order that c names:
// the amount in the latest tool result that holds the order's id. It is 0 where
// none does.
func paidInHistory(c *detect.Call) float64 {
	var ids []string
	for arg := range own(c) {
		if isReference(arg) && len(arg.Text) >= 3 && len(ids) < 4 {
			ids = append(ids, arg.Text)
		}
	}
	oldest := max(0, len(c.History)-mostTurns)
	for i := len(c.History) - 1; i >= oldest && len(ids) > 0; i-- {
		content := c.History[i].Content
		if len(content) > mostContent || !mentions(content, ids) {
			continue
		}
		if !c.Budget.Spend(4 * len(content)) {
			return 0
		}
		if paid := paidIn(content, ids); paid > 0 {
			return paid
		}
	}
	return 0
}

func mentions(content string, ids []string) bool {
	for _, id := range ids {
		if strings.Contains(content, id) {
			return true
		}
	}
	return false
}

func paidIn(content string, ids []string) float64 {
	trimmed := strings.TrimSpace(content)
	if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return 0
	}
	var value any
	if json.Unmarshal([]byte(trimmed), &value) != nil {
		return 0
	}
	return paidFor(value, ids, 0)
}

// paidFor looks for the object that one of the ids is a member of, and for the
// largest amount beside or below it.
func paidFor(value any, ids []string, depth int) float64 {
	const deepest = 16
	if depth > deepest {
		return 0
	}
	most := 0.0
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			most = max(most, paidFor(element, ids, depth+1))
		}
	case map[string]any:
		for _, member := range value {
			if text, ok := member.(string); ok && mentions(text, ids) {
				return largestAmount(value, depth)
			}
		}
		for _, member := range value {
			most = max(most, paidFor(member, ids, depth+1))
		}
	}
	return most
}

func largestAmount(value any, depth int) float64 {
	const deepest = 16
	most := 0.0
	if depth > deepest {
		return 0
	}
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			most = max(most, largestAmount(element, depth+1))
		}
	case map[string]any:
		for key, member := range value {
			if paid, ok := amountNamed(key, member); ok {
				most = max(most, paid)
				continue
			}
			most = max(most, largestAmount(member, depth+1))
		}
	}
	return most
}

func amountNamed(key string, value any) (float64, bool) {
	if !isPaid(key) && !hasWord(key, func(word string) bool { return word == "amount" || word == "price" || word == "total" }) {
		return 0, false
	}
	arg := detect.Arg{Field: key}
	switch value := value.(type) {
	case float64:
		arg.Number, arg.IsNumber = value, true
	case string:
		arg.Text = value
	default:
		return 0, false
	}
	a := amountOf(&arg)
	return a.value, a.readable()
}
