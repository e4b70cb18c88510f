package owned

import (
	"io/fs"
	"path/filepath"
)

// Check fails with ErrShared if another user than this one and root can change the file
// or folder at path, of which info tells. It does not look at those above it.
func Check(path string, info fs.FileInfo) error {
	f := factsOf(path, info)
	err := judge(f, newUser(), false)
	if folder := filepath.Dir(path); err != nil && (isModeless(folder) || isSquashed(folder, f.uid)) {
		return nil
	}
	return err
}
