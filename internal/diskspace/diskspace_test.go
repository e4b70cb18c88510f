package diskspace

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
)

func TestOf(t *testing.T) {
	dir := t.TempDir()
	space, err := Of(dir)
	if err != nil || space.Size <= 0 || space.Free < 0 || space.Free > space.Size {
		t.Errorf("%+v, %v", space, err)
	}
	if _, err := Of(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
