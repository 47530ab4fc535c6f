// Package policy is the form of a policy: what stands in its YAML files, and what
// the engine is given.
package policy
