//go:build darwin || freebsd

package netguard

import (
	"net"
	"time"
)

// probes are those of silent connections, of whatever protocol.
var probes = net.KeepAliveConfig{Enable: true, Idle: idlePing, Interval: time.Second, Count: 5}

// setAckTimeout does nothing: these systems have no such limit, and find out by
// probes and pings.
func setAckTimeout(int) {}
