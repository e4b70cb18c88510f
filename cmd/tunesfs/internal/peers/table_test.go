//go:build linux

package peers

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
)

// A table collects what the benchmarks found.
type table struct {
	mu   sync.Mutex
	rows [][]string
}

var results table

// add adds a line: what was measured, what each client came to, and the goal.
func (t *table) add(b *testing.B, what, figures, goal string) {
	b.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, []string{what, figures, goal})
	b.Logf("%s: %s [%s]", what, figures, goal)
}

// once adds a line without figures unless it is there.
func (t *table) once(b *testing.B, what, said string) {
	b.Helper()
	t.mu.Lock()
	there := slices.ContainsFunc(t.rows, func(r []string) bool { return r[0] == what && r[1] == said })
	t.mu.Unlock()
	if !there {
		t.add(b, what, said, "")
	}
}

// String is the table, empty if nothing was measured.
func (t *table) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rows) == 0 {
		return ""
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 1, ' ', tabwriter.Debug)
	fmt.Fprintln(w, "\nwhat\t figures\t goal")
	for _, r := range t.rows {
		fmt.Fprintln(w, strings.Join(r, "\t "))
	}
	_ = w.Flush() // to memory
	return text.String()
}

// atMost says whether a figure keeps within its goal.
func atMost(got, goal float64, unit string) string {
	verdict := "met"
	if got > goal {
		verdict = "MISSED"
	}
	return strings.TrimSpace(fmt.Sprintf("<= %.4g %s", goal, unit)) + ": " + verdict
}

// figures are what one client came to, one turn after the other.
type figures []float64

// percentile is the nearest rank; NaN of nothing.
func (f figures) percentile(p float64) float64 {
	if len(f) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(f))
	rank := int(math.Ceil(p/100*float64(len(sorted)))) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

func (f figures) median() float64 { return f.percentile(50) }
func (f figures) max() float64    { return f.percentile(100) }

// over returns the ratios of pairs.
func (f figures) over(base figures) figures {
	var ratios figures
	for i := range min(len(f), len(base)) {
		ratios = append(ratios, f[i]/base[i])
	}
	return ratios
}

// spread is the median and, in brackets, the least and the most.
func (f figures) spread() string {
	return fmt.Sprintf("%.2f (%.2f-%.2f)", f.median(), f.percentile(0), f.max())
}

// A set is the figures of several clients.
type set map[string]figures

func (s set) note(client string, figure float64) { s[client] = append(s[client], figure) }

// medians lists the clients in the order of their names, tunesfs first.
func (s set) medians(unit string) string {
	var clients []string
	for client := range s {
		clients = append(clients, client)
	}
	slices.SortFunc(clients, func(a, b string) int {
		if first := b2i(b == tunesfs.name) - b2i(a == tunesfs.name); first != 0 {
			return first
		}
		return strings.Compare(a, b)
	})
	var list []string
	for _, client := range clients {
		list = append(list, fmt.Sprintf("%s %.3g", client, s[client].median()))
	}
	return strings.Join(list, ", ") + " " + unit
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
