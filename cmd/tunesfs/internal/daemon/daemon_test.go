package daemon

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// What fusermount3 says of this mount is passed on, of earlier ones not.
func TestWithHelperWords(t *testing.T) {
	const before = "fusermount3: old\n"
	log := filepath.Join(t.TempDir(), "log")
	text := before + "time=1 level=INFO\nfusermount3: mount failed: Operation not permitted\n"
	if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"fusermount exited with code 256": "fusermount exited with code 256: fusermount3: mount failed: Operation not permitted",
		"no such folder":                  "no such folder",
	} {
		if got := withHelperWords(errors.New(said), log, int64(len(before))).Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
