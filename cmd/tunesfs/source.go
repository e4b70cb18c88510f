package main

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// hostRunes are all that a server's name and port consist of.
const hostRunes = "abcdefghijklmnopqrstuvwxyz0123456789-._:[]%"

// errSource is a SOURCE that names no catalogue.
var errSource = errors.New("wrong catalogue address")

// A source is a catalogue's address, taken apart. It holds no secrets.
type source struct {
	scheme  string     // of the catalogue: itunes, demo
	base    *url.URL   // http or https; nil for a scheme that has none
	options url.Values // as written after the question mark
}

// parseSource takes a SOURCE apart. Its errors never repeat the address, which
// may hold a secret in a wrong place.
func parseSource(text string) (source, error) {
	name, rest, ok := strings.Cut(text, ":")
	if !ok {
		return source{}, sourceError("it has no scheme; write one such as itunes: or demo:")
	}
	name, transport, hasTransport := strings.Cut(strings.ToLower(name), "+")
	kind, err := findScheme(name)
	if err != nil {
		return source{}, err
	}
	parsed, err := url.Parse("x:" + rest)
	if err != nil {
		return source{}, sourceError("it is not a URL")
	}
	options, err := url.ParseQuery(parsed.RawQuery)
	switch {
	case err != nil:
		return source{}, sourceError("what follows the question mark is not of the form name=value&name=value")
	case parsed.User != nil:
		return source{}, sourceError("%s: takes no user name or password", name)
	case parsed.Fragment != "":
		return source{}, sourceError("nothing may follow a #")
	}
	s := source{scheme: name, options: options}
	s.base, err = kind.base(transport, hasTransport, parsed)
	return s, err
}

func sourceError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errSource, fmt.Sprintf(format, args...))
}

// base returns where the catalogue is: u with its transport as the scheme, or
// the usual address.
func (k scheme) base(transport string, hasTransport bool, u *url.URL) (*url.URL, error) {
	named := u.Host != "" || u.Path != "" || u.Opaque != ""
	switch {
	case !named && !hasTransport && k.usual != "":
		return url.Parse(k.usual)
	case !named && !hasTransport && !k.needs:
		return nil, nil
	case !k.server:
		return nil, sourceError("%s: has no server to name", k.name)
	case !hasTransport:
		return nil, sourceError("write %s+https:// or %s+http:// before a server's name", k.name, k.name)
	}
	return serverURL(transport, u)
}

// serverURL returns the address of a named server: u with its transport as the
// scheme, and a slash at the end.
func serverURL(transport string, u *url.URL) (*url.URL, error) {
	switch {
	case transport != "http" && transport != "https":
		return nil, sourceError("a catalogue is reached by http or https only")
	case u.Hostname() == "" || strings.Trim(strings.ToLower(u.Host), hostRunes) != "":
		return nil, sourceError("it names no server; write other than ASCII names as xn--")
	case !isPort(u.Port()):
		return nil, sourceError("a server's port is a number from 1 to 65535")
	}
	base := &url.URL{Scheme: transport, Host: strings.ToLower(u.Host), Path: u.Path, RawPath: u.RawPath}
	if !strings.HasSuffix(base.Path, "/") {
		base = base.JoinPath("/")
	}
	return base, nil
}

// isPort reports whether text is a TCP port, or empty for the usual one.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

// String returns the address in one canonical form, fit for logs and for the
// table of mounts: without spaces and commas.
func (s source) String() string {
	text := s.scheme + ":"
	if s.base != nil && s.base.String() != appleBase {
		text = s.scheme + "+" + s.base.String()
	}
	if len(s.options) > 0 {
		text += "?" + s.options.Encode()
	}
	return strings.ReplaceAll(text, ",", "%2C")
}

// streamOnly reports whether the terms of the catalogue allow streaming but
// not keeping: Apple's previews are promotional.
func (s source) streamOnly() bool {
	return s.base != nil && s.base.String() == appleBase
}
