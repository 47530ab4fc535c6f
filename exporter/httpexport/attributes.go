package httpexport

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/jsonenc"
)

// appendAttributes appends the span's attributes as a string that holds a JSON
// object, with what travels among them added. The additions stand first, so
// that a reader who meets a key twice takes the caller's; but for a plain
// spelling, which findKeys sees, no key is there twice.
func (e *encoder) appendAttributes(dst []byte, s *exporter.SpanData) []byte {
	attributes := objectOf(s.Attributes)
	e.extra = appendExtra(e.extra[:0], s, attributes)
	if len(e.extra) == 0 {
		return jsonenc.AppendStringBytes(dst, attributes)
	}
	rest := bytes.TrimLeft(attributes[1:], " \t\r\n")
	dst = append(dst, '"', '{')
	dst = jsonenc.AppendEscaped(dst, e.extra)
	if rest[0] != '}' {
		dst = append(dst, ',')
	}
	dst = jsonenc.AppendEscaped(dst, rest)
	return append(dst, '"')
}

// objectOf returns attributes without space around it, or what stands for it if
// it is no object: a backend might refuse the whole trace for it.
func objectOf(attributes []byte) []byte {
	attributes = bytes.TrimSpace(attributes)
	if len(attributes) == 0 {
		return []byte("{}")
	}
	if len(attributes) > 1 && attributes[0] == '{' && attributes[len(attributes)-1] == '}' {
		return attributes
	}
	wrapped, err := json.Marshal(map[string]string{"attributes": string(attributes)})
	if err != nil {
		return []byte("{}")
	}
	return wrapped
}

// The attributes that an exporter fills in, by their bit in a keySet.
const (
	keyProvider = iota
	keyCacheRead
	keyCacheCreation
	keyCacheWrite5m
	keyCacheWrite1h
	keyReasoning
	keyAudioInput
	keyAudioOutput
	keyProvisional
	keyCount
)

func keyName(key int) string {
	return [keyCount]string{
		"provider",
		"cache_read_input_tokens",
		"cache_creation_input_tokens",
		"cache_write_5m_input_tokens",
		"cache_write_1h_input_tokens",
		"reasoning_tokens",
		"audio_input_tokens",
		"audio_output_tokens",
		"staso.provisional_root",
	}[key]
}

// appendExtra appends the members that s adds to its attributes, with commas
// between them.
func appendExtra(dst []byte, s *exporter.SpanData, attributes []byte) []byte {
	if s.Provider == "" && s.Usage == nil && !s.Provisional {
		return dst
	}
	present := findKeys(attributes)
	if s.Provider != "" && !present.has(keyProvider) {
		dst = jsonenc.AppendString(appendKey(dst, keyProvider), s.Provider)
	}
	if s.Usage != nil {
		dst = appendUsageDetails(dst, s.Usage, present)
	}
	if s.Provisional && !present.has(keyProvisional) {
		dst = append(appendKey(dst, keyProvisional), "true"...)
	}
	return dst
}

func appendUsageDetails(dst []byte, u *exporter.Usage, present keySet) []byte {
	for _, detail := range [...]struct {
		key   int
		count int64
	}{
		{keyCacheRead, u.CacheReadInputTokens},
		{keyCacheCreation, u.CacheCreationInputTokens},
		{keyCacheWrite5m, u.CacheWrite5mInputTokens},
		{keyCacheWrite1h, u.CacheWrite1hInputTokens},
		{keyReasoning, u.ReasoningTokens},
		{keyAudioInput, u.AudioInputTokens},
		{keyAudioOutput, u.AudioOutputTokens},
	} {
		if detail.count != 0 && !present.has(detail.key) {
			dst = strconv.AppendInt(appendKey(dst, detail.key), detail.count, 10)
		}
	}
	return dst
}

func appendKey(dst []byte, key int) []byte {
	if len(dst) > 0 {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	dst = append(dst, keyName(key)...)
	return append(dst, '"', ':')
}

type keySet uint16

func (s keySet) has(key int) bool { return s&(1<<key) != 0 }

// findKeys returns which of the known keys are members of object itself, not of
// what is nested in it. It reads anything, and never past the end.
func findKeys(object []byte) keySet {
	var found keySet
	depth, isKey := 0, false
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '{', '[':
			depth++
			isKey = depth == 1
		case '}', ']':
			depth--
		case ',':
			isKey = depth == 1
		case '"':
			end := stringEnd(object, i+1)
			if isKey {
				found |= keyBit(object[i+1 : end])
				isKey = false
			}
			i = end
		}
	}
	return found
}

// stringEnd is where the closing quote of a string stands that begins at i.
func stringEnd(text []byte, i int) int {
	for i < len(text) && text[i] != '"' {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	return min(i, len(text))
}

func keyBit(name []byte) keySet {
	for key := range keyCount {
		if string(name) == keyName(key) {
			return 1 << key
		}
	}
	return 0
}
