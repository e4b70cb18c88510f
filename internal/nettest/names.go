package nettest

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Names is a name server. A name that it was not told of does not exist.
type Names struct {
	mu    sync.Mutex
	known map[string][][]netip.Addr // guarded by mu
	asked map[question]int          // guarded by mu
}

// A question is one that a look-up asks; it asks one for each kind of address.
type question struct {
	name string
	kind dnsmessage.Type
}

// serveNames answers questions at an address until the test ends.
func serveNames(t *testing.T, address string) *Names {
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	n := &Names{known: map[string][][]netip.Addr{}, asked: map[question]int{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.serve(conn)
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return n
}

// Set says what addresses a name has: at the first look-up those of the first
// list, separated by blanks, at the next those of the next, and of the last from
// then on.
func (n *Names) Set(name string, lists ...string) {
	var all [][]netip.Addr
	for _, list := range lists {
		var addresses []netip.Addr
		for _, text := range strings.Fields(list) {
			addresses = append(addresses, netip.MustParseAddr(text))
		}
		all = append(all, addresses)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[name+"."] = all
	clear(n.asked)
}

func (n *Names) serve(conn net.PacketConn) {
	question := make([]byte, 512)
	for {
		size, from, err := conn.ReadFrom(question)
		if err != nil {
			return
		}
		if response, err := n.respond(question[:size]); err == nil {
			_, _ = conn.WriteTo(response, from)
		}
	}
}

// respond returns the response to one question.
func (n *Names) respond(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.RecursionAvailable = true, true, true
	m.Answers, m.Authorities, m.Additionals = nil, nil, nil
	if len(m.Questions) != 1 {
		m.RCode = dnsmessage.RCodeFormatError
		return m.Pack()
	}
	q := m.Questions[0]
	addresses, exists := n.lookUp(q)
	if !exists {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range addresses {
		h := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	return m.Pack()
}

// lookUp returns the addresses of a name, and whether it exists.
func (n *Names) lookUp(q dnsmessage.Question) ([]netip.Addr, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.ToLower(q.Name.String())
	lists := n.known[name]
	if len(lists) == 0 {
		return nil, false
	}
	asked := question{name, q.Type}
	i := min(n.asked[asked], len(lists)-1)
	n.asked[asked]++
	return lists[i], true
}
