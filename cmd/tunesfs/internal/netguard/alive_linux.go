package netguard

import (
	"net"

	"golang.org/x/sys/unix"
)

// probes of silent connections there are none: with the limit of unheard, the
// first that is lost would end a connection that lives. One that has died is found
// out when it is used.
var probes = net.KeepAliveConfig{}

// limitUnheard limits how long what a socket sends may go unheard.
func limitUnheard(fd int) {
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unheard.Milliseconds()))
}
