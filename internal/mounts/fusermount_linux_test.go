package mounts

import (
	"os"
	"path/filepath"
	"testing"
)

// The program is found in the PATH, version 3 first, and its words are returned
// in English.
func TestFusermount(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	for _, name := range []string{"fusermount", "fusermount3"} {
		script := "#!/bin/sh\necho " + name + ` "$LC_ALL" "$@" >&2; exit 1` + "\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if got := FindFusermount(); got != filepath.Join(bin, "fusermount3") {
		t.Errorf("found %q", got)
	}
	said, err := Fusermount("-u", "/x y")
	if err == nil || string(said) != "fusermount3 C -u /x y" {
		t.Errorf("%q, %v", said, err)
	}
}
