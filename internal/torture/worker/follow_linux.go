package worker

import (
	"bytes"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// A stream is what has come of the events of a mount.
type stream struct {
	file *os.File

	mu   sync.Mutex
	text []byte // guarded by mu, as all below
	err  error
}

// maxStream is how many bytes of events are kept.
const maxStream = 8 << 20

// follow begins to read events. An earlier stream ends.
func (w *worker) follow() error {
	if w.stream != nil {
		w.stream.file.Close() // its reader ends with the next event, or with the mount
	}
	file, err := os.Open(w.root + "/.tunesfs/events")
	if err != nil {
		return w.fail("open events", err)
	}
	w.stream = &stream{file: file}
	go w.stream.read()
	return nil
}

func (s *stream) read() {
	b := make([]byte, 64<<10)
	for {
		n, err := s.file.Read(b)
		s.mu.Lock()
		s.text, s.err = append(s.text, b[:n]...), err
		full := len(s.text) > maxStream
		s.mu.Unlock()
		if err != nil || full {
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
