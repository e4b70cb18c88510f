package catalog

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// QueryName returns the name of the folder that shows what a query finds: the
// query in NFC, a slash written as U+2215. It fails with ErrBadQuery if no
// folder can have that name; see [Query].
func QueryName(query string) (string, error) {
	name := norm.NFC.String(strings.ReplaceAll(query, "/", slash))
	if _, err := Query(name); err != nil {
		return "", err
	}
	return name, nil
}

// Query returns the query that the name of a folder stands for: the opposite of
// QueryName. It fails with ErrBadQuery if the name has no words, is longer than
// MaxName bytes, starts with a dot, holds control characters or is not UTF-8.
func Query(name string) (string, error) {
	query := strings.TrimSpace(name)
	switch {
	case !utf8.ValidString(name):
		return "", fmt.Errorf("%w: not UTF-8", ErrBadQuery)
	case strings.ContainsFunc(name, unicode.IsControl):
		return "", fmt.Errorf("%w: control characters in it", ErrBadQuery)
	case len(name) > MaxName:
		return "", fmt.Errorf("%w: longer than %d bytes", ErrBadQuery, MaxName)
	case query == "":
		return "", fmt.Errorf("%w: no words in it", ErrBadQuery)
	case strings.HasPrefix(query, "."):
		return "", fmt.Errorf("%w: a dot at its start", ErrBadQuery)
	}
	return norm.NFC.String(strings.ReplaceAll(query, slash, "/")), nil
}
