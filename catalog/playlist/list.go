package playlist

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/document"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// maxEntries is how many entries are taken of a list.
const maxEntries = 100_000

// errTooMany is what a list fails with that has more.
var errTooMany = fmt.Errorf("%w: more than %d entries", catalog.ErrBadResponse, maxEntries)

// A list is where a playlist came from.
type list struct {
	at   *url.URL // addresses in it may be relative to it; nil: of no web server
	kind string   // media type that the server calls it; "" unknown
	name string   // its path
}

// read returns what a list holds.
func (l list) read(ctx context.Context, data []byte) (document.Content, error) {
	entries, err := l.entries(ctx, decode(data))
	if err != nil {
		return document.Content{}, err
	}
	content := document.Content{Skipped: skip.Count{}}
	for _, e := range entries {
		row, why := l.row(e)
		if why != "" {
			content.Skipped[why]++
			continue
		}
		if err := content.Add(row); err != nil {
			return document.Content{}, err
		}
	}
	return content, nil
}

// entries reads a list in the format that it plainly is in or, for an M3U
// without a heading, is called.
func (l list) entries(ctx context.Context, text string) ([]entry, error) {
	switch {
	case hasPrefixFold(text, "[playlist]"):
		return parsePLS(text)
	case strings.HasPrefix(text, "<"):
		return parseXSPF(ctx, text)
	case hasPrefixFold(text, "#EXTM3U"):
		all, err := parseM3U(text)
		if err != nil || len(all) == 0 || slices.ContainsFunc(all, entry.isTold) {
			return all, err
		}
		return nil, errWords
	case l.isM3U():
		if all, err := parseM3U(text); err != nil || areAddresses(all) {
			return all, err
		}
	}
	return nil, fmt.Errorf("%w: no playlist in M3U, PLS or XSPF, but Content-Type %.40q", catalog.ErrBadResponse, l.kind)
}

// isM3U reports whether a list is called an M3U.
func (l list) isM3U() bool {
	ext := strings.ToLower(path.Ext(l.name))
	return strings.HasSuffix(l.kind, "mpegurl") || ext == ".m3u" || ext == ".m3u8"
}

// isList reports whether an address is that of another list.
func isList(u *url.URL) bool {
	return slices.Contains([]string{".m3u", ".m3u8", ".pls", ".xspf"}, strings.ToLower(path.Ext(u.Path)))
}

// decode returns the text of a list: UTF-8, UTF-16 if it says so, else what
// players on Windows write, which Latin-1 is a part of. Every end of a line is
// one newline.
func decode(data []byte) string {
	if !utf8.Valid(data) {
		old := unicode.BOMOverride(charmap.Windows1252.NewDecoder())
		if text, _, err := transform.Bytes(old, data); err == nil {
			data = text
		}
	}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(data), "\uFFFD"), "\uFEFF")
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text))
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}
