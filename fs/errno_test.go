package fs

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

func TestErrno(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, c := range []struct {
		err  error
		want syscall.Errno
	}{
		{nil, 0},
		{fetch.ErrCanceled, syscall.ECANCELED},
		{fetch.ErrStale, syscall.ESTALE},
		{fetch.ErrBusy, syscall.EBUSY},
		{fetch.ErrClosed, syscall.ENOTCONN},
		{fetch.ErrTimeout, syscall.ETIMEDOUT},
		{fetch.ErrDenied, syscall.EACCES},
		{fetch.ErrNotFound, syscall.ENOENT},
		{fetch.ErrNoSpace, syscall.ENOSPC},
		{fetch.ErrUnknownCommand, syscall.EINVAL},
		{fmt.Errorf("%w: %w", fetch.ErrUnreachable, refused), syscall.ECONNREFUSED},
		{fmt.Errorf("%w: %w", fetch.ErrUnreachable, &net.OpError{Op: "proxyconnect", Err: refused}), syscall.ECONNREFUSED},
		{fmt.Errorf("%w: %w", fetch.ErrUnreachable, &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}), syscall.ENETUNREACH},
		{fmt.Errorf("%w: %w", fetch.ErrUnreachable, &net.OpError{Op: "read", Err: syscall.ECONNRESET}), syscall.ENETUNREACH},
		{fmt.Errorf("%w: %w", fetch.ErrDenied, refused), syscall.EACCES},
		{fetch.ErrBadResponse, syscall.EIO},
		{fmt.Errorf("%w: %w", fetch.ErrDisk, syscall.EROFS), syscall.EIO},
		{fmt.Errorf("%w: %w", fetch.ErrDisk, syscall.EACCES), syscall.EIO},
		{fmt.Errorf("%w: %w", errUnsaved, syscall.EIO), syscall.EIO},
		{fmt.Errorf("%w: %w", errUnsaved, &os.PathError{Op: "open", Err: syscall.EROFS}), syscall.EIO},
		{fmt.Errorf("%w: %w", errUnsaved, syscall.EACCES), syscall.EIO},
		{fmt.Errorf("%w: %w", errUnsaved, syscall.EDQUOT), syscall.ENOSPC},
		{fmt.Errorf("%w: %w", errUnsaved, syscall.ENOSPC), syscall.ENOSPC},
		{fetch.ErrTooNew, syscall.EIO},
		{fmt.Errorf("%w: %w", fetch.ErrTooNew, os.ErrNotExist), syscall.EIO},
		{fmt.Errorf("%w: %w", fetch.ErrDigest, syscall.EACCES), syscall.EIO},
		{fmt.Errorf("search: %w", catalog.ErrClosed), syscall.ENOTCONN},
		{catalog.ErrBadQuery, syscall.EINVAL},
		{catalog.ErrDenied, syscall.EACCES},
		{catalog.ErrNotFound, syscall.ENOENT},
		{&catalog.RateLimitError{Retry: time.Now()}, syscall.EAGAIN},
		{catalog.ErrUnavailable, syscall.EIO},
		{catalog.ErrBadResponse, syscall.EIO},
		{catalog.ErrNotSupported, syscall.EOPNOTSUPP},
		{context.Canceled, syscall.EINTR},
		{fmt.Errorf("search: %w", context.DeadlineExceeded), syscall.ETIMEDOUT},
		{&url.Error{Op: "Get", URL: "http://a", Err: refused}, syscall.ECONNREFUSED},
		{&url.Error{Op: "Get", URL: "http://a", Err: &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}}, syscall.ENETUNREACH},
		{fmt.Errorf("search: %w", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}), syscall.ENETUNREACH},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, syscall.ETIMEDOUT},
		{&net.OpError{Op: "dial", Err: fetch.ErrDenied}, syscall.EACCES},
		{&net.DNSError{Name: "nowhere", IsNotFound: true}, syscall.ENETUNREACH},
		{&net.DNSError{Name: "nowhere", IsTimeout: true}, syscall.ETIMEDOUT},
		{&os.PathError{Op: "write", Err: syscall.ENOSPC}, syscall.ENOSPC},
		{&os.PathError{Op: "open", Err: syscall.ENOENT}, syscall.ENOENT},
		{errors.Join(&os.PathError{Op: "write", Err: syscall.ENOSPC}, &os.PathError{Op: "remove", Err: syscall.ENOENT}), syscall.ENOSPC},
		{fmt.Errorf("list: %w", os.ErrNotExist), syscall.ENOENT},
		{errors.New("anything else"), syscall.EIO},
	} {
		if got := toErrno(c.err); got != c.want {
			t.Errorf("%v: got %v, want %v", c.err, got, c.want)
		}
	}
}

// The texts that users read name no system call and no network.
func TestErrorText(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9},
		Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for want, err := range map[string]error{
		"index: 127.0.0.1:9: connection refused":     fmt.Errorf("index: 127.0.0.1:9: %w", refused),
		"127.0.0.1:9: connection refused":            refused,
		"cannot be written: no space left on device": fmt.Errorf("cannot be written: %w", &os.PathError{Op: "write", Path: "/a", Err: syscall.ENOSPC}),
	} {
		if got := errorText(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
