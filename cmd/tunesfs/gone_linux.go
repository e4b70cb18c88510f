package main

import (
	"context"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// awaitGone returns when the mount of an id has left the table of mounts, be it
// that it was detached (umount -l) while files are open, of which FUSE says
// nothing, or when ctx ends. It may have left before.
func awaitGone(ctx context.Context, id string) error {
	table, err := watchMounts()
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
	if id == "" { // an odd name: better to serve on than to stop too soon
		<-ctx.Done()
	}
	for err == nil && ctx.Err() == nil && stillMounted(id) {
		// A change of the table is an exceptional condition: proc_pid_mounts(5).
		err = awaitEvent(
			unix.PollFd{Fd: int32(table), Events: unix.POLLPRI},
			unix.PollFd{Fd: int32(wakeReader.Fd()), Events: unix.POLLIN},
		)
	}
	return err
}

// watchMounts opens the table of mounts to wait for changes from now on. It is
// not an os.File: Go's poller would watch it too, and whoever looks first takes
// the event from the other.
func watchMounts() (fd int, err error) {
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

func stillMounted(id string) bool {
	all, err := allMounts()
	return err != nil || slices.ContainsFunc(all, func(m mounted) bool { return m.id == id })
}
