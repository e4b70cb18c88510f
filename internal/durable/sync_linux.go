package durable

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncData makes the bytes of f durable, and of its metadata only what is
// needed to read them again.
func syncData(f *os.File) error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); err != unix.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
