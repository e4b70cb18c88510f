package playlist

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// errNoAddress is a list that was cut off: it tells of an entry, and names none.
var errNoAddress = fmt.Errorf("%w: a playlist that tells of an entry without its address", catalog.ErrBadResponse)

// errWords is a list of which no line is an address, a name of audio or told of: words, such
// as those of an error below the heading.
var errWords = fmt.Errorf("%w: a playlist of words, without an address", catalog.ErrBadResponse)

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
	if len(all) == 0 && next != (entry{}) {
		return nil, errNoAddress
	}
	return all, nil
}

// areAddresses reports whether entries are those of a list, by the form of most: a list
// without a heading could be any text, such as an error.
func areAddresses(all []entry) bool {
	n := 0
	for _, e := range all {
		if isAddress(e.address) {
			n++
		}
	}
	return 2*n > len(all)
}

// isTold reports whether an entry has more than a line of words.
func (e entry) isTold() bool { return isAddress(e.address) || e != (entry{address: e.address}) }

// isAddress reports whether a line has the form of an address, or of the name of a
// piece of audio or a list.
func isAddress(line string) bool {
	if u, err := url.Parse(line); err == nil && (u.Scheme != "" && u.Host != "" || isAudio(u) || isList(u)) {
		return true
	}
	name := &url.URL{Path: line}
	return isAudio(name) || isList(name)
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
