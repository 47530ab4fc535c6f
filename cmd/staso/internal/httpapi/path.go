package httpapi

import (
	"net/http"

	"github.com/google/uuid"
)

// PathID returns the id that the request's path holds under name.
func PathID(r *http.Request, name string) (uuid.UUID, error) {
	value := r.PathValue(name)
	id, err := uuid.Parse(value)
	if err != nil || len(value) != 36 || id == uuid.Nil {
		return uuid.Nil, Malformed("path: %s: a text of %d bytes: want a UUID, 32 hexadecimal digits in the form 8-4-4-4-12", name, len(value))
	}
	return id, nil
}
