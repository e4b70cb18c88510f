package fs

import (
	"context"
	"time"
)

// lastUsers is how long Unmount waits for those who still use the mount: it was
// taken from under them, or another mount namespace has it too, as unshare(1)
// makes one.
const lastUsers = 500 * time.Millisecond

// Wait returns when the mount has ended, by Unmount or by somebody else, and
// nothing of the file system runs any more.
func (f *FS) Wait() { <-f.done }

// Unmount ends the mount, also while readers are blocked and programs have
// files open or their working folder in it: new opens and reads that would wait
// fail with ENOTCONN, all waits end, and if the kernel still is busy the mount
// is detached. Then it waits for the last requests until ctx ends, and half a
// second at most: what outlives that ends with the process.
//
// It may be called again and at any time after Mount, but not when somebody
// else has taken the mount away. The caller closes the store next, which writes
// what is held.
func (f *FS) Unmount(ctx context.Context) error {
	f.life.Close()
	select {
	case <-f.served:
		<-f.done
		return f.removeDead()
	default:
	}
	if err := unmount(f.server, f.dir); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lastUsers)
	defer cancel()
	select {
	case <-f.served:
	case <-ctx.Done():
		f.log.Debug("somebody still uses what was unmounted", "dir", f.dir)
	}
	f.finish()
	<-f.done
	return nil
}

// removeDead takes the mount away if it is still there though it has ended: one
// whose connection was aborted (umount -f) while files were open.
func (f *FS) removeDead() error {
	if !isMounted(f.dir) {
		return nil
	}
	return unmount(f.server, f.dir)
}
