package guard

import "github.com/google/uuid"

// DecodeVerdict is decodeVerdict of arguments, for the tests that have no server.
func DecodeVerdict(body []byte, id uuid.UUID, mode FailureMode) Result {
	return decodeVerdict(body, id, PhaseInput, mode)
}
