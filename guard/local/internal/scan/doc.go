// Package scan holds what the detectors of free text share: a search for many
// words at a time, the classes of bytes, and the masking of what was found.
package scan
