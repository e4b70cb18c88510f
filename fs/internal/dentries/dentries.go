// Package dentries has the kernel forget the names that it keeps, its dentries, and
// remembers what the kernel was told of files, so that it forgets only where that is
// no longer true.
//
// It must never know what the names are, and it never waits in the kernel: see
// [Kernel.Forget].
//
// Open dentries.go first; shown.go compares what was told.
package dentries

import (
	"encoding/binary"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
)

// A Kernel is the kernel's end of a mount. It can be used by several goroutines at a
// time.
type Kernel struct {
	device *os.File    // a /dev/fuse of the mount; nil if there is none
	tooOld atomic.Bool // the kernel refused once
}

// New returns the kernel behind an open /dev/fuse, which the Kernel closes; nil if
// that is not known.
func New(device *os.File) *Kernel { return &Kernel{device: device} }

// The head of a message to the kernel is its length, a code and a number, which is 0
// for all that is no reply: fuse_out_header of linux/fuse.h.
const (
	headLen   = 16
	forgetAll = 8 // FUSE_NOTIFY_INC_EPOCH, since Linux 6.16
)

// Forget has the kernel look up every name again when it is used next, and reports
// whether it will. Kernels before Linux 6.16 cannot.
//
// To forget a single name (FUSE_NOTIFY_INVAL_ENTRY) the kernel waits for the lock of
// its folder. A program that looks up a name holds that until the file system responds.
// If the file system is killed meanwhile, neither ends: the thread that waits keeps
// /dev/fuse open, and so the mount. To forget all, the kernel only counts.
func (k *Kernel) Forget() bool {
	if k.device == nil || k.tooOld.Load() {
		return false
	}
	message := make([]byte, headLen)
	binary.NativeEndian.PutUint32(message, headLen)
	binary.NativeEndian.PutUint32(message[4:], forgetAll)
	_, err := k.device.Write(message)
	if errors.Is(err, syscall.EINVAL) {
		k.tooOld.Store(true)
	}
	return err == nil
}

// Close lets go of the device.
func (k *Kernel) Close() error {
	if k.device == nil {
		return nil
	}
	return k.device.Close()
}
