package diskcache

import (
	"os"
	"strings"
	"testing"
)

// TestUnrecordedTail has a process be killed before it recorded all that it wrote: the
// rest takes no space, whether a scan or a download finds it first.
func TestUnrecordedTail(t *testing.T) {
	const all, held = 1 << 20, 64 << 10
	for name, scanned := range map[string]bool{"the scan comes first": true, "the download comes first": false} {
		t.Run(name, func(t *testing.T) {
			d := openDir(t, Options{})
			e := d.Entry(NameOf("a"))
			fill(t, e.File(), strings.Repeat("x", all))
			e.Lock()
			r := heldRecord(held)
			r.File.Size = all
			if err := e.SaveLocked(r, e.current); err != nil {
				t.Fatal(err)
			}
			e.Unlock()
			if scanned {
				d.Scan(t.Context())
			}
			again := d.Entry(e.Name)
			if _, err := again.Load("a"); err != nil {
				t.Fatal(err)
			}
			if !scanned {
				d.Scan(t.Context())
			}
			info, err := os.Stat(again.File().path())
			if err != nil {
				t.Fatal(err)
			}
			if n := allocated(info); n > held+blockSlack || d.Held() < held || d.Held() > held+blockSlack {
				t.Errorf("%d bytes are on disk and %d count, of %d that are held", n, d.Held(), held)
			}
		})
	}
}

// blockSlack is how much more than its bytes a file may take.
const blockSlack = 16 << 10
