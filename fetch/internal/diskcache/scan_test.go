package diskcache

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
)

// TestCountedBeforeItIsFree has a scan find a record without data: a download, which may
// drop the record, waits until the record counts. Else the record would count for good.
func TestCountedBeforeItIsFree(t *testing.T) {
	d := openDir(t, Options{})
	p := d.place(NameOf("a"))
	if err := p.files.MakeDir(filepath.Dir(p.RecordPath())); err != nil {
		t.Fatal(err)
	}
	if err := (Record{Key: "a", State: "paused", File: validator.Unknown}).Save(p); err != nil {
		t.Fatal(err)
	}
	busy := make(chan (<-chan struct{}), 1)
	d.opt.InUse = func(name string) bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		busy <- d.orphans[name]
		return false
	}
	counted := make(chan struct{})
	d.usage.mu.Lock()
	go func() {
		defer close(counted)
		d.account(p.Name, onDisk{})
	}()
	free := <-busy
	for stack := make([]byte, 1<<20); !strings.Contains(string(stack[:runtime.Stack(stack, true)]), "(*usage).change("); {
		runtime.Gosched() // until the scan is about to count the record
	}
	select {
	case <-free:
		t.Error("a download need not wait until the record counts")
	default:
	}
	d.usage.mu.Unlock()
	if <-counted; d.Held() != RecordBlock {
		t.Errorf("%d bytes count, want %d", d.Held(), RecordBlock)
	}
}
