package owned

import (
	"io/fs"
	"path/filepath"
)

// Check fails with ErrShared if another user than this one and root can change the file
// or folder at path, of which info tells. It does not look at those above it.
func Check(path string, info fs.FileInfo) error {
	err := judge(factsOf(path, info), newUser(), false)
	if err != nil && isExempt(filepath.Dir(path), info) {
		return nil
	}
	return err
}
