package fs

import (
	"bytes"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// sumsNames are the files that list the published digests of a folder's tracks, and the
// kind of each.
var sumsNames = map[string]string{"MD5SUMS": catalog.MD5, "SHA1SUMS": catalog.SHA1}

// sumsText returns what sha1sum(1) or md5sum(1) would print of the tracks whose catalog
// publishes a digest of a kind, in their order.
func sumsText(tracks []*catalog.Track, kind string) []byte {
	var b bytes.Buffer
	for _, t := range tracks {
		if sum := t.DigestOf(kind); sum != "" {
			b.WriteString(sumsLine(sum, t.Name))
		}
	}
	return b.Bytes()
}

// sumsLine returns the line of one file. A backslash at its start says that those in the
// name are doubled.
func sumsLine(sum, name string) string {
	line := sum + "  " + name + "\n"
	if strings.Contains(name, `\`) {
		return `\` + strings.ReplaceAll(line, `\`, `\\`)
	}
	return line
}

// hasSums reports whether any of tracks has a published digest of a kind.
func hasSums(tracks []*catalog.Track, kind string) bool {
	for _, t := range tracks {
		if t.DigestOf(kind) != "" {
			return true
		}
	}
	return false
}
