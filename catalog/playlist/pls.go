package playlist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// A plsEntry is an entry of a list of the form PLS.
type plsEntry struct {
	entry
	number string // without zeros at its start, so that a longer one is higher
}

// parsePLS reads a list of the form File1=..., Title1=..., Length1=..., whose
// numbers are the order. A second file of one number is another entry.
func parsePLS(text string) ([]entry, error) {
	var all []*plsEntry
	last := map[string]*plsEntry{} // by number
	told := ""                     // how many there are
	odd := false                   // a line is no field, nor a comment
	for line := range strings.SplitSeq(text, "\n") {
		key, value, isPair := strings.Cut(line, "=")
		key = strings.ToLower(strings.TrimSpace(key))
		odd = odd || !isPair && !isBlank(key)
		if key == "numberofentries" {
			told = strings.TrimSpace(value)
		}
		name := strings.TrimRight(key, "0123456789")
		if !slices.Contains([]string{"file", "title", "length"}, name) {
			continue
		}
		number := strings.TrimLeft(key[len(name):], "0")
		e := last[number]
		if e == nil || name == "file" && e.address != "" {
			if len(all) == maxEntries {
				return nil, errTooMany
			}
			e = &plsEntry{number: number}
			all, last[number] = append(all, e), e
		}
		e.field(name, strings.TrimSpace(value))
	}
	if len(all) == 0 {
		return nil, checkEmpty(told, odd)
	}
	slices.SortStableFunc(all, func(a, b *plsEntry) int {
		return cmp.Or(cmp.Compare(len(a.number), len(b.number)), cmp.Compare(a.number, b.number))
	})
	entries := make([]entry, len(all))
	for i, e := range all {
		entries[i] = e.entry
	}
	return entries, nil
}

// isBlank reports whether a line without a value may stand in a playlist.
func isBlank(line string) bool {
	return line == "" || line == "[playlist]" || strings.HasPrefix(line, ";") || strings.HasPrefix(line, "#")
}

// checkEmpty fails where a playlist without entries tells of some, or has words in their place.
func checkEmpty(told string, odd bool) error {
	switch {
	case strings.Trim(told, "0") != "":
		return fmt.Errorf("%w: a playlist that lacks all of its %.10s entries", catalog.ErrBadResponse, told)
	case odd:
		return fmt.Errorf("%w: a playlist with words in place of its entries", catalog.ErrBadResponse)
	}
	return nil
}

func (e *entry) field(name, value string) {
	switch name {
	case "file":
		e.address = value
	case "title":
		e.label(value)
	case "length":
		e.duration = duration(value, time.Second)
	}
}
