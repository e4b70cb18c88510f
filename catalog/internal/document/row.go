package document

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// A Row is one entry of a document: a track without ID, and what to tell it by,
// best first, such as what the document itself says, the title, the address.
// What comes later counts only where what comes before is that of other rows
// too, or empty.
type Row struct {
	catalog.Track
	Marks []string
}

// identified gives every row an ID: as much of its marks as no other row has.
// So an ID does not depend on the order of rows. Of rows that have all marks in
// common, the first is taken.
func identified(c Content, private bool) []catalog.Track {
	ids := make([]string, len(c.Rows))
	rows := make([]int, len(c.Rows)) // those without an ID yet
	for i := range rows {
		rows[i] = i
	}
	for marks := 1; len(rows) > 0; marks++ {
		rows = c.identify(ids, rows, marks, private)
	}
	tracks, seen := make([]catalog.Track, 0, len(ids)), make(map[string]bool, len(ids))
	for i, id := range ids {
		if seen[id] {
			c.Skipped[skip.Equal]++
			continue
		}
		seen[id] = true
		track := c.Rows[i].Track
		track.ID = id
		tracks = append(tracks, track)
	}
	return tracks
}

// identify gives IDs of some marks to those of rows that no other has, and to
// those that have no more marks. It returns the rest.
func (c Content) identify(ids []string, rows []int, marks int, private bool) []int {
	count := make(map[string]int, len(rows))
	for _, i := range rows {
		ids[i] = c.Rows[i].id(marks, private)
		count[ids[i]]++
	}
	var rest []int
	for _, i := range rows {
		if ids[i] == "" || count[ids[i]] > 1 && marks < len(c.Rows[i].Marks) {
			rest = append(rest, i)
		}
	}
	return rest
}

// maxMark is the longest mark that is an ID as it stands, in bytes.
const maxMark = 500

// id returns what a number of marks make: the first of them as it stands, where
// the others are not needed and it may be shown, else a hash. It is empty where a
// row cannot be told by them.
func (r Row) id(n int, private bool) string {
	n = min(n, len(r.Marks))
	first := catalog.SanitizeText(r.Marks[0])
	if n == 1 && first == "" && len(r.Marks) > 1 {
		return ""
	}
	if n == 1 && first != "" && len(first) <= maxMark && !(private && holdsSecret(first)) {
		return first
	}
	sum := sha256.Sum256([]byte(strings.Join(r.Marks[:n], "\x00")))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// holdsSecret reports whether a mark of a private document may be, or have in
// it, what mayBeSecret is true of: feeds know episodes by all sorts of text.
func holdsSecret(mark string) bool {
	const signs = "?#@=&%" // the last: encoded twice
	plain, err := url.PathUnescape(mark)
	return err != nil || strings.ContainsAny(mark, signs[:len(signs)-1]) || strings.ContainsAny(plain, signs)
}

// Plain returns an address without what changes from one reader to the next, or
// is a secret: user, query and fragment.
func Plain(address string) string {
	public, _ := httprule.Public(address)
	return public
}
