package fs

import (
	"os"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

func init() { attempts["interrupted"] = interrupted }

// interrupted reads standard input at an offset while its thread is sent
// signals, and does not try again as Go's own files do.
func interrupted(_ string, args []string) error {
	off, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	thread, done, stopped := unix.Gettid(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				_ = unix.Tgkill(os.Getpid(), thread, unix.SIGURG)
			}
		}
	}()
	_, err = unix.Pread(int(os.Stdin.Fd()), make([]byte, 1000), off)
	close(done)
	<-stopped
	return err
}
