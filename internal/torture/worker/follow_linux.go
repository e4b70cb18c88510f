package worker

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"golang.org/x/sys/unix"
)

// A stream is what has come of the events of a mount.
type stream struct {
	fd int // blocking

	mu        sync.Mutex
	text      []byte // guarded by mu, as all below
	err       error
	abandoned bool
}

// maxStream is how many bytes of events are kept.
const maxStream = 8 << 20

// follow begins to read events. An earlier stream ends with its next event.
func (w *worker) follow() error {
	if w.step.How == "never" {
		return w.ignore()
	}
	if w.stream != nil {
		w.stream.mu.Lock()
		w.stream.abandoned = true
		w.stream.mu.Unlock()
	}
	fd, err := unix.Open(w.root+"/.tunesfs/events", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return w.fail("open events", err)
	}
	w.stream = &stream{fd: fd}
	go w.stream.read()
	return nil
}

// ignore opens events, and closes those that it opened before.
func (w *worker) ignore() error {
	fd, err := unix.Open(w.root+"/.tunesfs/events", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return w.fail("open events", err)
	}
	if w.unread > 0 {
		_ = unix.Close(w.unread)
	}
	w.unread = fd
	return nil
}

// read reads until the mount ends, or nobody wants more.
func (s *stream) read() {
	defer unix.Close(s.fd)
	b := make([]byte, 64<<10)
	for {
		n, err := unix.Read(s.fd, b)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err == nil && n == 0 {
			err = io.EOF
		}
		s.mu.Lock()
		s.text, s.err = append(s.text, b[:max(n, 0)]...), err
		over := err != nil || s.abandoned || len(s.text) > maxStream
		s.mu.Unlock()
		if over {
			return
		}
	}
}

// followed returns the whole lines that have come.
func (w *worker) followed() error {
	if w.answer.Skipped = w.stream == nil; w.answer.Skipped {
		return nil
	}
	w.stream.mu.Lock()
	defer w.stream.mu.Unlock()
	end := bytes.LastIndexByte(w.stream.text, '\n') + 1
	w.answer.Text = string(w.stream.text[:end])
	if w.stream.err != nil {
		return w.fail("read events", w.stream.err)
	}
	if end != len(w.stream.text) {
		return w.fail("half a line of events", unix.EPROTO)
	}
	return nil
}
