package fs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

func init() { clients["map"] = copyMapped }

// mappedWord is what a client says before it maps: the kernel has that wait for
// the pages that others are reading.
const mappedWord = "opened\n"

// copyMapped writes what a mapping of a file, private or shared, shows.
func copyMapped(args []string) error {
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	fmt.Print(mappedWord)
	flags := map[string]int{"private": syscall.MAP_PRIVATE, "shared": syscall.MAP_SHARED}[args[1]]
	mapped, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, flags)
	if err != nil {
		return fmt.Errorf("mmap: %w", err)
	}
	_, err = os.Stdout.Write(bytes.Clone(mapped))
	return err
}

// isMapped checks what a client that maps says against SOS.
func (w *world) isMapped(output []byte) {
	w.t.Helper()
	w.must(os.WriteFile(filepath.Join(w.tmp, "mapped"), bytes.TrimPrefix(output, []byte(mappedWord)), 0o600))
	w.copied("mapped", "SOS")
}

// Readers that are blocked in a mapping of a paused file, who cannot be
// interrupted, leave the mount alive for everyone else, and go on when it does.
func TestBlockedMappings(t *testing.T) {
	const many = 40
	need(t, "setfattr")
	w, release := held(t, 2_000_000)
	w.start(sos + `setfattr -n user.tunesfs.control -v start "$S"`)()
	w.must(w.origin.WaitSent(w.ctx(), heldAt))
	var ends [many]chan []byte // they open it before the pause, and so wait for as long as it lasts
	for i := range ends {
		cmd := w.asClient("map", w.mnt+"/abba/ABBA - SOS.m4a", []string{"private", "shared"}[i%2])
		out, err := cmd.StdoutPipe()
		w.must(err)
		w.must(cmd.Start())
		output := bufio.NewReader(out)
		if line, err := output.ReadString('\n'); line != mappedWord {
			t.Fatalf("a client says %q: %v", line, err)
		}
		ends[i] = make(chan []byte, 1)
		go func() {
			all, _ := io.ReadAll(output) // what it lacks is seen below
			_ = cmd.Wait()
			ends[i] <- all
		}()
	}
	w.sh(sos + `stat "$S" >/dev/null; touch "$S.pause"`)
	w.run([]step{
		{what: "the mount is alive", script: `ls "$A" | wc -l; mkdir "$M/x"; rmdir "$M/x"`, prints: "6"},
		{what: "held bytes are served", script: sos + `head -c 100000 "$S" | wc -c; cat "$S.pause"`, prints: "100000\n1"},
		{what: "another track", script: `head -c 100000 "$A/ABBA - Waterloo.m4a" | wc -c`, prints: "100000"},
	})
	w.endsBy(syscall.SIGTERM, sos, `cat "$S" >/dev/null`) // a read can be interrupted where a mapping cannot
	if st := w.status(3).State; st != fetch.Paused {
		t.Errorf("the paused file is %v", st)
	}
	release()
	w.sh(sos + `touch "$S.resume"`)
	for _, end := range ends {
		w.isMapped(<-end)
	}
}
