package main

import (
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// awaitMount is the script command "await-mount DIR": it returns once a process
// says that it serves DIR, which it does when the mount is complete.
func awaitMount(ts *testscript.TestScript, _ bool, args []string) {
	events, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	ts.Check(err)
	defer unix.Close(events)
	_, err = unix.InotifyAddWatch(events, runFolder(ts.Getenv), unix.IN_MOVED_TO)
	ts.Check(err)
	buffer := make([]byte, 4096)
	for {
		if server := findServer(runPath(ts.MkAbs(args[0]), ts.Getenv)); server != nil {
			ts.Check(server.file.Close())
			return
		}
		if _, err := unix.Read(events, buffer); err != unix.EINTR {
			ts.Check(err)
		}
	}
}
