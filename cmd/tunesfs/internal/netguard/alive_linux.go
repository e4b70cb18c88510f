package netguard

import (
	"net"

	"golang.org/x/sys/unix"
)

// probes of silent connections there are none: with the limit of ackTimeout, the
// first that is lost would end a connection that lives. One that has died is found
// out when it is used.
var probes = net.KeepAliveConfig{}

// setAckTimeout limits how long the data that a socket sends may go unacknowledged.
func setAckTimeout(fd int) {
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(ackTimeout.Milliseconds()))
}
