package storetest

import "testing"

func testEmpty(t *testing.T, s *suite)             {}
func testSpanIsKeptExactly(t *testing.T, s *suite) {}
func testPayloadSizes(t *testing.T, s *suite)      {}
func testPreviews(t *testing.T, s *suite)          {}
func testSpansPaged(t *testing.T, s *suite)        {}
func testTimes(t *testing.T, s *suite)             {}
func testLastFinalStands(t *testing.T, s *suite)   {}
func testProvisional(t *testing.T, s *suite)       {}
func testChildBeforeParent(t *testing.T, s *suite) {}
func testCycles(t *testing.T, s *suite)            {}
func testAllOrNothing(t *testing.T, s *suite)      {}
func testWriteKeepsNothing(t *testing.T, s *suite) {}
func testAnnotations(t *testing.T, s *suite)       {}
func testDelete(t *testing.T, s *suite)            {}
func testWorkspaces(t *testing.T, s *suite)        {}
func testListSorts(t *testing.T, s *suite)         {}
func testListFilters(t *testing.T, s *suite)       {}
func testListText(t *testing.T, s *suite)          {}
func testCursorHolds(t *testing.T, s *suite)       {}
func testCursorBound(t *testing.T, s *suite)       {}
func testInvalidQueries(t *testing.T, s *suite)    {}
func testGroups(t *testing.T, s *suite)            {}
func testLastIngestion(t *testing.T, s *suite)     {}
func testHostileText(t *testing.T, s *suite)       {}
func testReopen(t *testing.T, s *suite)            {}
func testClosed(t *testing.T, s *suite)            {}
func testCancelled(t *testing.T, s *suite)         {}
