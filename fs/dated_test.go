package fs

import (
	"bufio"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// Where the date of a file comes with its first bytes, stat shows it at once: it waits for
// no page that a mapping lacks, a wait that not even SIGKILL would end.
func TestDateComesBesideBlockedMapping(t *testing.T) {
	const name, size = "a.mp3", 2_000_000
	w := newShelf(t)
	w.addFile(fetchtest.File{Name: name, Content: fetchtest.Random(1, size), Modified: firstTime})
	w.shelf.list(name, size, time.Time{})
	gate := make(chan struct{})
	w.origin.Fault(fetchtest.Always, fetchtest.HoldAt(1000, gate)) // of each response: no page comes whole
	w.opt.NoProgress = time.Hour                                   // however long the test takes
	w.mount()
	w.expect(`stat -c %Y "$M/a.mp3"`, "0")

	mapping := w.asClient("map", w.mnt+"/"+name, "shared")
	out, err := mapping.StdoutPipe()
	w.must(err)
	w.must(mapping.Start())
	output := bufio.NewReader(out)
	if line, err := output.ReadString('\n'); line != mappedWord {
		t.Fatalf("a client says %q: %v", line, err)
	}
	w.must(w.origin.WaitSent(w.ctx(), 1))
	shown := make(chan string, 1)
	dated := w.start(fmt.Sprintf(`until [ "$(stat -c %%Y "$M/a.mp3")" = %d ]; do sleep 0.05; done`, firstTime.Unix()))
	go func() { shown <- dated() }()
	select {
	case printed := <-shown:
		if printed != "" {
			t.Error(printed)
		}
	case <-time.After(testTimeout / 4):
		t.Error("stat waits for the pages of a mapping, or shows no date")
		defer func() { <-shown }()
	}
	w.origin.Heal()
	close(gate)
	all, err := io.ReadAll(output)
	w.must(err)
	w.must(mapping.Wait())
	if err := fetchtest.Check(w.origin.Content(name), 0, all); err != nil || len(all) != size {
		t.Errorf("the mapping shows %d bytes of %d: %v", len(all), size, err)
	}
}
