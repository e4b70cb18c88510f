package fetch

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// stoppedEnv tells a test binary that it is the child of TestStopped, and where the
// file is.
const stoppedEnv = "FETCH_TEST_STOPPED"

// shortPatience is how long a read of TestStoppedChild may wait without a byte. The
// child is stopped for longer.
const shortPatience = 3 * time.Second

// TestStoppedChild is what TestStopped starts and stops: one handle reads and another
// asks for a size.
func TestStoppedChild(t *testing.T) {
	url := os.Getenv(stoppedEnv)
	if url == "" {
		t.Skip("only for TestStopped")
	}
	s, err := Open(t.TempDir(), Options{NoProgress: shortPatience,
		Locate: func(_ context.Context, key string) (Location, error) { return Location{URL: url + key}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	sized := make(chan error)
	go func() {
		_, err := s.Download(Remote{Key: "b", Size: -1}).Size(context.Background())
		sized <- err
	}()
	r := s.Download(Remote{Key: "a", Size: -1}).NewReader()
	defer func() { _ = r.Close() }()
	_, err = r.ReadAt(context.Background(), make([]byte, 1000), mb)
	fmt.Println("read:", err)
	fmt.Println("size:", <-sized)
}

// TestStopped stops a process while a read and a size wait, for longer than either
// may, and lets it go on: both get what the server sends then.
func TestStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("stops a process for seconds")
	}
	for name, at := range map[string]int64{"before the head": fetchtest.BeforeHead, "in the body": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gate := make(chan struct{})
			o := fetchtest.New(t, file("a", 2*mb), file("b", 2*mb))
			o.Fault(fetchtest.Always, fetchtest.HoldAt(at, gate))
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStoppedChild$")
			c.Env = append(os.Environ(), stoppedEnv+"="+o.URL(""))
			c.Stderr = os.Stderr
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
			if err := o.WaitRequests(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
			signal := func(s os.Signal) {
				if err := c.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			signal(syscall.SIGSTOP)
			time.Sleep(2 * shortPatience) // the stop is what is tried
			signal(syscall.SIGCONT)
			close(gate)
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if text := lines.Text(); text != "PASS" && text != "read: <nil>" && text != "size: <nil>" {
					t.Error(text)
				}
			}
		})
	}
}
