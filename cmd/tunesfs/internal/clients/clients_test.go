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
			if tool := missing(p); tool != "" {
				cannot(t, tool+" is missing")
			}
			res := measure(t, p)
			t.Log(res.row(p))
			rows.add(p, res.row(p))
			within := time.Duration(0)
			if *all {
				within = 2 * soon // of a machine that may be busy
			}
			res.judge(t, p, within)
			if *record != "" {
				res.record(t, p)
			}
		})
	}
}

// soon is how long it may take until a file is wanted that is played or copied.
const soon = time.Second

// judge checks what README and semantics.md promise of a kind of program. Files that are
// played or copied must be wanted within a time; 0 is any.
func (res result) judge(t *testing.T, p *program, within time.Duration) {
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
		if res.wanted+res.ahead < p.opens() {
			t.Errorf("%d files were wanted, and %d fetched ahead", res.wanted, res.ahead)
		}
	}
	if (p.kind == player || p.kind == copier) && within > 0 && res.after > within {
		t.Errorf("a file was wanted %v after the first bytes beyond its structure", res.after)
	}
}
