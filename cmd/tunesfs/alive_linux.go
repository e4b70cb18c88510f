package main

import "golang.org/x/sys/unix"

// limitUnheard limits how long what a socket sends may go unheard.
func limitUnheard(fd int) {
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unheard.Milliseconds()))
}
