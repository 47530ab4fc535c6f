package store

import "time"

// Policy is one revision of one policy.
type Policy struct {
	// Revision counts the changes to the workspace's policies, from 1 on: it
	// names this one.
	Revision int64
	Name     string
	Version  string // the hash of the content, as the engine gives it
	Content  []byte // YAML, as it was sent; empty where it is Deleted
	Author   string
	Comment  string
	Time     time.Time
	Deleted  bool
}

// PolicySet is the policies that are in force together.
type PolicySet struct {
	Revision int64    // of the last change; 0 where there never was one
	Policies []Policy // by name; none that is deleted
}

// PolicyQuery filters and pages a list of revisions. What is set must all fit.
type PolicyQuery struct {
	PageQuery
	Name    string
	Version string
}

// PolicyPage is one page of revisions.
type PolicyPage struct {
	Policies   []Policy
	NextCursor string
}
