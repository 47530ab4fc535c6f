package guardapi

import (
	"strconv"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

// member is one of an object's.
type member struct {
	name  string
	value []byte
}

// fields are a request's members, whose values were not read yet.
type fields []member

// readFields takes a body apart.
func readFields(body []byte) (fields, error) {
	f := make(fields, 0, 16)
	err := members("body", body, func(name string, value []byte) error {
		f = append(f, member{name, value})
		return nil
	})
	return f, err
}

// get returns a member's value, or nil where there is none.
func (f fields) get(name string) []byte {
	for i := range f {
		if f[i].name == name {
			return f[i].value
		}
	}
	return nil
}

// text reads a string; a missing one is empty.
func (f fields) text(name string, limit int) (string, error) {
	value := f.get(name)
	if value == nil {
		return "", nil
	}
	return textOf(name, value, limit)
}

// number reads a whole number; a missing one is 0.
func (f fields) number(name string) (int64, error) {
	value := f.get(name)
	if value == nil || null(value) {
		return 0, nil
	}
	n, err := strconv.ParseFloat(string(value), 64)
	if err != nil || n != n || n > 1e15 || n < -1e15 {
		return 0, httpapi.Malformed("%s: %s: want a number", name, shapeOf(value))
	}
	return int64(n), nil
}
