package plain

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What a user reads names no system call, and no function of Go.
func TestText(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, lstat := os.Lstat(missing)

	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9},
		Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	nowhere := func(e *net.DNSError) error {
		e.Name, e.Server = "nohost.invalid", "10.255.255.53:53"
		return fmt.Errorf("index: nohost.invalid: %w", &net.OpError{Op: "dial", Net: "tcp", Err: e})
	}
	for want, err := range map[string]error{
		missing + ": no such file or directory":                             lstat,
		missing + ": no such file or directory.":                            fmt.Errorf("%s: %w.", missing, lstat),
		"cannot mount: " + missing + ": no such file or directory; make it": fmt.Errorf("cannot mount: %w; make it", lstat),
		missing + ": no such file or directory\nb: permission denied":       errors.Join(lstat, &os.PathError{Op: "open", Path: "b", Err: syscall.EACCES}),
		"index: 127.0.0.1:9: connection refused":                            fmt.Errorf("index: %w", refused),
		"index: 127.0.0.1:9: connection refused, again":                     fmt.Errorf("index: 127.0.0.1:9: %w, again", refused),
		"b: file exists":                      &os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EEXIST},
		"open sesame":                         errors.New("open sesame"),
		"index: nohost.invalid: no such host": nowhere(&net.DNSError{Err: "no such host", IsNotFound: true}),
		"index: nohost.invalid: the name server does not respond": nowhere(&net.DNSError{Err: "read udp 10.0.0.2:40112->10.255.255.53:53: i/o timeout", IsTimeout: true}),
		"index: nohost.invalid: the name server cannot be asked: connection refused": nowhere(&net.DNSError{
			Err: "dial udp 10.255.255.53:53: connect: connection refused", IsTemporary: true}),
		"index: nohost.invalid: server misbehaving": nowhere(&net.DNSError{Err: "server misbehaving", IsTemporary: true}),
	} {
		if got := Text(err); got != want {
			t.Errorf("%v\nbecomes %q\nwant    %q", err, got, want)
		}
	}
}

// A text that has lost a part of an error already is mended for the rest.
func TestIn(t *testing.T) {
	_, lstat := os.Lstat(filepath.Join(t.TempDir(), "missing"))
	if got := In("no such file or directory", lstat); got != "no such file or directory" {
		t.Errorf("%q", got)
	}
}
