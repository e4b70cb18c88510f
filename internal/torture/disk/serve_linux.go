package disk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// Serve shows the folder below at dir, prints "mounted" to out and carries out lines
// of in until there are no more. It answers each by "done", or by the error.
//
//	fail OP SKIP LEFT [ERRNO]   after SKIP operations, LEFT fail; all if LEFT is below 0
//	heal                        no operation fails
//	cut [SEED]                  the power goes; no program may have files open
//
// What was there at the start counts as synced. The folder below with ".unsynced"
// appended to its name is in use until Serve returns. The process must serve nothing
// else: Serve changes its umask.
func Serve(below, dir string, in io.Reader, out io.Writer) error {
	syscall.Umask(0) // that of the program which makes a file is in its mode already
	j, err := openJournal(below)
	if err != nil {
		return err
	}
	v := &volume{journal: j}
	server, err := v.mount(dir)
	if err != nil {
		return errors.Join(err, j.close())
	}
	_, err = fmt.Fprintln(out, "mounted")
	for lines := bufio.NewScanner(in); err == nil && lines.Scan(); {
		answer := "done"
		if err := v.obey(lines.Text()); err != nil {
			answer = strings.ReplaceAll(err.Error(), "\n", "; ")
		}
		_, err = fmt.Fprintln(out, answer)
	}
	return errors.Join(err, unmount(server, dir), j.close())
}

// mount shows the volume at dir. Nothing of it stays in a cache of the kernel.
func (v *volume) mount(dir string) (*fuse.Server, error) {
	root, err := gofs.NewLoopbackRoot(v.journal.root)
	if err != nil {
		return nil, err
	}
	top := (&node{disk: v}).WrapChild(context.Background(), root)
	byRoot := os.Geteuid() == 0
	server, err := fuse.NewServer(gofs.NewNodeFS(top, &gofs.Options{}), dir, &fuse.MountOptions{
		FsName: "torture", Name: "torturedisk", DirectMount: byRoot, AllowOther: byRoot,
		Options:           []string{"default_permissions"},
		ExtraCapabilities: fuse.CAP_DIRECT_IO_ALLOW_MMAP,
	})
	if err != nil {
		return nil, err
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return nil, errors.Join(err, server.Unmount())
	}
	return server, nil
}

// obey carries out a line.
func (v *volume) obey(line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "fail":
		return v.faults.arm(rest)
	case "heal":
		v.faults.heal()
		return nil
	case "cut":
		seed, err := strconv.ParseUint("0"+rest, 10, 64)
		if err != nil {
			return err
		}
		return v.journal.cut(newLuck(seed))
	}
	return fmt.Errorf("disk: unknown line %q", line)
}

// unmount ends the mount, though files are open.
func unmount(server *fuse.Server, dir string) error {
	if server.Unmount() == nil {
		return nil
	}
	return mounts.Detach(dir)
}
