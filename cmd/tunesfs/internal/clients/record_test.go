//go:build linux

package clients

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// record writes the reads of a program as the traces that package intent replays.
func (res result) record(t *testing.T, p *program) {
	t.Helper()
	if err := os.MkdirAll(*record, 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(*record, tracesOf(p)))
	if err != nil {
		t.Fatal(err)
	}
	skeletonsKept.Do(func() { keepSkeletons(t) })
	w := bufio.NewWriter(file)
	fmt.Fprintf(w, "# %s%s, over a link of %d kB/s and %v\n", p.name, version(p), *rate/1000, *rtt)
	for _, h := range res.handles {
		h.record(w, t, h.opened.Sub(res.handles[0].opened))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// tracesOf names the file of the traces of a program.
func tracesOf(p *program) string {
	return strings.Trim(notWords.ReplaceAllString(strings.ToLower(p.name), "-"), "-") + ".txt"
}

var notWords = regexp.MustCompile("[^a-z0-9]+")

// record writes the reads of a handle, and when it was opened.
func (h *handle) record(w *bufio.Writer, t *testing.T, at time.Duration) {
	if len(h.reads) == 0 {
		return
	}
	st, err := os.Stat(filepath.Join(library(t), h.name))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "open %s size %d structure%s\n", filepath.Ext(h.name), st.Size(), spans(structure(t, h.name, st.Size())))
	fmt.Fprintf(w, "at %.3f\n", at.Seconds())
	reads := merge(h.reads, structure(t, h.name, st.Size()))
	for _, r := range reads {
		fmt.Fprintf(w, "%.3f %.3f %d %d %d\n", r.began.Seconds(), r.took.Seconds(), r.off, r.asked, r.got)
	}
	switch {
	case h.closed > 0:
		fmt.Fprintf(w, "close %.3f\n", h.closed.Seconds())
	default:
		last := reads[len(reads)-1]
		fmt.Fprintf(w, "close %.3f\n", (last.began + last.took + time.Second).Seconds())
	}
}

// merge makes one of those reads in sequence that brought structure alone: some programs
// read it byte by byte.
func merge(reads []read, structure ranges.Set) (merged []read) {
	for _, r := range reads {
		if last := len(merged) - 1; last >= 0 && r.got > 0 {
			whole := ranges.Range{Start: merged[last].off, End: r.off + r.got}
			if r.off == merged[last].off+merged[last].got && structure.Contains(whole) {
				merged[last].asked, merged[last].got = whole.Len(), whole.Len()
				merged[last].took = r.began + r.took - merged[last].began
				continue
			}
		}
		merged = append(merged, r)
	}
	return merged
}

// spans returns ranges as text.
func spans(set ranges.Set) (text string) {
	for _, r := range set {
		text += fmt.Sprintf(" %d-%d", r.Start, r.End)
	}
	return text
}
