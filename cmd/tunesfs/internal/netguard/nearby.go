package netguard

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

// nearby are the networks that this machine is in, as far as their addresses are
// otherwise public: its own addresses and hosts beside it, such as a router, are
// behind the user's firewall.
type nearby []netip.Prefix

const (
	// nearbyTTL is for how long the addresses of the machine are taken to stay.
	nearbyTTL = 2 * time.Second

	// The widest networks that count around an address: a provider may give wider ones
	// to strangers together.
	nearbyBits4 = 24
	nearbyBits6 = 64
)

// contains reports whether an address is in one of the networks.
func (n nearby) contains(a netip.Addr) bool {
	for _, network := range n {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// nearbyOf returns the networks around the addresses of a machine. That of an address
// of IPv6 is one of 64 bits, whatever the interface says: other hosts of its link are
// in that one (RFC 4291, section 2.5.1). Addresses that are local in any case have none.
func nearbyOf(addresses []net.Addr) nearby {
	var all nearby
	for _, address := range addresses {
		ip, ok := address.(*net.IPNet)
		if !ok {
			continue
		}
		a, ok := netip.AddrFromSlice(ip.IP)
		if a = a.Unmap(); !ok || !isPublic(a, nil) {
			continue
		}
		bits := nearbyBits6
		if ones, size := ip.Mask.Size(); a.Is4() {
			bits = max(ones-(size-a.BitLen()), nearbyBits4)
		}
		if network, err := a.Prefix(bits); err == nil {
			all = append(all, network)
		}
	}
	return all
}

// A surroundings knows the networks that this machine is in now.
type surroundings struct {
	ask func() ([]net.Addr, error)
	log *slog.Logger

	mu     sync.Mutex // guards what follows
	last   nearby
	asked  time.Time
	warned bool // that the system does not tell
}

// now returns the networks that this machine is in, as the system told a moment ago.
// Where it does not tell, they are what it told last, and the log says so once.
func (s *surroundings) now() nearby {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.asked.IsZero() && time.Since(s.asked) < nearbyTTL {
		return s.last
	}
	addresses, err := s.ask()
	switch {
	case err == nil:
		s.last, s.asked = nearbyOf(addresses), time.Now()
	case !s.warned:
		s.warned = true
		s.log.Warn("the system does not tell this machine's addresses: a catalog may reach those that are public, and hosts beside them",
			"error", err)
	}
	return s.last
}
