package fs

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fs/internal/dentries"
)

// The kernel is told at once, and twice more within a second or so: names that it was
// reading at that moment are old, and it does not know.
func TestForgetAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, err := New(Config{StateDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "device")
		device, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		f.conn.kernel = dentries.New(device)
		f.life.Start(f.invalidateLoop)
		defer f.end()
		defer f.life.Close()
		for _, step := range []struct {
			notes bool
			after time.Duration
			told  int64
		}{
			{false, time.Hour, 0},
			{true, 0, 1},
			{false, 101 * time.Millisecond, 2},
			{false, time.Second, 3},
			{false, time.Hour, 3},
			{true, 50 * time.Millisecond, 4},
			{true, 99 * time.Millisecond, 5}, // which stands for one of those after the first
			{false, 2 * time.Millisecond, 6},
			{false, time.Hour, 7},
		} {
			if step.notes {
				f.invalidations.addName(nil, "a")
			}
			time.Sleep(step.after)
			synctest.Wait()
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if told := info.Size() / 16; told != step.told {
				t.Fatalf("%+v: told %d times", step, told)
			}
		}
	})
}
