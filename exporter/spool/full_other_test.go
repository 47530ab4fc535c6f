//go:build !linux

package spool_test

func fullChild(string) {}
