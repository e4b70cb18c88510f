//go:build linux

package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

var found struct {
	once     sync.Once
	mounters []mounter
}

// usable finds out once which peers there are. What cannot be used is said in
// the table.
func usable(b *testing.B) []mounter {
	b.Helper()
	found.once.Do(func() {
		for _, m := range []mounter{rclone, httpdirfs} {
			if err := m.try(b); err != nil {
				results.add(b, m.name, "not compared: "+err.Error(), "")
				continue
			}
			found.mounters = append(found.mounters, m)
		}
	})
	return found.mounters
}

// try reads a file by the mounter.
func (m mounter) try(b *testing.B) error {
	needMount(b)
	if !installed(m.name) {
		return errors.New("not installed")
	}
	o := startOrigin(b, fetchtest.Link{})
	a := o.album(1, 1<<20)
	dir, cache := b.TempDir(), b.TempDir()
	cmd := m.command(b, o, []Album{a}, dir, cache)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err := tryRead(m, a, dir, ended)
	if unix.Unmount(dir, unix.MNT_DETACH) != nil {
		_ = cmd.Process.Kill()
	}
	if err != nil {
		return fmt.Errorf("%w: %.120q", err, bytes.TrimSpace(said.Bytes()))
	}
	return <-ended
}

// tryRead reads a file by another process, for the mount may end at any time.
func tryRead(m mounter, a Album, dir string, ended chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	go func() {
		select {
		case err := <-ended:
			ended <- err
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := awaitMount(ctx, dir); err != nil {
		return fmt.Errorf("does not mount: %w", err)
	}
	got, err := exec.CommandContext(ctx, "cat", dir+"/"+m.path(a, 0)).Output()
	if err != nil {
		return fmt.Errorf("does not read: %w", err)
	}
	if int64(len(got)) != a.Size {
		return os.ErrInvalid
	}
	return fetchtest.Check(a.content(0), 0, got)
}
