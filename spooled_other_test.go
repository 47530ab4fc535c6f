//go:build !linux

package staso_test

func fullDiskChild(string) {}
