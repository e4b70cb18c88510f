package worker

import (
	"errors"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/cell"
	"github.com/tunesfs/tunesfs/internal/torture/history"
)

// block is what tools read at once.
const block = 128 << 10

func (w *worker) open() error {
	if old, used := w.slots[w.step.Slot]; used {
		_ = unix.Close(old)
		delete(w.slots, w.step.Slot)
	}
	fd, err := w.openPath(w.step.How == "direct")
	if err != nil {
		return err
	}
	w.slots[w.step.Slot], w.paths[w.step.Slot] = fd, w.path()
	return nil
}

func (w *worker) openPath(direct bool) (int, error) {
	flags := unix.O_RDONLY | unix.O_CLOEXEC
	if direct {
		flags |= unix.O_DIRECT
	}
	fd, err := unix.Open(w.path(), flags, 0)
	return fd, w.fail("open", err)
}

// slot returns the handle of the step, or skips it.
func (w *worker) slot() (int, bool) {
	fd, ok := w.slots[w.step.Slot]
	w.answer.Skipped = !ok
	return fd, ok
}

func (w *worker) close() error {
	fd, ok := w.slot()
	if !ok {
		return nil
	}
	delete(w.slots, w.step.Slot)
	return w.fail("close", unix.Close(fd))
}

func (w *worker) fstat() error {
	fd, ok := w.slot()
	if !ok {
		return nil
	}
	return w.fstatOf(fd)
}

func (w *worker) fstatOf(fd int) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return w.fail("fstat", err)
	}
	w.answer.Stat = statOf(&st)
	return nil
}

func statOf(st *unix.Stat_t) *history.Stat {
	return &history.Stat{Size: st.Size, Mtime: time.Unix(st.Mtim.Sec, st.Mtim.Nsec).UTC(), Ino: st.Ino, Mode: st.Mode}
}

// read reads a piece by an open handle.
func (w *worker) read() error {
	fd, ok := w.slot()
	if !ok {
		return nil
	}
	how := w.readers()[w.step.How]
	if how == nil {
		how = w.pread
	}
	_, err := how(fd, w.step.Offset, int(w.step.Length))
	return err
}

// A reader reads n bytes at an offset and notes what came. It returns how many.
type reader func(fd int, off int64, n int) (int, error)

func (w *worker) readers() map[string]reader {
	return map[string]reader{
		"pread": w.pread, "mmap": w.mmap, "sendfile": w.sendfile, "copyrange": w.copyRange, "direct": w.pread,
	}
}

// pread makes one call.
func (w *worker) pread(fd int, off int64, n int) (int, error) {
	b := aligned(n)
	got, err := unix.Pread(fd, b, off)
	if err != nil {
		return 0, w.fail("read", err)
	}
	w.saw(b[:got], off, got < n)
	return got, nil
}

// aligned returns n bytes as O_DIRECT wants them.
func aligned(n int) []byte {
	const page = 4096
	b := make([]byte, n+page)
	skip := int(-uintptr(unsafe.Pointer(&b[0])) & (page - 1))
	return b[skip : skip+n]
}

// saw notes what was read. end tells that less came than was wanted.
func (w *worker) saw(b []byte, off int64, end bool) {
	w.answer.Read += int64(len(b))
	w.answer.Whole = end
	runs, strays := cell.Scan(b, off)
	w.answer.Strays = append(w.answer.Strays, strays...)
	for _, r := range runs {
		if last := len(w.answer.Runs) - 1; last >= 0 && w.answer.Runs[last].Version == r.Version && w.answer.Runs[last].To == r.From {
			w.answer.Runs[last].To = r.To
			continue
		}
		w.answer.Runs = append(w.answer.Runs, r)
	}
}

// errBus is a page of a mapping that could not be had.
var errBus = errors.New("SIGBUS")

// mmap maps the range and touches it.
func (w *worker) mmap(fd int, off int64, n int) (got int, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return 0, w.fail("fstat", err)
	}
	n = int(min(int64(n), st.Size-off))
	if n <= 0 {
		w.answer.Whole = true
		return 0, nil
	}
	skip := off % 4096
	m, err := unix.Mmap(fd, off-skip, n+int(skip), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return 0, w.fail("mmap", err)
	}
	defer func() { _ = unix.Munmap(m) }()
	b := make([]byte, n)
	if err := touch(b, m[skip:]); err != nil {
		return 0, w.fail("mmap", err)
	}
	w.saw(b, off, off+int64(n) == st.Size)
	return n, nil
}

// touch copies from a mapping.
func touch(to, from []byte) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = errBus
		}
	}()
	copy(to, from)
	return nil
}

// memory returns a file in memory.
func memory() (int, error) { return unix.MemfdCreate("torture", unix.MFD_CLOEXEC) }

// collect notes what is in a file of memory.
func (w *worker) collect(fd int, off int64, n, wanted int) (int, error) {
	b := make([]byte, n)
	for done := 0; done < n; {
		m, err := unix.Pread(fd, b[done:], int64(done))
		if err != nil || m == 0 {
			return 0, errors.Join(err, io.ErrUnexpectedEOF)
		}
		done += m
	}
	w.saw(b, off, n < wanted)
	return n, nil
}

func (w *worker) sendfile(fd int, off int64, n int) (int, error) {
	return w.move("sendfile", off, n, func(to int, at *int64, left int) (int, error) { return unix.Sendfile(to, fd, at, left) })
}

func (w *worker) copyRange(fd int, off int64, n int) (int, error) {
	got, err := w.move("copy_file_range", off, n, func(to int, at *int64, left int) (int, error) {
		return unix.CopyFileRange(fd, at, to, nil, left, 0)
	})
	if errors.Is(err, unix.EXDEV) {
		return w.sendfile(fd, off, n) // as cp does between file systems
	}
	return got, err
}

// move has a call put n bytes from an offset into a file in memory, and notes what came.
// Of a call that is not possible between file systems it notes nothing.
func (w *worker) move(call string, off int64, n int, put func(to int, at *int64, left int) (int, error)) (int, error) {
	to, err := memory()
	if err != nil {
		return 0, err
	}
	defer unix.Close(to)
	at, done := off, 0
	for done < n {
		m, err := put(to, &at, n-done)
		if errors.Is(err, unix.EXDEV) && done == 0 {
			return 0, err
		}
		if err = w.fail(call, err); err == nil && m == 0 {
			break
		}
		done += max(m, 0)
		if err == nil {
			err = w.over(call)
		}
		if err != nil {
			_, _ = w.collect(to, off, done, done)
			return done, err
		}
	}
	return w.collect(to, off, done, n)
}

// copy reads a file by a new handle, in the order in which some program does.
func (w *worker) copy() error {
	fd, err := w.openPath(w.step.How == "direct")
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := w.fstatOf(fd); err != nil {
		return err
	}
	size := w.answer.Stat.Size
	switch w.step.How {
	case "mpv":
		return w.play(fd, size)
	case "tags":
		return w.each(fd, [][2]int64{{0, 10}, {0, 4096}, {size - 128, 128}, {size - 160, 32}, {10, 65536}})
	case "backward":
		return w.backward(fd, size)
	case "mmap", "sendfile", "copyrange":
		return w.forward(w.readers()[w.step.How], fd, 1<<20)
	}
	return w.forward(w.pread, fd, block)
}

// forward reads from the start to the end.
func (w *worker) forward(how reader, fd, n int) error {
	for off := int64(0); ; {
		got, err := how(fd, off, n)
		off += int64(got)
		if err != nil {
			return err
		}
		if got == 0 {
			w.answer.Whole = true
			return nil
		}
		if err := w.over("read"); err != nil {
			return err
		}
	}
}

// backward reads from the end to the start.
func (w *worker) backward(fd int, size int64) error {
	for off := size; off > 0; {
		n := min(off, block)
		off -= n
		for got := int64(0); got < n; { // a read that fails for its later bytes gives those before
			more, err := w.pread(fd, off+got, int(n-got))
			if err != nil {
				return err
			}
			if more == 0 {
				w.answer.Whole = true // the judge counts
				return nil
			}
			got += int64(more)
		}
		if err := w.over("read"); err != nil {
			return err
		}
	}
	w.answer.Whole = true
	return nil
}

// play reads as a player does that looks for tags at the end and then seeks.
func (w *worker) play(fd int, size int64) error {
	random := rand.New(rand.NewPCG(uint64(w.step.ID), 1))
	pieces := [][2]int64{{0, 4096}, {size - 128, 128}, {0, 65536}, {65536, 65536}}
	for range 3 {
		at := random.Int64N(max(size, 1))
		pieces = append(pieces, [2]int64{at, 32768}, [2]int64{at + 32768, 32768})
	}
	return w.each(fd, pieces)
}

func (w *worker) each(fd int, pieces [][2]int64) error {
	for _, p := range pieces {
		if _, err := w.pread(fd, max(p[0], 0), int(p[1])); err != nil {
			return err
		}
		if err := w.over("read"); err != nil {
			return err
		}
	}
	w.answer.Whole = false
	return nil
}
