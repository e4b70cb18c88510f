package owned

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A volume is the root folder of a file system, which all users can write to. Its files
// have the modes that they are given if keeps is true, else 0777, as it has itself.
type volume struct {
	gofs.Inode
	owner fuse.Owner
	keeps bool
}

func (v *volume) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode, out.Owner = 0o777, v.owner
	return 0
}

func (v *volume) Create(ctx context.Context, _ string, _, mode uint32, out *fuse.EntryOut) (*gofs.Inode, gofs.FileHandle, uint32, syscall.Errno) {
	file := &gofs.MemRegularFile{Attr: fuse.Attr{Mode: 0o777, Owner: v.owner}}
	if v.keeps {
		file.Attr.Mode = mode & 0o777
	}
	out.Attr = file.Attr
	return v.NewPersistentInode(ctx, file, gofs.StableAttr{Mode: syscall.S_IFREG}), nil, 0, 0
}

func (v *volume) Unlink(context.Context, string) syscall.Errno { return 0 }

// mounted returns where a volume is mounted for the time of a test.
func mounted(t *testing.T, v *volume) string {
	t.Helper()
	if _, err := os.Stat("/dev/fuse"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	server, err := gofs.Mount(dir, v, &gofs.Options{MountOptions: fuse.MountOptions{DirectMount: true, FsName: "volume", Name: "volume"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Unmount(); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A file system without a number of its own is exempt where it ignores modes or owners,
// as ntfs-3g and shared folders do, and only there.
func TestExempt(t *testing.T) {
	us := uint32(os.Geteuid())
	const other = 4242
	for _, test := range []struct {
		name  string
		uid   uint32
		keeps bool
		want  error
	}{
		{"ignores modes", us, false, nil},
		{"gives all to one user", other, true, nil},
		{"ignores both", other, false, nil},
		{"ignores nothing", us, true, ErrShared},
	} {
		dir := mounted(t, &volume{owner: fuse.Owner{Uid: test.uid, Gid: test.uid}, keeps: test.keeps})
		if err := Folder(dir); !errors.Is(err, test.want) {
			t.Errorf("%s: Folder: %v, want %v", test.name, err, test.want)
		}
		file, err := os.Create(filepath.Join(dir, "file"))
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
		if err := Check(file.Name(), info); test.want == nil && err != nil {
			t.Errorf("%s: Check: %v", test.name, err)
		}
	}
}

// What another user owns elsewhere is not exempt, whatever lies in its place by then.
func TestExemptElsewhere(t *testing.T) {
	info, err := os.Stat(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	us := uint32(os.Geteuid())
	if isExempt(mounted(t, &volume{owner: fuse.Owner{Uid: us, Gid: us}}), info) {
		t.Error("a folder is exempt by the modes of another mount")
	}
	if isExempt(t.TempDir(), info) {
		t.Error("the folder of a test is exempt")
	}
}
