package playlist

import (
	"fmt"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// parseM3U reads a list of a line an entry, each below the comments on it.
func parseM3U(text string) ([]entry, error) {
	var all []entry
	var next entry
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case hasPrefixFold(line, "#EXT-X-"): // https://datatracker.ietf.org/doc/html/rfc8216
			return nil, fmt.Errorf("%w: an HLS stream, which is no list of tracks", catalog.ErrBadResponse)
		case strings.HasPrefix(line, "#"):
			next.comment(line)
		case len(all) == maxEntries:
			return nil, errTooMany
		default:
			next.address = line
			all = append(all, next)
			next = entry{}
		}
	}
	return all, nil
}

// comment takes what a comment says of the entry below.
func (e *entry) comment(line string) {
	tag, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch strings.ToUpper(tag) {
	case "#EXTINF":
		length, label := cutInfo(value)
		e.duration = duration(length, time.Second)
		e.label(label)
	case "#EXTALB":
		e.album = value
	case "#EXTIMG":
		e.artwork = value
	}
}

// cutInfo takes apart "123,Artist - Title" and "-1 key="a,b",Title".
func cutInfo(value string) (length, label string) {
	quoted := false
	for i, r := range value {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			length, _, _ = strings.Cut(strings.TrimSpace(value[:i]), " ")
			return length, value[i+1:]
		}
	}
	length, _, _ = strings.Cut(value, ",")
	return length, ""
}
