package fs

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A names lists what it is.
type names struct {
	gofs.Inode
	list []string
	all  bool
	none error
}

func (n *names) entries(list []fuse.DirEntry) []fuse.DirEntry {
	for _, name := range n.list {
		list = append(list, fuse.DirEntry{Name: name})
	}
	return list
}

func (n *names) whole() bool { return n.all }

func (n *names) unlisted() error { return n.none }

func (*names) child(context.Context, string, *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return nil, syscall.ENOENT
}

// rest reads a handle to its end, and returns the names and the last error.
func (h *directoryHandle) rest() (read []string, errno syscall.Errno) {
	for {
		e, errno := h.Readdirent(context.Background())
		if e == nil {
			return read, errno
		}
		read = append(read, e.Name)
	}
}

// A directory that is rewound is listed again; one that is sought in is not, and
// goes on from there.
func TestSeekdir(t *testing.T) {
	dir := &names{list: []string{"a", "b"}}
	h := newDirectoryHandle(dir, errors.New("a page failed"))
	check := func(what, want string) {
		t.Helper()
		list, errno := h.rest()
		if got := fmt.Sprint(list, int(errno)); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	seek := func(off uint64, want syscall.Errno) {
		t.Helper()
		if errno := h.Seekdir(context.Background(), off); errno != want {
			t.Errorf("seek to %d: %v", off, errno)
		}
	}
	check("at first", fmt.Sprint("[. .. a b] ", int(syscall.EIO)))
	dir.list, dir.all = []string{"a", "b", "c"}, true
	seek(3, 0)
	check("after a seek", fmt.Sprint("[b] ", int(syscall.EIO)))
	seek(5, syscall.EINVAL)
	seek(4, 0)
	check("at the end", fmt.Sprint("[] ", int(syscall.EIO)))
	seek(0, 0)
	check("rewound", "[. .. a b c] 0")
	dir.list, dir.all, dir.none = nil, false, errUnlisted
	seek(0, 0)
	check("rewound while nothing is listed", fmt.Sprint("[. ..] ", int(syscall.EAGAIN)))
	dir.list, dir.none = []string{"d"}, nil
	seek(0, 0)
	check("rewound with a page to come", "[. .. d] 0")
}
