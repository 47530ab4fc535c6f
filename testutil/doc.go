// Package testutil helps to test code that is observed with staso: a [Recorder]
// to assert on what was recorded, a [Backend] that speaks the real one's wire and
// fails as it is told to, and checks for what was lost or left running.
//
// Nothing in it imports testing, so that it may be used from anywhere; a
// *testing.T is a [TestingT].
package testutil

// TestingT is what the helpers need of a *testing.T.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
}
