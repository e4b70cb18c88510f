package worker

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTextOf reads small files: the error is a number, which package os adds to or hides.
func TestTextOf(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "text")
	want := strings.Repeat("line\n", 30_000)
	if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := textOf(path); err != nil || string(got) != want {
		t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
	}
	for path, want := range map[string]unix.Errno{path + " other": unix.ENOENT, t.TempDir(): unix.EISDIR} {
		if _, err := textOf(path); !errors.Is(err, want) || nameOf(err) != unix.ErrnoName(want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}
