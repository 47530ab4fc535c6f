package detect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Decode fills v, a pointer to a struct that holds the defaults. A member that v
// does not have is an error that names it.
func (p Params) Decode(v any) error {
	if len(bytes.TrimSpace(p)) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(p))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("with: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("with: more than one value")
	}
	return nil
}
