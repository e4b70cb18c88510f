package fs

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// A handle of which the kernel never says that it was closed is closed with the
// mount.
func TestForgottenHandle(t *testing.T) {
	w := newWorld(t, 100_000)
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >/dev/null`)
	w.await(3, fetch.Complete)
	forgotten := &trackHandle{fs: w.fs, node: &trackNode{download: w.store.Download(fetch.Remote{Key: "3", Size: -1})}, reader: w.store.Download(fetch.Remote{Key: "3", Size: -1}).NewReader(), leave: func() {}}
	if forgotten.reader.File() == nil {
		t.Fatal("it is not open")
	}
	w.fs.readers.Add(forgotten.reader)
	served := w.fs.conn.served
	w.unmount()
	<-served
	if forgotten.reader.File() != nil {
		t.Error("it is still open")
	}
}
