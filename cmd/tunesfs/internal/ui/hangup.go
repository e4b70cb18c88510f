package ui

import (
	"os"

	"golang.org/x/sys/unix"
)

// onHangup calls do once the terminal is gone, until stop was called. The signal for that
// reaches only the process group in front, and not one that su(1) or sudo(8) keeps apart.
func onHangup(terminal *os.File, do func()) (stop func()) {
	wakeReader, wakeWriter, err := os.Pipe()
	if err != nil {
		return func() {} // the signal is enough for most
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer wakeReader.Close()
		fds := []unix.PollFd{
			{Fd: int32(terminal.Fd())},                        // #nosec G115 -- it is small; of this one the end alone is told
			{Fd: int32(wakeReader.Fd()), Events: unix.POLLIN}, // #nosec G115 -- likewise
		}
		for {
			n, err := unix.Poll(fds, -1)
			switch {
			case err == unix.EINTR:
				continue
			case err != nil || fds[1].Revents != 0:
				return
			case n > 0:
				if fds[0].Revents&unix.POLLHUP != 0 {
					do()
				}
				return // else it is no terminal that can be watched
			}
		}
	}()
	return func() {
		wakeWriter.Close()
		<-done
	}
}
