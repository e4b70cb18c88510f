package httprule

import "net/url"

// Host returns the host of a URL, with its port if it has one, or "" if raw is
// no URL.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

// Public returns an http or https URL without the parts that may be secret:
// user, query and fragment. exact reports whether it had none of them. What is
// no URL becomes "".
func Public(raw string) (public string, exact bool) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", false
	}
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return clean.String(), u.User == nil && u.RawQuery == "" && u.Fragment == "" && !u.ForceQuery
}

// SameOrigin reports whether two URLs name one scheme, host and port.
func SameOrigin(a, b *url.URL) bool { return a.Host == b.Host && a.Scheme == b.Scheme }
