//go:build !windows && !plan9 && !js && !wasip1

package spool

import (
	"errors"
	"os"
)

// syncFolder makes the names of new files durable.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
