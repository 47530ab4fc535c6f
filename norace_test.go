//go:build !race

package staso_test

const raceEnabled = false
