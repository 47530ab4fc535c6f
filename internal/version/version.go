// Package version holds the one place where the library's version is written.
package version

// Version is the library's semantic version, without a leading v.
const Version = "0.1.0"

// UserAgent names the library in the requests that it sends.
const UserAgent = "staso-go/" + Version
