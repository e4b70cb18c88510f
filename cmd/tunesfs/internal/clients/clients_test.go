//go:build linux

package clients

import (
	"os"
	"testing"
	"time"
)

// worst is how many bytes may move for each that an indexer needs, and a block for each
// file.
const worst = 1.3

// TestClients drives each program that is installed.
func TestClients(t *testing.T) {
	if f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0); err != nil {
		cannot(t, err.Error())
	} else {
		f.Close()
	}
	if tool := missing(&program{tools: []string{"bash", "ffmpeg", "getfattr"}}); tool != "" {
		cannot(t, tool+" is missing")
	}
	for i := range programs {
		p := &programs[i]
		chosen, err := selected(p)
		if err != nil {
			t.Fatal(err)
		}
		if !chosen {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			if p.cannot != "" {
				rows.add(p, string(p.kind)+" | "+p.cannot+" | | | | |")
				t.Skip(p.cannot)
			}
			if tool := missing(p); tool != "" {
				cannot(t, tool+" is missing")
			}
			res := measure(t, p)
			t.Log(res.row(p))
			rows.add(p, res.row(p))
			res.judge(t, p)
			if *record != "" && (p.kind == indexer || p.files == 0) { // a player that plays some files indexes the others
				res.record(t, p)
			}
		})
	}
}

// judge checks what README and semantics.md promise of a kind of program.
func (res result) judge(t *testing.T, p *program) {
	t.Helper()
	if res.files < p.opens() {
		t.Errorf("it opened %d files, want %d", res.files, p.opens())
	}
	switch p.kind {
	case indexer:
		if res.left > 0 || float64(res.moved) > worst*float64(res.needed)+float64(res.files*block) {
			t.Errorf("%d downloads are left behind, and %.2f bytes moved for each that it needs", res.left, res.ratio())
		}
	case copier:
		if res.left > 0 || res.wanted < p.opens() {
			t.Errorf("%d downloads are left behind, and %d files were wanted", res.left, res.wanted)
		}
	case player:
		if res.wanted < p.opens() {
			t.Errorf("%d files were wanted", res.wanted)
		}
	}
	if *all && p.kind != indexer && res.after > time.Second {
		t.Errorf("a file was wanted %v after its first byte beyond the structure", res.after)
	}
}
