package fetch

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// childEnv tells a test binary that it is the child of TestKill, which store to
// open and where the file is.
const childEnv = "FETCH_TEST_CHILD"

// TestKillChild is what TestKill starts and kills: it downloads for ever.
func TestKillChild(t *testing.T) {
	dir, url := os.Getenv(childEnv), os.Getenv(childEnv+"_URL")
	if dir == "" {
		t.Skip("only for TestKill")
	}
	s, err := Open(dir, Options{Locate: func(context.Context, string) (Location, error) { return Location{URL: url}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	d := s.Download(Remote{Key: "a", Size: -1})
	if verb := os.Getenv(childEnv + "_VERB"); verb != "" {
		c, err := ParseCommand(verb)
		if err == nil {
			err = d.Control(t.Context(), c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("ready")
	select {}
}

// child runs TestKillChild until the returned function kills it.
func child(t *testing.T, dir, url, verb string) (kill func()) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillChild$")
	c.Env = append(os.Environ(), childEnv+"="+dir, childEnv+"_URL="+url, childEnv+"_VERB="+verb)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); ; {
		if !lines.Scan() {
			t.Fatalf("the child ended: %v", c.Wait())
		}
		if lines.Text() == "ready" {
			break
		}
	}
	return func() {
		_ = c.Process.Kill()
		_ = c.Wait() // killed: that is what it says
	}
}

// TestKill downloads over a throttled link in a process that is killed again and
// again: what is sent twice for each is no more than what a second brings, and
// in the end every byte is right.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const rate, size, kills = 8 * mb, 24 * mb, 30
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	o := fetchtest.New(t, file("a", size))
	o.SetLink(fetchtest.Link{ConnRate: rate / 4, TotalRate: rate})
	dir := t.TempDir()
	for range kills {
		kill := child(t, dir, o.URL("a"), "start")
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond) // the moment of the kill is what is random
		kill()
	}
	f := newFixture(t, o)
	f.dir = dir
	f.reopen()
	f.untilState(f.download("a"), Complete)
	f.readAll("a")
	if twice := o.Sent() - size; twice > kills*min(8*mb, rate) {
		t.Errorf("%d bytes sent twice by %d kills", twice, kills)
	} else {
		t.Logf("%d bytes sent twice by %d kills", twice, kills)
	}
}

// TestKillKeepsTheWord kills a process after a command has returned.
func TestKillKeepsTheWord(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	o := fetchtest.New(t, file("a", 20*mb))
	o.SetLink(fetchtest.Link{ConnRate: 4 * mb, TotalRate: 8 * mb})
	dir := t.TempDir()
	kill := child(t, dir, o.URL("a"), "start")
	awaitHeld(t, diskcache.PlaceOf(dir, diskcache.NameOf("a")))
	kill()
	child(t, dir, o.URL("a"), "pause")()
	f := newFixture(t, o)
	f.close()
	f.dir = dir
	f.open()
	s := f.download("a").Status()
	if s.State != Paused || s.Held == 0 {
		t.Fatalf("paused and killed: %+v", s)
	}
	f.close()
	child(t, dir, o.URL("a"), "cancel")()
	f.open()
	if s := f.download("a").Status(); s.State != Idle || s.Held != 0 || len(f.Active()) != 0 {
		t.Errorf("canceled and killed: %+v", s)
	}
}

// awaitHeld waits until a record says that something is held.
func awaitHeld(t *testing.T, p diskcache.Place) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if r, err := diskcache.ReadRecord(p.RecordPath()); err == nil && len(r.Held) > 0 {
			return
		}
	}
	t.Fatal("nothing was recorded")
}
