package policy

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// kind is what a node is.
type kind uint8

const (
	null kind = iota
	text
	number
	boolean
	mapping
	list
)

// String is the kind's name in messages.
func (k kind) String() string {
	return [...]string{"nothing", "text", "a number", "true or false", "a mapping", "a list"}[k]
}

// node is a value of a file, without what YAML has beyond JSON.
type node struct {
	kind     kind
	at       Position
	text     string // of a text; a number and a boolean as JSON writes them
	keys     []*node
	elements []*node // of a list, or the values of keys
}

// document reads a file's one document; nil where it has none.
func document(name string, data []byte) (root *node, err error) {
	if len(data) > maxFile {
		return nil, tooLarge(name, int64(len(data)))
	}
	// The parser is not ours: whatever a file makes it do is the file's mistake.
	defer func() {
		if recover() != nil {
			root, err = nil, &Error{Position: Position{File: name}, Problem: "this is not YAML"}
		}
	}()
	reader := nodeReader{file: name}
	return reader.read(string(data))
}

func tooLarge(name string, size int64) *Error {
	return &Error{
		Position: Position{File: name},
		Problem:  fmt.Sprintf("the file has %d bytes", size),
		Remedy:   fmt.Sprintf("at most %d are read: split it", maxFile),
	}
}

// nodeReader makes nodes of the parser's.
type nodeReader struct {
	file  string
	depth int
}

func (r *nodeReader) read(data string) (*node, error) {
	tokens := lexer.Tokenize(data)
	if err := new(bounds).check(tokens); err != nil {
		return nil, r.place(err)
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, r.syntax(err)
	}
	var bodies []ast.Node
	for _, document := range file.Docs {
		if document.Body != nil && document.Body.Type() != ast.CommentType {
			bodies = append(bodies, document.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return nil, nil //nolint:nilnil // an empty file is no mistake here
	case 1:
		return r.node(bodies[0])
	default:
		return nil, r.place(mistake(bodies[1].GetToken(), "a second document", "write one policy a file"))
	}
}

// syntax puts the parser's message in our form.
func (r *nodeReader) syntax(err error) error {
	mistakes := &Error{Problem: "this is not YAML"}
	var known yaml.Error
	if errors.As(err, &known) {
		mistakes = mistake(known.GetToken(), known.GetMessage(), "")
	}
	return r.place(mistakes)
}

func (r *nodeReader) place(err *Error) *Error {
	err.File = r.file
	return err
}

func (r *nodeReader) node(from ast.Node) (*node, error) {
	if r.depth++; r.depth > maxDepth {
		return nil, r.place(mistake(from.GetToken(), "the nesting is too deep", fmt.Sprintf("%d levels are enough", maxDepth)))
	}
	defer func() { r.depth-- }()
	made := &node{at: positionOf(from.GetToken())}
	made.at.File = r.file
	switch from := from.(type) {
	case *ast.MappingNode:
		return made, r.mapping(made, from.Values)
	case *ast.MappingValueNode:
		return made, r.mapping(made, []*ast.MappingValueNode{from})
	case *ast.SequenceNode:
		return made, r.list(made, from.Values)
	default:
		return made, r.scalar(made, from)
	}
}

func (r *nodeReader) mapping(made *node, pairs []*ast.MappingValueNode) error {
	made.kind = mapping
	for i, pair := range pairs {
		key, err := r.node(pair.Key)
		if err != nil {
			return err
		}
		if key.kind == mapping || key.kind == list || key.kind == null {
			return r.place(mistake(pair.Key.GetToken(), "a key that is "+key.kind.String(), "write text"))
		}
		value, err := r.node(pair.Value)
		if err != nil {
			return err
		}
		if i == 0 {
			made.at = key.at
		}
		made.keys, made.elements = append(made.keys, key), append(made.elements, value)
	}
	return nil
}

func (r *nodeReader) list(made *node, values []ast.Node) error {
	made.kind = list
	for _, value := range values {
		element, err := r.node(value)
		if err != nil {
			return err
		}
		made.elements = append(made.elements, element)
	}
	return nil
}

func (r *nodeReader) scalar(made *node, from ast.Node) error {
	switch from := from.(type) {
	case *ast.NullNode:
		made.kind = null
	case *ast.StringNode:
		made.kind, made.text = text, from.Value
		if from.Token.Type == token.StringType && isNumber(from.Value) {
			made.kind = number // 1e3, which the parser takes for text
		}
	case *ast.LiteralNode:
		made.kind, made.text = text, from.Value.Value
	case *ast.BoolNode:
		made.kind, made.text = boolean, fmt.Sprint(from.Value)
	case *ast.IntegerNode:
		made.kind, made.text = number, fmt.Sprint(from.Value)
	case *ast.FloatNode:
		made.kind, made.text = number, fmt.Sprint(from.Value)
	default:
		return r.place(mistake(from.GetToken(), "a value that policies do not have: "+from.Type().YAMLName(), "write text, a number, true or false"))
	}
	if made.kind == number && !json.Valid([]byte(made.text)) {
		return r.place(mistake(from.GetToken(), "a number that is too large", "write it in quotes"))
	}
	return nil
}

// isNumber says that JSON would read text as a number.
func isNumber(text string) bool {
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return false
	}
	return json.Valid([]byte(text))
}

// lookup returns the value of a key of a mapping; nil where it has none.
func (n *node) lookup(key string) *node {
	for i, k := range n.keys {
		if k.text == key {
			return n.elements[i]
		}
	}
	return nil
}
