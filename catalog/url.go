package catalog

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tunesfs/tunesfs/internal/httprule"
)

// CheckURL reports with an error that wraps ErrInvalidURL why an address from a
// catalog is not one to be fetched or shown: only absolute http and https
// URLs with a host pass. The error never repeats the address, which may hold
// secrets.
func CheckURL(raw string) error {
	if len(raw) > httprule.MaxURL {
		return fmt.Errorf("%w: longer than %d bytes", ErrInvalidURL, httprule.MaxURL)
	}
	if !utf8.ValidString(raw) || strings.ContainsFunc(raw, unicode.IsControl) {
		return fmt.Errorf("%w: unprintable characters", ErrInvalidURL)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return fmt.Errorf("%w: malformed", ErrInvalidURL)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: of another scheme", ErrInvalidURL)
	case u.Hostname() == "":
		return fmt.Errorf("%w: no host", ErrInvalidURL)
	}
	return nil
}
