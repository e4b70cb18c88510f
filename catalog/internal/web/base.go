package web

import (
	"fmt"
	"net/url"

	"github.com/tunesfs/tunesfs/catalog"
)

// ParseBase returns the address of a service, which is no more than a server and
// a path. Any other is catalog.ErrInvalidURL; the error does not repeat it.
func ParseBase(raw string) (*url.URL, error) {
	u, err := ParseDocument(raw)
	if err == nil && (u.RawQuery != "" || u.ForceQuery) {
		return nil, fmt.Errorf("%w: no more than a server and a path may be in it", catalog.ErrInvalidURL)
	}
	return u, err
}

// ParseDocument returns the address of a document, which may have a query too.
// It fails as ParseBase does.
func ParseDocument(raw string) (*url.URL, error) {
	if err := catalog.CheckURL(raw); err != nil {
		return nil, err
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Fragment != "" {
		return nil, fmt.Errorf("%w: it has a user or a #", catalog.ErrInvalidURL)
	}
	return u, nil
}
