//go:build linux

package peers

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

var pairs = flag.Int("pairs", 5, "how often each client has its turn")

// turns are how often a mounter has its turn where the link decides how long it
// takes, so that the figures hardly change: others fewer times than tunesfs.
func turns(m mounter) int {
	if m.name == tunesfs.name {
		return min(*pairs, 3)
	}
	return 1
}

// TestMain is also the origin's process. It prints the table after the rest.
func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(originEnv) != "" {
		if err := serveOrigin(); err != nil {
			fmt.Fprintln(os.Stderr, "origin:", err)
			os.Exit(1)
		}
		return
	}
	if dir := os.Getenv(readerEnv); dir != "" {
		took, err := readHeads(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(took.Nanoseconds())
		return
	}
	code := m.Run()
	fmt.Print(results.String())
	if err := os.RemoveAll(built.dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

var built struct {
	once sync.Once
	dir  string
	err  error
}

// binary returns the path of tunesfs as it is in the tree now.
func binary(b *testing.B) string {
	b.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "tunesfs-peers-"); built.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", built.dir, "github.com/tunesfs/tunesfs/cmd/tunesfs")
		if said, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, said)
		}
	})
	if built.err != nil {
		b.Fatal(built.err)
	}
	return filepath.Join(built.dir, "tunesfs")
}

// needMount skips a benchmark where no mount can be made.
func needMount(b *testing.B) {
	b.Helper()
	device, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		b.Skip(err)
	}
	device.Close()
}
