// Package disk owns a disk that fails when it is told to: a FUSE mount, served by a
// process of its own, whose operations return errors, and which loses by a power cut
// what was not synced.
//
// It must never know what the files on it mean. Open disk_linux.go first, which starts
// the process and tells it what to do; serve_linux.go is that process. node_linux.go
// and handle_linux.go show a folder by FUSE, and journal_linux.go changes that folder.
// What the disk does not hold yet is in image.go (bytes) and names.go (names): pure, as
// are luck.go, which decides what survives a power cut, and faults.go. cut_linux.go
// carries a power cut out.
//
// # What survives
//
// The bytes of a file survive a power cut once fsync of the file has returned, and its
// name once fsync of its folder has. Of the rest any part may survive: of a file, each
// block of 4096 bytes, and its size; of folders, each operation, whole, unless an
// earlier one on the same names is lost. Where fsync fails, the blocks that it should
// have written are lost, and a later fsync does not say so, as on Linux.
package disk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// maxMounts is how many mounts Stop takes from the folder.
const maxMounts = 4

// answerTimeout is how long the process may take for one line, and endTimeout how
// long to end by itself.
const (
	answerTimeout = 30 * time.Second
	endTimeout    = 5 * time.Second
)

var errSilent = errors.New("disk: its process does not answer")

// A Disk is a mounted disk. Its methods may be called at any time, from anywhere.
type Disk struct {
	dir   string
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string   // that the process prints; closed at its end
	ended chan struct{} // closed when the process has ended

	mu     sync.Mutex // held while a line is answered
	silent bool       // a line was not answered in time
}

// Start shows the folder below at dir by another process: self are the first words of
// its command line, to which it adds both folders, and which ends in Serve. The process
// is killed when ctx ends; Stop must follow in any case.
func Start(ctx context.Context, self []string, below, dir string) (*Disk, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	args := append(append([]string{}, self...), below, dir)
	d := &Disk{dir: dir, cmd: exec.CommandContext(ctx, args[0], args[1:]...), lines: make(chan string, 1), ended: make(chan struct{})}
	d.cmd.Stderr = os.Stderr
	in, err := d.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	d.in = in
	go d.follow(out)
	if err := d.await("mounted"); err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	return d, nil
}

// follow passes on what the process prints, until it ends.
func (d *Disk) follow(out io.Reader) {
	for text := bufio.NewScanner(out); text.Scan(); {
		d.lines <- text.Text()
	}
	close(d.lines)
	_ = d.cmd.Wait() // the last answer told how it went
	close(d.ended)
}

// await returns when the process has printed a line, and fails if it is another one.
func (d *Disk) await(want string) error {
	select {
	case line, ok := <-d.lines:
		switch {
		case !ok:
			return errors.New("disk: its process has ended")
		case line != want:
			return fmt.Errorf("disk: %s", line)
		}
		return nil
	case <-time.After(answerTimeout):
		return errSilent
	}
}

// tell has the process carry out a line.
func (d *Disk) tell(words ...any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.silent {
		return errSilent
	}
	if _, err := fmt.Fprintln(d.in, words...); err != nil {
		return fmt.Errorf("disk: %w", err)
	}
	err := d.await("done")
	d.silent = errors.Is(err, errSilent)
	return err
}

// Dir returns where the disk is mounted.
func (d *Disk) Dir() string { return d.dir }

// Fail makes an operation of Ops fail with EIO, left times after skip that succeed.
// All fail if left is below 0.
func (d *Disk) Fail(op string, skip, left int) error { return d.FailAs(op, skip, left, "EIO") }

// FailAs is Fail with another error: ENOSPC, EDQUOT, EROFS or EACCES.
func (d *Disk) FailAs(op string, skip, left int, errno string) error {
	return d.tell("fail", op, skip, left, errno)
}

// Heal makes all operations succeed.
func (d *Disk) Heal() error { return d.tell("heal") }

// Cut cuts the power: of what was not synced a part survives, by seed, and nothing if
// that is 0. The caller has ended all programs that used the disk.
func (d *Disk) Cut(seed uint64) error { return d.tell("cut", seed) }

// Stop unmounts the disk and ends its process, by force where it does not end by
// itself. It may be called again.
func (d *Disk) Stop() error {
	_ = d.in.Close() // the process then unmounts
	select {
	case <-d.ended:
	case <-time.After(endTimeout):
		_ = d.cmd.Process.Kill()
	}
	for range maxMounts {
		if !d.mounted() {
			break
		}
		if err := mounts.Detach(d.dir); err != nil {
			return err
		}
	}
	select {
	case <-d.ended:
		return nil
	case <-time.After(endTimeout):
		return errors.New("disk: its process does not end")
	}
}

// mounted reports whether a disk is mounted at the folder. The table is asked, since a
// call on the folder itself may wait for a process that does not answer.
func (d *Disk) mounted() bool {
	table, err := os.ReadFile("/proc/self/mountinfo")
	return err == nil && strings.Contains(string(table), " "+d.dir+" ")
}
