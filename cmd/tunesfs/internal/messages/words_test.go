package messages

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Neither a message nor a log, on a terminal or in a file, names a system call.
func TestMessagesArePlain(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, lstat := os.Lstat(missing)
	var out bytes.Buffer
	Report(&out, lstat)
	for _, toFile := range []bool{false, true} {
		log := NewLogger(&out, toFile, false)
		log.Warn("cannot look", "error", lstat, slog.Any("other", 1))
		log.With("error", lstat).Warn("cannot look")
	}
	if got := out.String(); strings.Contains(got, "lstat") || strings.Count(got, missing+": no such file") != 5 {
		t.Errorf("written is %q", got)
	}
}
