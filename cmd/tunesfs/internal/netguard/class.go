package netguard

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/tunesfs/tunesfs/fetch"
)

// A class says where a catalog's own server is, and so to which addresses the
// catalog may lead.
type class int

const (
	unknown  class = iota // no connection to the server was made yet
	public                // on the Internet
	home                  // in the local network, or there is no server
	returned              // in the local network, after an earlier mount found it on the Internet
	beside                // at a public address beside this machine
)

// errUnknown is that the class decides and is not known yet. No caller of the
// package gets it.
var errUnknown = errors.New("it is not known where the catalog's server is")

// The refusals.
var (
	errLinkLocal = fmt.Errorf("%w: a link-local address is open only to a catalog whose SOURCE has that number", fetch.ErrDenied)
	errAbroad    = fmt.Errorf("%w: a catalog on the Internet may not lead to an address of the local network", fetch.ErrDenied)

	errNameMoved = fmt.Errorf("%w: the catalog's server was on the Internet, so its name may not lead into the local network"+
		"; if it is at home there, mount again, with network=home", fetch.ErrDenied)
	errReturned = fmt.Errorf("%w: the catalog's server has or had a public address, so it may not lead to another of the local network"+
		"; if it is at home there, mount again, with network=home", fetch.ErrDenied)
)

// judge returns why a connection to an address must not be made, errUnknown if the
// class must be found out first, or nil. own is whether it is to the catalog's own
// server, typed the number that the user gave in place of its name, if any, and near
// where this machine is.
func (c class) judge(own bool, typed, at netip.Addr, near nearby) error {
	switch {
	case own && at.Unmap() == typed: // wherever this machine was carried since
		return nil
	case isLinkLocal(at):
		return errLinkLocal
	case isPublic(at, near) || c == home:
		return nil
	case c == public && own:
		return errNameMoved
	case c == public:
		return errAbroad
	case c == beside && !(own && isPublic(at, nil)): // its name is a stranger's, as far as is known
		return errReturned
	case own:
		return nil
	case c == returned:
		return errReturned
	}
	return errUnknown
}

// connected returns the class after a connection to the catalog's own server, at an
// address of the class found. wasPublic is whether an earlier mount found the server on
// the Internet.
func (c class) connected(found class, wasPublic bool) class {
	switch {
	case found == public || c == public:
		return public
	case found == beside || c == beside:
		return beside
	case found == returned || c == returned || c == unknown && wasPublic:
		return returned
	}
	return home
}

// classAt returns the class of a catalog whose own server has an address. A public one
// beside this machine may be a stranger's: a provider gives a network to many customers.
func classAt(a netip.Addr, near nearby) class {
	return classOfPublic(isPublic(a, near), isPublic(a, nil))
}

// classNamed is classAt for a server that only a proxy reaches, by its name.
func classNamed(host string, near nearby) class {
	return classOfPublic(!isLocalName(host, near), !isLocalName(host, nil))
}

// classOfPublic returns the class of a server that is public for this machine, or is
// for others.
func classOfPublic(here, elsewhere bool) class {
	switch {
	case here:
		return public
	case elsewhere:
		return beside
	}
	return home
}

// classOf returns the class of a catalog that no connection can change; ok is false
// if there is none. typed is the number in the place of the server's name, if any.
func classOf(opt Options, typed netip.Addr, near nearby) (c class, ok bool) {
	switch {
	case opt.Base == nil || opt.Base.Hostname() == "" || opt.AtHome:
		return home, true
	case !typed.IsValid():
		return unknown, false
	}
	return classAt(typed, near), true
}
