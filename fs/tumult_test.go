package fs

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestSignalsDoNotDisturb(t *testing.T) {
	w := newWorld(t, 2_000_000)
	w.origin.SetLink(fetchtest.Link{TotalRate: 8_000_000})
	w.mount()
	w.abba()
	if out, err := w.asClient("signals", w.mnt+"/abba/ABBA - SOS.m4a", w.tmp+"/copy").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	w.copied("copy", "SOS")
}

// One kernel inode has one version of a file and one way of being open: while
// downloads complete, are evicted and canceled, readers get no error that the
// semantics do not name, and no wrong byte.
func TestTumult(t *testing.T) {
	for _, passthrough := range []bool{true, false} {
		t.Run(strconv.FormatBool(passthrough), func(t *testing.T) {
			w := newWorld(t, 700_000)
			if !passthrough {
				w.cfg.CacheDir = "/proc"
			}
			w.mount()
			w.abba()
			args := []string{"1"}
			for _, title := range []string{"Waterloo", "SOS"} {
				one, two := filepath.Join(w.tmp, title+".1"), filepath.Join(w.tmp, title+".2")
				save(t, one, w.origin.Content(title+".m4a"))
				save(t, two, otherVersion)
				args = append(args, w.mnt+"/abba/ABBA - "+title+".m4a="+one+","+two)
			}
			var readers sync.WaitGroup
			for range 6 {
				readers.Go(func() {
					out, err := w.asClient("tumult", args...).CombinedOutput()
					if err != nil {
						t.Errorf("%v: %s", err, out)
					}
					t.Logf("opened %s", out)
				})
			}
			stop := make(chan struct{})
			var commands sync.WaitGroup
			commands.Go(func() { w.commandInTurn(stop) })
			readers.Wait()
			close(stop)
			commands.Wait()
		})
	}
}

// otherVersion is what songs of the tumult change to and back from.
var otherVersion = fetchtest.Random(77, 700_000)

// commandInTurn evicts, cancels, pauses and changes the remote, as fast as it
// can, until stop is closed.
func (w *world) commandInTurn(stop <-chan struct{}) {
	words := [][]fetch.Command{{fetch.Evict}, {fetch.Start}, {fetch.Cancel}, {fetch.Pause, fetch.Resume}}
	next := map[string]fetchtest.Content{"Waterloo.m4a": otherVersion, "SOS.m4a": otherVersion}
	for i := 0; ; i++ {
		d := w.store.Download(fetch.Remote{Key: []string{"1", "3"}[i%2], Size: -1})
		for _, word := range words[i/2%len(words)] {
			_ = d.Control(w.ctx(), word) // it may be busy
		}
		if name := []string{"Waterloo.m4a", "SOS.m4a"}[i%2]; i%7 == 0 {
			was := w.origin.Content(name)
			w.origin.Replace(name, next[name])
			next[name] = was
		}
		select {
		case <-stop:
			w.t.Logf("%d commands, %d changes of what to open", i, d.Status().Revision)
			return
		default:
		}
	}
}

// save writes a content to a file.
func save(t *testing.T, path string, content fetchtest.Content) {
	t.Helper()
	data, err := io.ReadAll(io.NewSectionReader(content, 0, content.Size()))
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
