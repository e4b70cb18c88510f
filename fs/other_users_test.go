package fs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// fewFiles is how many descriptors the process may have in a test.
const fewFiles = 64

// allowFewFiles lets the process have fewFiles descriptors, in which the limits of what is opened
// meanwhile are measured, until undo.
func allowFewFiles(t *testing.T) (undo func()) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	few := before
	few.Cur = fewFiles
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOtherUsersLeaveFiles has another user open as many complete files as there are: the
// open of one too many is EMFILE, a read of those that are open is not, and the owner
// opens all.
func TestOtherUsersLeaveFiles(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	w := newWorld(t, 5000)
	w.cfg.AllowOther, w.mnt = true, openFolder(t)
	var songs []song
	var names []string
	for i := range 10 {
		title := fmt.Sprintf("Song %d", i)
		w.addFile(fetchtest.File{Name: title + ".m4a", Content: fetchtest.Random(uint64(i), 5000)})
		songs = append(songs, w.song(100+i, title))
		names = append(names, "ABBA - "+title+".m4a")
	}
	w.service.respond("abba", songs...)
	undo := allowFewFiles(t) // of which the store opens 16
	defer undo()
	w.mount()
	undo()
	w.abba()
	w.sh(`cat "$A"/*.m4a >/dev/null`)
	for i := range songs {
		w.await(100+i, fetch.Complete)
	}
	for _, test := range []struct {
		who  string
		uid  int
		open []string
		want string
	}{
		{"another user, the share", stranger, names[:4], "-"},
		{"another user, beyond it", stranger, names[:5], "EMFILE"},
		{"another user, one file often", stranger, append(names[:4:4], names[0], names[1], names[0]), "-"},
		{"the owner", self, names, "-"},
		{"another user, after that", stranger, names[4:8], "-"},
	} {
		if got := w.opens(test.want, test.uid, "openAll", "abba/x", test.open...); got != test.want {
			t.Errorf("%s: %s, want %s", test.who, got, test.want)
		}
	}
}

// An error shows no path of this machine, however it is wrapped.
func TestErrorTextHasNoPath(t *testing.T) {
	const dir = "/home/zoe/.cache/tunesfs/it's/ab"
	disk := &fs.PathError{Op: "open", Path: dir + "/x.data", Err: syscall.EIO}
	for _, err := range []error{
		disk,
		fmt.Errorf("the cache cannot be used: %w", disk),
		errors.Join(errors.New("first"), fmt.Errorf("%w: %w", syscall.ENOSPC, disk)),
		fmt.Errorf("%w: %w", fetch.ErrNoSpace, durable.At(dir, syscall.EIO)),
		&os.LinkError{Op: "rename", Old: dir + "/a", New: dir + "/b", Err: syscall.EIO},
		fmt.Errorf("a %w and %w", &fs.PathError{Op: "open", Path: dir, Err: syscall.EACCES}, &fs.PathError{Op: "write", Path: dir + "/y", Err: syscall.EIO}),
	} {
		text := errorText(err)
		if strings.Contains(text, "zoe") || strings.Contains(text, "ab/") || strings.Contains(text, "x.data") {
			t.Errorf("%q shows a path", text)
		}
		if !strings.Contains(text, "error") {
			t.Errorf("%q does not say why", text)
		}
	}
}
