package main

import "syscall"

// endWithParent has a child unmount when this process is killed. It is started from the
// main thread, which lives as long as the process.
func endWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
