package messages

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/internal/plain"
)

// What a user reads names no system call.
func TestPlain(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, lstat := os.Lstat(missing)

	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9},
		Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for want, err := range map[string]error{
		missing + ": no such file or directory":                             lstat,
		missing + ": no such file or directory.":                            fmt.Errorf("%s: %w.", missing, lstat),
		"cannot mount: " + missing + ": no such file or directory; make it": fmt.Errorf("cannot mount: %w; make it", lstat),
		missing + ": no such file or directory\nb: permission denied":       errors.Join(lstat, &os.PathError{Op: "open", Path: "b", Err: syscall.EACCES}),
		"index: 127.0.0.1:9: connection refused":                            fmt.Errorf("index: %w", refused),
		"b: file exists":                                                    &os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EEXIST},
		"open sesame":                                                       errors.New("open sesame"),
	} {
		if got := plain.Text(err); got != want {
			t.Errorf("%v\nbecomes %q\nwant    %q", err, got, want)
		}
	}
	var out bytes.Buffer
	Report(&out, lstat)
	NewLogger(&out, false, false).Warn("cannot look", "error", lstat, slog.Any("other", 1))
	if got := out.String(); strings.Contains(got, "lstat") || strings.Count(got, missing+": no such file") != 2 {
		t.Errorf("written is %q", got)
	}
}
