package jsonscan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
)

// tree builds what encoding/json would build, numbers as they are written.
func tree(s *jsonscan.Scanner) any {
	switch s.Kind() {
	case jsonscan.Bool:
		return s.Bool()
	case jsonscan.Number:
		return json.Number(s.Number())
	case jsonscan.String:
		return s.Text("")
	case jsonscan.Array:
		list := []any{}
		for s.BeginArray(); s.Element(); {
			list = append(list, tree(s))
		}
		return list
	case jsonscan.Object:
		fields := map[string]any{}
		for s.BeginObject(); s.Field(); {
			key := string(s.Key())
			fields[key] = tree(s)
		}
		return fields
	}
	s.Skip()
	return nil
}

func parse(data []byte) (any, error) {
	s := jsonscan.New(data)
	value := tree(s)
	s.End()
	return value, s.Err()
}

// reference is encoding/json, with the one thing that it does not do: NUL.
func reference(data []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	return withoutNUL(value), nil
}

func withoutNUL(value any) any {
	switch v := value.(type) {
	case string:
		return strings.ReplaceAll(v, "\x00", "\uFFFD")
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
	case map[string]any:
		clean := map[string]any{}
		for key, field := range v {
			clean[withoutNUL(key).(string)] = withoutNUL(field)
		}
		return clean
	}
	return value
}

var documents = []string{
	``, ` `, `null`, ` true `, `false`, `0`, `-0`, `12.5e+3`, `1e999`, `99999999999999999999`, `01`, `1.`, `.5`, `-`, `1e`, `+1`,
	`""`, `"a"`, `"a\nb"`, `"\u0041\ud83d\ude00"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00\ud800"`, `"\u0000"`, `"\x"`, `"\u12"`, `"\u12g4"`,
	"\"\x00\"", "\"\xff\"", "\"a\xc3(\\n\xff\"", "\"\t\"", `"`, `"\`, `"abc`, "\xef\xbb\xbf{}",
	`[]`, `[1]`, `[1,]`, `[,1]`, `[1 2]`, `[1,2`, `[[[]]]`, `{}`, `{"a":1}`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `{,}`, `{"a":}`,
	`{"a":1,"a":2}`, `{"\u0061":{"b":[true,null,{"c":"d"}]}}`, `nul`, `truex`, `[1]x`, `{"a":1}}`, `[}`, `{]`, "\v1", "[1\f]", `"/\/"`,
}

func TestScannerAgreesWithEncodingJSON(t *testing.T) {
	for _, document := range documents {
		agree(t, []byte(document))
	}
}

func FuzzScanner(f *testing.F) {
	for _, document := range documents {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, data []byte) { agree(t, data) })
}

func agree(t *testing.T, data []byte) {
	t.Helper()
	got, err := parse(data)
	if err != nil && strings.Contains(err.Error(), "in each other") {
		return // encoding/json goes deeper
	}
	require.Equal(t, json.Valid(data), err == nil, "%q: %v", data, err)
	if err != nil {
		return
	}
	want, err := reference(data)
	require.NoError(t, err)
	require.Equal(t, want, got, "%q", data)
}

func TestSkipTakesWhatTreeTakes(t *testing.T) {
	for _, document := range documents {
		s := jsonscan.New([]byte(document))
		s.Skip()
		s.End()
		assert.Equal(t, json.Valid([]byte(document)), s.Err() == nil, document)
	}
}

func TestDepthIsBounded(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	_, err := parse(nested(jsonscan.MaxDepth))
	require.NoError(t, err)
	_, err = parse(nested(jsonscan.MaxDepth + 1))
	require.ErrorContains(t, err, "want at most 128 objects and arrays in each other")
	_, err = parse([]byte(strings.Repeat(`{"a":`, 1_000_000)))
	require.ErrorContains(t, err, "in each other")
}

func TestBytesAreCleanAndStayValid(t *testing.T) {
	s := jsonscan.New([]byte(`["plain","q\"uote","nul\u0000","` + "bad\xff\xfe\\t" + `","` + strings.Repeat(`\n`, 70_000) + `","end\\"]`))
	var got []string
	var kept [][]byte
	for s.BeginArray(); s.Element(); {
		kept = append(kept, s.Bytes())
	}
	require.NoError(t, s.Err())
	for _, b := range kept {
		got = append(got, string(b))
	}
	assert.Equal(t, []string{"plain", `q"uote`, "nul\uFFFD", "bad\uFFFD\uFFFD\t", strings.Repeat("\n", 70_000), `end\`}, got)
}

func TestRawIsTheValueAsItStands(t *testing.T) {
	s := jsonscan.New([]byte("{\"a\": {\"x\" : [1, \"\xff\"]} , \"b\": 1e999}"))
	var raw []string
	for s.BeginObject(); s.Field(); {
		raw = append(raw, string(s.Raw()))
	}
	require.NoError(t, s.Err())
	assert.Equal(t, []string{"{\"x\" : [1, \"\uFFFD\"]}", "1e999"}, raw)
}

func TestTextReturnsLikeWithoutAllocating(t *testing.T) {
	data := []byte(`"support-bot"`)
	s := jsonscan.New(data)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		s.Reset(data)
		if s.Text("support-bot") != "support-bot" {
			t.Fail()
		}
	}))
}
