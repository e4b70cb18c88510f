package cachedir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestInside(t *testing.T) {
	top := t.TempDir()
	err := errors.Join(
		os.MkdirAll(filepath.Join(top, "music", "sub"), 0o755),
		os.MkdirAll(filepath.Join(top, "elsewhere"), 0o755),
		os.Symlink("music", filepath.Join(top, "link")),
		os.Symlink("../elsewhere", filepath.Join(top, "music", "out")),
		os.Symlink("../music/sub", filepath.Join(top, "elsewhere", "in")),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(top, "elsewhere"))
	for _, c := range []struct {
		dir, path string
		want      bool
	}{
		{"music", "music", true},
		{"music", "music/", true},
		{"music", "music/cache", true},
		{"music", "music/not/there/yet", true},
		{"music", "music/sub/cache", true},
		{"music", "link/cache", true},
		{"link", "music/cache", true},
		{"music", "elsewhere/in/cache", true},
		{"music", "music/out/cache", false},
		{"music", "musical/cache", false},
		{"music", "elsewhere", false},
		{"music", ".", false},
		{"music/sub", "music/cache", false},
		{"missing", "missing/cache", false},
	} {
		if got := Inside(filepath.Join(top, c.dir), filepath.Join(top, c.path)); got != c.want {
			t.Errorf("%s in %s: %v", c.path, c.dir, got)
		}
	}
	if !Inside("../music", "in/cache") || Inside("../music", "cache") {
		t.Error("relative paths are not of the working folder")
	}
}
