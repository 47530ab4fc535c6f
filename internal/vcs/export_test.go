package vcs

// What cannot be reached from outside: the build info of a test has no facts.
var FromBuildInfo = fromBuildInfo
