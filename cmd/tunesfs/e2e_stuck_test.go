//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func init() { commands["stuckdisk"] = serveStuckDisk }

// A stuckDisk shows a folder. Once a file has this name, no other is made: whoever tries
// waits for ever.
type stuckDisk struct {
	fuse.RawFileSystem
	stuck string
}

func (d *stuckDisk) Create(cancel <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	if _, err := os.Stat(d.stuck); err == nil {
		fmt.Println("stuck")
		select {}
	}
	return d.RawFileSystem.Create(cancel, in, name, out)
}

// serveStuckDisk shows the folder $1 at $2 until its input ends.
func serveStuckDisk() {
	root, err := gofs.NewLoopbackRoot(os.Args[1])
	if err == nil {
		disk := &stuckDisk{gofs.NewNodeFS(root, &gofs.Options{}), filepath.Join(os.Args[1], "stuck")}
		var server *fuse.Server
		if server, err = fuse.NewServer(disk, os.Args[2], &fuse.MountOptions{DirectMount: true}); err == nil {
			go server.Serve()
			fmt.Println("mounted")
			_, _ = bufio.NewReader(os.Stdin).ReadByte()
			err = unix.Unmount(os.Args[2], unix.MNT_FORCE|unix.MNT_DETACH)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A process that was killed and cannot end, as its cache is on a disk that hangs, keeps
// its mount and all its users waiting. unmount frees them, and so does another mount.
func TestKilledButStuck(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root mounts a disk")
	}
	for _, script := range []string{`tunesfs unmount "$M"`, `tunesfs mount --daemon --cache-dir "$T/other" "$SOURCE" "$M"`} {
		t.Run(script[:13], func(t *testing.T) {
			s, r := newSession(t), newRemote(t, fetchtest.Random(1, 8<<20))
			below := filepath.Join(s.tmp, "below")
			s.must(errors.Join(os.Mkdir(below, 0o700), os.Mkdir(s.cache(), 0o700)))
			disk := s.command("stuckdisk", below, s.cache())
			end, err := disk.StdinPipe()
			s.must(err)
			said, err := disk.StdoutPipe()
			s.must(err)
			s.must(disk.Start())
			eject := sync.OnceFunc(func() { _ = end.Close(); _ = disk.Wait() })
			t.Cleanup(eject)
			lines := bufio.NewScanner(said)
			awaitLine(t, lines, "mounted")
			r.SetLink(fetchtest.Link{TotalRate: 1_000_000})
			m := s.mount(r.source)
			var server *runfile.Process
			for server == nil {
				server = runfile.Find(runfile.Path(s.mnt, func(string) string { return s.run }))
			}
			s.must(os.WriteFile(filepath.Join(below, "stuck"), nil, 0o600))
			reader := s.start("cat", s.path(0))
			t.Cleanup(eject) // before those that it keeps are waited for
			awaitLine(t, lines, "stuck")
			m.ended = true
			m.signal(unix.SIGKILL)
			for !server.IsKilled() {
				time.Sleep(time.Millisecond)
			}
			if !m.runs() {
				t.Fatal("the process has ended")
			}
			s.env = append(s.env, "SOURCE="+r.source)
			s.sh(script)
			if code := reader.wait(endTime); code != 1 {
				t.Errorf("the reader ended with code %d: %s", code, &reader.errs)
			}
			if _, still := mounted.At(s.mnt); still {
				s.sh(`tunesfs unmount "$M"`)
			}
		})
	}
}

// runs reports whether the process has not ended, though it may have been killed.
func (p *process) runs() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

func awaitLine(t *testing.T, lines *bufio.Scanner, want string) {
	t.Helper()
	if !lines.Scan() || lines.Text() != want {
		t.Fatalf("the disk says %q, not %q", lines.Text(), want)
	}
}
