package fs

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/upnext"
)

// A handle of which the kernel never says that it was closed is closed with the
// mount.
func TestForgottenHandle(t *testing.T) {
	w := newWorld(t, 100_000)
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >/dev/null`)
	w.await(3, fetch.Complete)
	forgotten := w.openHandle()
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

// openHandle opens the track of key 3 without the kernel.
func (w *world) openHandle() *trackHandle {
	d := w.store.Download(fetch.Remote{Key: "3", Size: -1})
	h := &trackHandle{fs: w.fs, node: &trackNode{download: d}, reader: d.NewReader(), leave: func() {}}
	h.upnext = w.fs.players.Open(upnext.Source{Reader: h.reader, Download: d})
	return h
}
