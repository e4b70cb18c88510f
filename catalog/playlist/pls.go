package playlist

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parsePLS reads a list of the form File1=..., Title1=..., Length1=..., whose
// numbers are the order.
func parsePLS(text string) ([]entry, error) {
	byNumber := map[int]*entry{}
	for line := range strings.SplitSeq(text, "\n") {
		key, value, _ := strings.Cut(line, "=")
		key = strings.ToLower(strings.TrimSpace(key))
		name := strings.TrimRight(key, "0123456789")
		n, err := strconv.Atoi(key[len(name):])
		if err != nil || !slices.Contains([]string{"file", "title", "length"}, name) {
			continue
		}
		if byNumber[n] == nil {
			if len(byNumber) == maxEntries {
				return nil, errTooMany
			}
			byNumber[n] = &entry{}
		}
		byNumber[n].field(name, strings.TrimSpace(value))
	}
	all := make([]entry, 0, len(byNumber))
	for _, n := range slices.Sorted(maps.Keys(byNumber)) {
		all = append(all, *byNumber[n])
	}
	return all, nil
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
