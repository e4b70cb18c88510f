// Package source owns a catalog's address, the SOURCE of the command line: its
// form, the kinds of catalog that it can name, and the service that it opens.
//
// It must never know where a catalog is mounted or cached, and never shows a
// secret that stands in an address.
//
// Open source.go first, then schemes.go. A new kind of catalog is one file beside
// scheme_archive.go and one line in schemes.go. locate.go lets a store ask a catalog
// where a track is; offer.go recognizes a portal's page or a service's error in place
// of a track. network.go has the option that says where the server is. cachename.go
// gives the folder of a catalog its name, not its place.
package source

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog/itunes"
)

// hostRunes are all that a server's name and port consist of.
const hostRunes = "abcdefghijklmnopqrstuvwxyz0123456789-._:[]%"

// ErrInvalid is a SOURCE that names no catalog.
var ErrInvalid = errors.New("wrong catalog address")

// A Source is a catalog's address, taken apart.
type Source struct {
	Scheme  string     // of the catalog: itunes, demo
	base    *url.URL   // http, https or file; nil for a scheme that has none
	Options url.Values // as written after the question mark, but for a document and AtHome
	AtHome  bool       // the user says that the server is in the local network
	query   string     // of a document, as written; may be a secret
}

// Parse takes a SOURCE apart. Its errors never repeat the address, which
// may hold a secret in a wrong place.
func Parse(text string) (Source, error) {
	name, rest, ok := strings.Cut(text, ":")
	if !ok {
		return Source{}, Errorf("it has no scheme; write one such as itunes: or demo:")
	}
	name, transport, hasTransport := strings.Cut(strings.ToLower(name), "+")
	kind, err := findScheme(name)
	if err != nil {
		return Source{}, err
	}
	parsed, err := url.Parse("x:" + rest)
	if err != nil {
		return Source{}, Errorf("it is not a URL")
	}
	switch {
	case parsed.User != nil && !kind.signsIn:
		return Source{}, Errorf("%s: takes no user name or password", name)
	case hasPassword(parsed.User):
		return Source{}, Errorf("a password does not belong into it; put it into a file and name that with --password-file")
	case parsed.Fragment != "":
		return Source{}, Errorf("nothing may follow a #")
	}
	s := Source{Scheme: name}
	if s.base, err = kind.base(transport, hasTransport, parsed); err == nil {
		err = s.setQuery(kind, parsed.RawQuery)
	}
	return s, err
}

// setQuery takes what follows the question mark: a document's own query, or
// options.
func (s *Source) setQuery(kind scheme, query string) (err error) {
	if !kind.document {
		if s.Options, err = url.ParseQuery(query); err != nil {
			return Errorf("what follows the question mark is not of the form name=value&name=value")
		}
		return s.takeNetwork(kind)
	}
	if s.base.Scheme == "file" && query != "" {
		return Errorf("a file has no query; write a question mark in its name as %%3F")
	}
	s.query = s.takeNetworkOf(strings.ReplaceAll(query, " ", "%20"))
	return nil
}

// hasPassword reports whether somebody wrote a password into an address.
func hasPassword(user *url.Userinfo) bool {
	_, has := user.Password()
	return has
}

// Errorf returns an ErrInvalid with a reason. No argument may be a secret.
func Errorf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// base returns where the catalog is: u with its transport as the scheme, or
// the usual address.
func (k scheme) base(transport string, hasTransport bool, u *url.URL) (*url.URL, error) {
	bare := !hasTransport && u.Host == "" && u.Path == "" && u.Opaque == ""
	switch {
	case bare && k.usual != "":
		return url.Parse(k.usual)
	case bare && !k.needs:
		return nil, nil
	case !k.server:
		return nil, Errorf("%s: has no server to name", k.name)
	case k.local && (transport == "file" || !hasTransport && u.Host == ""):
		return fileURL(u)
	case !hasTransport:
		return nil, Errorf("write %s+https:// or %s+http:// before a server's name", k.name, k.name)
	case k.document:
		return serverURL(transport, u)
	}
	return folderURL(transport, u)
}

// folderURL returns the address of a named server, with a slash at the end.
func folderURL(transport string, u *url.URL) (*url.URL, error) {
	at, err := serverURL(transport, u)
	if err == nil && !strings.HasSuffix(at.Path, "/") {
		at = at.JoinPath("/")
	}
	return at, err
}

// fileURL returns the address of a file of this machine.
func fileURL(u *url.URL) (*url.URL, error) {
	if u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return nil, Errorf("name a file by its whole path, from the slash at its start")
	}
	return &url.URL{Scheme: "file", Path: path.Clean(u.Path)}, nil
}

// serverURL returns the address of a named server: u with its transport as the
// scheme.
func serverURL(transport string, u *url.URL) (*url.URL, error) {
	switch {
	case transport != "http" && transport != "https":
		return nil, Errorf("a catalog is reached by http or https only")
	case u.Hostname() == "" || strings.Trim(strings.ToLower(u.Host), hostRunes) != "":
		return nil, Errorf("it names no server; write other than ASCII names as xn--")
	case !isPort(u.Port()):
		return nil, Errorf("a server's port is a number from 1 to 65535")
	}
	return &url.URL{Scheme: transport, User: withoutPassword(u.User), Host: strings.ToLower(u.Host), Path: u.Path, RawPath: u.RawPath}, nil
}

// withoutPassword returns a user's name, or nil if that is empty.
func withoutPassword(user *url.Userinfo) *url.Userinfo {
	if user.Username() == "" {
		return nil
	}
	return url.User(user.Username())
}

// isPort reports whether text is a TCP port, or empty for the usual one.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

// String returns the address in one canonical form, fit for logs and for the
// table of mounts: without spaces, commas and secrets.
func (s Source) String() string {
	text := s.Scheme + ":"
	if kind, _ := findScheme(s.Scheme); s.base != nil && s.base.String() != kind.usual {
		text = s.Scheme + "+" + s.base.String()
	}
	options := s.Options.Encode()
	if s.AtHome {
		options = strings.TrimPrefix(options+"&"+networkHome, "&")
	}
	if options != "" {
		text += "?" + options
	}
	return strings.ReplaceAll(text, ",", "%2C")
}

// Identity returns what tells this catalog from all others and holds no
// secrets either: two documents that differ in the query alone are two. Where the
// server is makes no other catalog.
func (s Source) Identity() string {
	s.AtHome = false
	if s.query == "" {
		return s.String()
	}
	return fmt.Sprintf("%s#%x", s, sha256.Sum256([]byte(s.query)))
}

// IsDocument reports whether the catalog is one document, which has no options
// of ours.
func (s Source) IsDocument() bool {
	kind, err := findScheme(s.Scheme)
	return err == nil && kind.document
}

// address returns where a document is. It may hold a secret.
func (s Source) address() string {
	at := *s.base
	at.RawQuery = s.query
	return at.String()
}

// user returns who the address says has the catalog; "" if it does not.
func (s Source) user() string {
	if s.base == nil {
		return ""
	}
	return s.base.User.Username()
}

// SignsIn reports whether the catalog asks for a secret.
func (s Source) SignsIn() bool {
	kind, err := findScheme(s.Scheme)
	return err == nil && kind.signsIn
}

// StreamOnly reports whether the terms of the catalog allow streaming but
// not keeping: Apple's previews are promotional. Podcasts that it finds are not
// Apple's.
func (s Source) StreamOnly() bool {
	const podcast = "podcast"
	return s.Scheme == itunesScheme.name && itunes.IsApple(s.base.Hostname()) &&
		s.Options.Get("entity") != podcast && s.Options.Get("media") != podcast
}

// Bare returns the address without options, among which somebody may have put a
// secret that no catalog has checked yet.
func (s Source) Bare() string {
	s.Options, s.AtHome = nil, false
	return s.String()
}

// IsSource reports whether text, a mount's source, names a catalog.
func IsSource(text string) bool {
	name, _, _ := strings.Cut(text, ":")
	name, _, _ = strings.Cut(name, "+")
	_, unknown := findScheme(name)
	return unknown == nil
}

// Connections returns how many connections the catalog's servers want at most;
// 0 is as many as are worth it.
func (s Source) Connections() int {
	kind, _ := findScheme(s.Scheme)
	return kind.connections
}
