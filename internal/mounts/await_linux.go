package mounts

import (
	"context"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// AwaitGone returns when the mount with this id has left the table of mounts, or
// when ctx ends. The mount may have left before. A mount that is detached
// (umount -l) while files are open leaves the table, and FUSE says nothing of it.
func AwaitGone(ctx context.Context, id string) error {
	if id == "" { // an odd name: better to serve on than to stop too soon
		<-ctx.Done()
		return nil
	}
	return Await(ctx, func() bool {
		all, err := All(nil)
		return err == nil && !slices.ContainsFunc(all, func(m Mount) bool { return m.ID == id })
	})
}

// Await returns when holds, which looks at the table of mounts, returns true, or
// when ctx ends. It calls holds at once and after every change of the table.
func Await(ctx context.Context, holds func() bool) error {
	table, err := watchTable()
	if err != nil {
		return err
	}
	defer unix.Close(table)
	wakeReader, wakeWriter, err := os.Pipe()
	if err != nil {
		return err
	}
	defer wakeReader.Close()
	stop := context.AfterFunc(ctx, func() { wakeWriter.Close() })
	defer func() {
		if stop() {
			wakeWriter.Close()
		}
	}()
	for err == nil && ctx.Err() == nil && !holds() {
		// A change of the table is an exceptional condition: proc_pid_mounts(5).
		err = awaitEvent(
			unix.PollFd{Fd: int32(table), Events: unix.POLLPRI},
			unix.PollFd{Fd: int32(wakeReader.Fd()), Events: unix.POLLIN},
		)
	}
	return err
}

// watchTable opens the table of mounts to wait for changes from now on. It is
// not an os.File: Go's poller would watch it too, and the first to look takes
// the event from the other.
func watchTable() (fd int, err error) {
	return unix.Open("/proc/self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
}

// awaitEvent returns when one of fds is ready.
func awaitEvent(fds ...unix.PollFd) error {
	for {
		if _, err := unix.Poll(fds, -1); err != unix.EINTR {
			return err
		}
	}
}
