package mounts

import (
	"os"
	"path/filepath"
	"testing"
)

// Of all connections that the kernel shows, those at the folder are aborted.
func TestAbort(t *testing.T) {
	connections := t.TempDir()
	for _, minor := range []string{"52", "53", "54"} {
		if err := os.Mkdir(filepath.Join(connections, minor), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(connections, minor, "abort"), nil, 0o200); err != nil {
			t.Fatal(err)
		}
	}
	abort(connections, "/m", []Mount{
		{Dir: "/m", Device: "0:52"}, {Dir: "/m/below", Device: "0:53"}, {Dir: "/m", Device: "0:54"},
		{Dir: "/m", Device: "0:55"}, // which is not shown
		{Dir: "/m"},
	})
	for minor, want := range map[string]string{"52": "1", "53": "", "54": "1"} {
		if got, err := os.ReadFile(filepath.Join(connections, minor, "abort")); err != nil || string(got) != want {
			t.Errorf("%s was told %q, want %q: %v", minor, got, want, err)
		}
	}
}
