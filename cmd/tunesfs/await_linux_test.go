package main

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// awaitMount is the script command "await-mount DIR": it returns once DIR is a
// mount of ours.
func awaitMount(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	table, err := os.Open("/proc/self/mountinfo")
	ts.Check(err)
	defer table.Close()
	for {
		if _, ok := mountedAt(dir); ok {
			return
		}
		ts.Check(awaitEvent(unix.PollFd{Fd: int32(table.Fd()), Events: unix.POLLPRI}))
	}
}
