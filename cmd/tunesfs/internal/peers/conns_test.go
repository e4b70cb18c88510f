//go:build linux

package peers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// of returns the requests for the bytes of a file.
func of(log []fetchtest.Request, file string) []fetchtest.Request {
	return slices.DeleteFunc(slices.Clone(log), func(r fetchtest.Request) bool { return r.File != file || r.Method != "GET" })
}

// connections counts those that requests came by.
func connections(log []fetchtest.Request) int {
	seen := map[int64]bool{}
	for _, r := range log {
		seen[r.Conn] = true
	}
	return len(seen)
}

// timeline says how many answers were on their way at each moment: "1 for
// 0.4 s, 16 for 1.3 s". What lasted less than a tenth of a second is left out.
func timeline(log []fetchtest.Request) string {
	type change struct {
		at time.Time
		by int
	}
	var changes []change
	for _, r := range log {
		changes = append(changes, change{r.Time, 1}, change{r.End, -1})
	}
	slices.SortFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	var parts []string
	active, shown, since := 0, 0, time.Time{}
	tell := func(until time.Time) {
		if lasted := until.Sub(since); shown > 0 && lasted >= time.Second/10 {
			parts = append(parts, fmt.Sprintf("%d for %.1f s", shown, lasted.Seconds()))
		}
	}
	for i, c := range changes {
		active += c.by
		if i+1 < len(changes) && changes[i+1].at.Sub(c.at) < time.Second/10 || active == shown {
			continue
		}
		tell(c.at)
		shown, since = active, c.at
	}
	return strings.Join(parts, ", ")
}
