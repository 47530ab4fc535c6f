package business

import (
	"sync"

	"github.com/staso-go/staso/guard/local/internal/jsonschema"
)

// How many compiled schemas are kept, and how many bytes they may have been compiled
// from. An agent has tens of tools.
const (
	mostSchemas     = 256
	mostSchemaBytes = 4 << 20
)

// schemaCache keeps compiled schemas, so that each is read once. The zero
// schemaCache is ready. It is safe for concurrent use.
type schemaCache struct {
	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema // nil for one that does not compile
	bytes   int                           // of their sources
}

// get returns the compiled schema; nil for one that cannot be read, which is its
// author's mistake and no call's.
func (s *schemaCache) get(source []byte) *jsonschema.Schema {
	s.mu.Lock()
	schema, known := s.schemas[string(source)]
	s.mu.Unlock()
	if known {
		return schema
	}
	schema, err := jsonschema.Compile(source)
	if err != nil {
		schema = nil
	}
	if len(source) > mostSchemaBytes {
		return schema
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += len(source); s.schemas == nil || len(s.schemas) >= mostSchemas || s.bytes > mostSchemaBytes {
		s.schemas, s.bytes = map[string]*jsonschema.Schema{}, len(source) // all anew: it happens rarely, and needs no order
	}
	s.schemas[string(source)] = schema
	return schema
}
