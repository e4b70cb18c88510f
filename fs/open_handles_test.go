package fs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fs/internal/shares"
)

// TestOtherUsersLeaveMemory has another user open folders until their entries are a share:
// one more is EMFILE, the owner opens all, and what was closed makes room.
func TestOtherUsersLeaveMemory(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	const perFolder = 300
	w := newWorld(t, 1000)
	w.cfg.AllowOther, w.mnt = true, openFolder(t)
	w.folders = folders{func(at string) (folders, tracks []string) {
		for i := range perFolder {
			if at == "" && i < 8 {
				folders = append(folders, fmt.Sprint("d", i))
			} else if at != "" {
				tracks = append(tracks, fmt.Sprint("t", i))
			}
		}
		return folders, tracks
	}, w.origin.URL("SOS.m4a"), 1000}
	w.maxMemory = 4 * 2 * directoryBytes(perFolder+10) // two folders for one user
	w.mount()
	w.sh(`ls "$M"/d* >/dev/null`)
	for _, test := range []struct {
		who  string
		uid  int
		open []string
		want string
	}{
		{"another user, the share", stranger, []string{"d0", "d1"}, "-"},
		{"another user, beyond it", stranger, []string{"d0", "d1", "d2"}, "EMFILE"},
		{"another user, one folder often", stranger, []string{"d0", "d0", "d0"}, "EMFILE"},
		{"another user, small folders", stranger, []string{".", ".tunesfs", "."}, "EMFILE"},
		{"the owner", self, []string{"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"}, "-"},
		{"another user, after that", stranger, []string{"d3", "d4"}, "-"},
	} {
		if got := w.opens(test.want, test.uid, "openDirs", "x", test.open...); got != test.want {
			t.Errorf("%s: %s, want %s", test.who, got, test.want)
		}
	}
}

// TestOtherUsersLeaveMemoryOfFiles has another user open files of every kind again and
// again: beyond the share an open is EMFILE, the owner opens all, and what was closed makes
// room.
func TestOtherUsersLeaveMemoryOfFiles(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	need(t, "setfattr")
	const share = 10
	w := newWorld(t, 5000)
	w.cfg.AllowOther, w.mnt = true, openFolder(t)
	w.maxMemory = 4 * share * leastBytes
	w.mount()
	w.abba()
	for i, test := range []struct {
		path string
		most int // that another user may have open
		args []string
	}{
		{"abba/playlist.m3u8", share, nil},
		{"abba/ABBA - SOS.m4a", share, nil},
		{"abba/ABBA - SOS.m4a.progress", share, nil},
		{"abba/ABBA - SOS.m4a.pause", share, nil},
		{".tunesfs/downloads", share, nil},
		{".tunesfs/events", 1, []string{"no read"}},
	} {
		uid := stranger + i // the kernel may not have told yet that earlier ones were closed
		for _, try := range []struct {
			uid, times int
			want       string
		}{{self, 5 * share, "-"}, {uid, test.most + 1, "EMFILE"}, {uid, test.most, "-"}} {
			args := append([]string{strconv.Itoa(try.times)}, test.args...)
			got := w.opens(try.want, try.uid, "openMany", test.path, args...)
			if got != try.want {
				t.Errorf("user %d opens %s %d times: %s, want %s", try.uid, test.path, try.times, got, try.want)
			}
		}
	}
}

// TestRewindCountsAgain has folders that are open grow: another user who rewinds them gets
// EMFILE where that is more than the share, and the owner reads them.
func TestRewindCountsAgain(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	need(t, "setfattr")
	for name, test := range map[string]struct {
		uid, times int
		want       string
	}{
		"another user":             {stranger, 2, "EMFILE"},
		"another user, one folder": {stranger, 1, "-"},
		"the owner":                {self, 2, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			var tracks atomic.Int64
			tracks.Store(10)
			w := newWorld(t, 1000)
			w.cfg.AllowOther, w.mnt = true, openFolder(t)
			w.folders = folders{func(at string) (folders, titles []string) {
				if at == "" {
					return []string{"d"}, nil
				}
				for i := range tracks.Load() {
					titles = append(titles, fmt.Sprint("t", i))
				}
				return nil, titles
			}, w.origin.URL("SOS.m4a"), 1000}
			w.maxMemory = 4 * 2 * directoryBytes(0)
			w.mount()
			cmd := w.asClient("attempt", "rewound", w.mnt+"/d", strconv.Itoa(test.times))
			if test.uid != self {
				cmd.Env = append(cmd.Env, "AS="+strconv.Itoa(test.uid))
			}
			in, err := cmd.StdinPipe()
			w.must(err)
			out, err := cmd.StdoutPipe()
			w.must(err)
			w.must(cmd.Start())
			printed := bufio.NewScanner(out)
			if !printed.Scan() || printed.Text() != "open" {
				t.Fatalf("the folders are not open: %q", printed.Text())
			}
			tracks.Store(2000)
			w.sh(`setfattr -n user.tunesfs.control -v refresh "$M/d"; until test $(ls "$M/d" | wc -l) -ge 2000; do :; done`)
			_, err = io.WriteString(in, "x")
			w.must(err)
			if printed.Scan(); printed.Text() != test.want {
				t.Errorf("a rewind: %s, want %s", printed.Text(), test.want)
			}
			w.must(cmd.Wait())
		})
	}
}

// TestTextHandles opens a text often: all handles share it, each counts what it is long,
// and one that grows beyond its user's share stays as it was.
func TestTextHandles(t *testing.T) {
	const size = 5 * leastBytes
	content := strings.Repeat("x", size)
	f := &FS{memory: shares.New[gofs.FileHandle](4 * 3 * size)}
	n := &textNode{node: node{fs: f}, content: func() []byte { return []byte(content) }}
	other := fuse.NewContext(t.Context(), &fuse.Caller{Owner: fuse.Owner{Uid: stranger}})
	open := func(ctx context.Context) *textHandle {
		t.Helper()
		h, _, errno := n.Open(ctx, 0)
		if errno != 0 {
			t.Fatal(errno)
		}
		return h.(*textHandle)
	}
	read := func(h *textHandle) string {
		t.Helper()
		res, errno := h.Read(t.Context(), make([]byte, 4*size), 0)
		if errno != 0 {
			t.Fatal(errno)
		}
		got, _ := res.Bytes(nil)
		return string(got)
	}
	own := open(fuse.NewContext(t.Context(), &fuse.Caller{}))
	handles := []*textHandle{open(other), open(other), open(other)}
	for _, h := range handles {
		if h.text != own.text || read(h) != content || h.text != own.text {
			t.Error("a handle has a text of its own")
		}
	}
	if _, _, errno := n.Open(other, 0); errno != syscall.EMFILE {
		t.Errorf("one more: %v", errno)
	}
	old := content
	content += "y"
	if got := read(handles[0]); got != old {
		t.Errorf("a text beyond the share has %d bytes", len(got))
	}
	if read(own) != content {
		t.Error("the owner's text is old")
	}
	handles[2].Release(t.Context())
	if read(handles[0]) != content || read(handles[1]) != content || handles[0].text != own.text {
		t.Error("the text is old")
	}
	handles[0].Release(t.Context())
	handles[1].Release(t.Context())
	if !f.memory.Enter(stranger, own, 3*size) || f.memory.Enter(stranger, n, 1) {
		t.Error("what was released still counts")
	}
}
