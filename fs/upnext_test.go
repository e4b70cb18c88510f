package fs

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const (
	playedSize = 400_000
	playedFor  = 4 * time.Second // so that it plays 100 kB a second
)

// playFiles plays files one after the other, each at a number of bytes a second, and ends
// when its standard input does. It keeps the last one open.
func playFiles(args []string) error {
	rate, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	block := make([]byte, 16<<10)
	tick := time.NewTicker(time.Second * time.Duration(len(block)) / time.Duration(rate))
	defer tick.Stop()
	var last *os.File
	for _, name := range args[1:] {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		for ; err == nil; _, err = f.Read(block) {
			select {
			case <-tick.C:
			case <-ended:
				return f.Close()
			}
		}
		if last != nil {
			_ = last.Close()
		}
		if last = f; err != io.EOF {
			return err
		}
	}
	<-ended
	return nil
}

// album returns a world with a search for three songs that play for playedFor, over a link
// of twice that rate.
func album(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, playedSize)
	songs := []song{w.song(1, "Waterloo"), w.song(2, "Dancing Queen"), w.song(3, "SOS")}
	for i := range songs {
		songs[i].Millis = int(playedFor.Milliseconds())
	}
	w.service.respond("abba", songs...)
	w.origin.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, TotalRate: 2 * playedSize / int64(playedFor/time.Second)})
	return w
}

// plays has a player play songs until end is called.
func (w *world) plays(rate int, titles ...string) (end func()) {
	w.t.Helper()
	args := []string{fmt.Sprint(rate)}
	for _, title := range titles {
		args = append(args, w.mnt+"/abba/ABBA - "+title+".m4a")
	}
	cmd := w.asClient("play", args...)
	in, err := cmd.StdinPipe()
	w.must(err)
	w.must(cmd.Start())
	return func() {
		w.must(in.Close())
		w.must(cmd.Wait())
	}
}

// TestNextTrack plays a track: the next one of the folder is fetched once this one is
// complete, and no more than one. It is idle all the while, and complete in the end. When
// the player goes on to it, which the kernel may read by itself, the one after follows.
func TestNextTrack(t *testing.T) {
	w := album(t)
	w.mount()
	w.abba()
	end := w.plays(playedSize/4, "Waterloo")
	w.await(2, fetch.Complete)
	if st := w.status(1); st.State != fetch.Complete {
		t.Errorf("the next one came before the present one: %+v", st)
	}
	w.sh(`sleep 1`)
	if n := len(w.origin.RequestsOf("SOS.m4a")); n > 0 {
		t.Errorf("%d requests for the one after", n)
	}
	end()
	end = w.plays(playedSize/8, "Dancing Queen")
	w.await(3, fetch.Complete)
	end()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range []string{"2", "3"} {
		if slices.ContainsFunc(w.states[id], func(s fetch.State) bool { return s != fetch.Idle && s != fetch.Complete }) {
			t.Errorf("%s was %v", id, w.states[id])
		}
	}
}

// TestNextTrackEnds closes the player while the next track is fetched: that stops.
func TestNextTrackEnds(t *testing.T) {
	w := album(t)
	w.mount()
	w.abba()
	end := w.plays(playedSize/4, "Waterloo")
	w.must(w.origin.Wait(w.ctx(), func(fetchtest.Stats) bool { return w.origin.SentOf("Dancing Queen.m4a") > 0 }))
	end()
	w.must(w.origin.Wait(w.ctx(), func(s fetchtest.Stats) bool { return s.Active == 0 }))
	if st := w.status(2); st.State != fetch.Idle || st.Held == playedSize {
		t.Errorf("%+v", st)
	}
}

// TestNoNextTrack reads a track in ways that are no player's, or where nothing may be
// fetched ahead: not a byte of the next one is.
func TestNoNextTrack(t *testing.T) {
	for name, c := range map[string]struct {
		off  bool
		read func(w *world)
	}{
		"a copy":           {false, func(w *world) { w.sh(sos + `cp "$A/ABBA - Waterloo.m4a" copy`) }},
		"a throttled copy": {false, func(w *world) { defer w.plays(playedSize, "Waterloo")(); w.await(1, fetch.Complete) }},
		"an indexer": {false, func(w *world) {
			w.sh(`head -c 100000 "$A/ABBA - Waterloo.m4a" >/dev/null; tail -c 128 "$A/ABBA - Waterloo.m4a" >/dev/null`)
		}},
		"at random": {false, func(w *world) {
			w.sh(`for i in 9 3 17 1 20 6 12 0 15 4; do dd if="$A/ABBA - Waterloo.m4a" bs=16384 skip=$i count=1 status=none >/dev/null; done`)
		}},
		"switched off": {true, func(w *world) {
			defer w.plays(playedSize/4, "Waterloo")()
			w.await(1, fetch.Complete)
			w.sh(`sleep 2`)
		}},
		"the last one": {false, func(w *world) {
			defer w.plays(playedSize/4, "SOS")()
			w.await(3, fetch.Complete)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := album(t)
			w.cfg.NoPrefetch = c.off
			w.mount()
			w.abba()
			c.read(w)
			if asked, sent := w.origin.RequestsOf("Dancing Queen.m4a"), w.origin.SentOf("Dancing Queen.m4a"); len(asked) > 1 || sent > looked {
				t.Errorf("%d requests, %d bytes", len(asked), sent) // stat asks for all sizes
			}
		})
	}
}

// TestPauseStopsNextTrack pauses the folder, the root or the next track alone while that is
// fetched ahead of the player: when the command has been carried out not a byte comes, and
// a resume lets it go on.
func TestPauseStopsNextTrack(t *testing.T) {
	for name, at := range map[string]string{"the folder": "$D/abba", "the root": "$D", "the file": "$D/abba/ABBA - Dancing Queen.m4a"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := album(t)
			w.mount()
			w.abba()
			end := w.plays(playedSize/4, "Waterloo")
			w.must(w.origin.Wait(w.ctx(), func(fetchtest.Stats) bool { return w.origin.SentOf("Dancing Queen.m4a") > 2*looked }))
			at := strings.ReplaceAll(at, "$D", w.mnt)
			order := func(verb string) {
				w.sh(fmt.Sprintf(`setfattr -n user.tunesfs.control -v %s %q; test -f %[2]q || getfattr -n user.tunesfs.settled %[2]q >/dev/null 2>&1`, verb, at))
			}
			order("pause")
			held := w.status(2).Held
			if name == "the file" { // beside which the present one goes on
				w.await(1, fetch.Complete)
			}
			w.must(w.origin.Wait(w.ctx(), func(s fetchtest.Stats) bool { return s.Active == 0 }))
			if st := w.status(2); st.State != fetch.Idle || st.Held != held || held == playedSize {
				t.Errorf("%+v, it held %d", st, held)
			}
			order("resume")
			w.await(2, fetch.Complete)
			end()
		})
	}
}

// TestNextOfFolder plays a track that two folders show, after one that a single folder shows:
// the next one of that is fetched, though its other name was looked up later.
func TestNextOfFolder(t *testing.T) {
	w := album(t)
	w.service.respond("hits", w.song(2, "Dancing Queen"), w.song(1, "Waterloo"))
	w.mount()
	w.abba()
	w.sh(`mkdir "$M/hits"; ls -l "$M/hits" >/dev/null; ls -l "$M/abba" >/dev/null`)
	end := w.plays(playedSize/4, "Waterloo")
	w.await(2, fetch.Complete)
	w.sh(`stat "$A"/*Dancing*4a >/dev/null; stat "$M"/hits/*Dancing*4a >/dev/null`)
	end()
	end = w.plays(playedSize/8, "Dancing Queen")
	w.await(3, fetch.Complete)
	end()
}
