package fetchtest

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A stored is content that lies in a file.
type stored struct {
	Content
	path string
}

// Stored returns c as it lies in a file until the end of the test. At full speed
// and without TLS it is sent as a server of files sends it, by sendfile(2) where
// there is such a call: what a client costs is seen better where the server,
// which shares the machine, costs little.
func Stored(tb testing.TB, c Content) Content {
	tb.Helper()
	s := stored{c, filepath.Join(tb.TempDir(), "stored")}
	if err := s.store(); err != nil {
		tb.Fatalf("fetchtest: %v", err)
	}
	return s
}

func (s stored) store() error {
	file, err := os.Create(s.path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, io.NewSectionReader(s.Content, 0, s.Size()))
	if err == nil {
		err = file.Sync() // writing it back later would slow down what is measured
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// A fileBody sends stored content.
type fileBody struct {
	file *os.File
	to   io.ReaderFrom
}

// fromFile returns what sends the body of a response from its file, or nil if it
// has none, or has to be sent otherwise. It is to be closed.
func (s *sending) fromFile() (*fileBody, error) {
	c, ok := s.Body.(stored)
	to, direct := s.body.(io.ReaderFrom)
	if !ok || !direct || s.From < 0 || s.To > c.Size() {
		return nil, nil
	}
	file, err := os.Open(c.path)
	if err != nil {
		return nil, err
	}
	return &fileBody{file, to}, nil
}

func (b *fileBody) close() {
	if b != nil {
		_ = b.file.Close()
	}
}

// send sends n bytes at off.
func (b *fileBody) send(off int64, n int) (int, error) {
	if _, err := b.file.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	sent, err := b.to.ReadFrom(&io.LimitedReader{R: b.file, N: int64(n)})
	if err == nil && sent < int64(n) {
		err = io.ErrUnexpectedEOF
	}
	return int(sent), err
}
