package messages

import (
	"io"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// maxLog is how long the log of a mount becomes, in bytes, before a new one begins.
const maxLog = 8 << 20

// measureEvery is how many bytes are written before the file is measured again: others
// may write to it, too.
const measureEvery = 64 << 10

// A BoundedFile is a log file that begins again when it is long. What was in it is kept
// beside it until that happens again.
type BoundedFile struct {
	path string

	mu      sync.Mutex // guards what follows
	file    *os.File
	written int // bytes since the file was measured
}

// Bound returns the log file at path, which is open as file, with a bound. Terminals and
// other files that are not regular have none. A file that standard output or standard
// error was redirected to belongs to the user and has none either.
func Bound(file *os.File, path string) io.Writer {
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() || isDescriptor(path) {
		return file
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // keepLocked follows no link
	}
	return &BoundedFile{path: path, file: file, written: measureEvery}
}

// Write implements io.Writer. p is a line.
func (b *BoundedFile) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written += len(p); b.written >= measureEvery {
		b.written = len(p)
		if info, err := b.file.Stat(); err == nil && info.Size()+int64(len(p)) > maxLog-measureEvery {
			b.beginAgainLocked(info)
		}
	}
	line := p[:min(len(p), measureEvery)]
	if n, err := b.file.Write(line); err != nil {
		return n, err
	}
	return len(p), nil
}

// beginAgainLocked empties the file. Who has it open goes on writing at its end. What
// cannot be kept of it is lost.
func (b *BoundedFile) beginAgainLocked(info os.FileInfo) {
	_ = b.keepLocked(info)
	_ = b.file.Truncate(0)
}

// keepLocked copies what is in the file to its place beside it.
func (b *BoundedFile) keepLocked(info os.FileInfo) error {
	old, err := os.OpenFile(b.path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer old.Close()
	if there, err := old.Stat(); err != nil || !os.SameFile(there, info) {
		return err // the path leads to another file by now
	}
	beside := b.path + ".old"
	if err := os.Remove(beside); err != nil && !os.IsNotExist(err) {
		return err
	}
	kept, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(kept, io.NewSectionReader(old, max(info.Size()-maxLog, 0), maxLog))
	if closing := kept.Close(); err == nil {
		err = closing
	}
	return err
}
