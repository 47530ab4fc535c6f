// Package api is what every HTTP client of a backend shares: where the backend
// is, how a request to it looks, and what its refusals mean.
package api
