package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

func newUnmount() *cobra.Command {
	return &cobra.Command{
		Use:     "unmount DIR",
		Aliases: []string{"umount"},
		Short:   "unmount; reads that wait there end with an error",
		Long: `Unmount DIR. What has been downloaded stays in the cache, and unfinished
downloads go on at the next mount. The same as umount or fusermount3 -u, but it
does not mind files that are open: reads that wait end with ENOTCONN.`,
		Args: words(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := runUnmount(cmd.Context(), args[0])
			if errors.Is(err, errPuttingAway) {
				messages.Report(cmd.ErrOrStderr(), err)
				return nil
			}
			return err
		},
	}
}

const (
	// endTimeout is how long the process behind a mount has to take that away.
	endTimeout = 1500 * time.Millisecond

	// awayTimeout is how long it has to put everything away when that is done.
	awayTimeout = 10 * time.Second
)

// errPuttingAway is a process that has unmounted and not ended yet: what it holds
// cannot be mounted again so far.
var errPuttingAway = errors.New("unmounted, but what was held is not put away yet")

// errNotOwner refuses to take away another user's mount.
var errNotOwner = errors.New("only who mounted it or root may do that")

// runUnmount takes the mount at dir away: politely first, and where files are
// open by telling the process that serves it to end all waits. It returns when
// that process has put everything away, so that the same can be mounted again.
func runUnmount(ctx context.Context, dir string) error {
	m, err := mounted.Of(dir)
	if err != nil {
		return err
	}
	if named, err := mounted.Point(dir); err != nil || named != m.Dir {
		return fmt.Errorf("%s is not a mount point; the mount is at %s", dir, m.Dir)
	}
	if euid := os.Geteuid(); euid != 0 && m.UID >= 0 && m.UID != euid {
		return fmt.Errorf("cannot unmount %s: %w", m.Dir, errNotOwner)
	}
	err = takeAway(ctx, m.Dir, runfile.Find(runfile.Path(m.Dir, os.Getenv)))
	if err != nil && !errors.Is(err, errPuttingAway) {
		return fmt.Errorf("cannot unmount %s: %w", m.Dir, err)
	}
	return err
}

// maxDead bounds how many dead mounts at one folder are taken away.
const maxDead = 10

// clearDead takes away mounts of this user at the folder whose process was killed; root
// may have mounted for another user. One that is alive, or only hangs, stays.
func (s *service) clearDead(ctx context.Context) {
	for range maxDead {
		m, ok := mounted.At(s.dir)
		if euid := os.Geteuid(); !ok || euid != 0 && m.UID != euid {
			return
		}
		if dead, err := detachDead(ctx, m.Dir); !dead {
			return
		} else if err != nil {
			s.log.Warn("cannot take a dead mount away", "dir", m.Dir, "error", err)
			return
		}
		s.log.Info("took away a mount whose process was killed", "dir", m.Dir)
	}
}

// detachDead takes the mount at dir away if its process was killed. A process that could
// not end because of its mount, which nobody else can answer for, ends then.
func detachDead(ctx context.Context, dir string) (dead bool, err error) {
	server := runfile.Find(runfile.Path(dir, os.Getenv))
	killed := server != nil && server.IsKilled()
	if !killed && !mounted.IsDead(dir) {
		return false, nil
	}
	err = mounts.Detach(dir)
	if killed && err == nil {
		server.AwaitEnd(ctx, endTimeout) // which holds the cache until then
	}
	return true, err
}

// takeAway unmounts dir, which server serves; nil if that is not known.
func takeAway(ctx context.Context, dir string, server *runfile.Process) error {
	err := mounts.Unmount(dir)
	if errors.Is(err, unix.EBUSY) && server != nil && server.Terminate() {
		err = nil
	}
	asked := server != nil && err == nil
	if asked && server.AwaitEnd(ctx, endTimeout) {
		return nil
	}
	if _, still := mounted.At(dir); still {
		if server == nil && mounted.Responds(dir) {
			err = mounts.DetachOnly(dir) // its process sees that, and ends the waits itself
		} else {
			err = mounts.Detach(dir)
		}
	}
	if _, still := mounted.At(dir); !still {
		err = nil // though somebody else may have been faster
	}
	if err == nil && asked && !server.AwaitEnd(ctx, awayTimeout) {
		return fmt.Errorf("%w: process %d", errPuttingAway, server.PID)
	}
	return err
}
