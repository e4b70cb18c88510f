package fs

import (
	"context"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

const (
	metaName      = ".tunesfs"
	downloadsName = "downloads"
	eventsName    = "events"
)

// metaNode is the folder .tunesfs: it resolves, but is not listed, so that cp -r
// and grep -r never meet it.
type metaNode struct{ node }

var (
	_ directory               = (*metaNode)(nil)
	_ gofs.NodeGetattrer      = (*metaNode)(nil)
	_ gofs.NodeLookuper       = (*metaNode)(nil)
	_ gofs.NodeOpendirHandler = (*metaNode)(nil)
)

func (m *metaNode) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	m.fs.fill(&out.Attr, dirMode, 0, m.fs.started)
	out.SetTimeout(entryTimeout)
	return 0
}

func (m *metaNode) OpendirHandle(ctx context.Context, _ uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	return m.fs.openDirectory(ctx, m, nil, func() {})
}

func (m *metaNode) entries(list []fuse.DirEntry) []fuse.DirEntry {
	return append(list, m.entry(downloadsName), m.entry(eventsName))
}

func (*metaNode) whole() bool { return true }

func (*metaNode) unlisted() error { return nil }

func (m *metaNode) entry(name string) fuse.DirEntry {
	return fuse.DirEntry{Name: name, Mode: syscall.S_IFREG, Ino: m.fs.ino(metaKind, name)}
}

func (m *metaNode) child(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	ino := m.fs.ino(metaKind, name)
	switch name {
	case downloadsName:
		return m.lookupText(ctx, m.fs.newDownloads(), gofs.StableAttr{Ino: ino}, out), 0
	case eventsName:
		e := &eventsNode{node{fs: m.fs}}
		m.fs.fill(&out.Attr, fileMode, 0, m.fs.started)
		out.SetEntryTimeout(entryTimeout)
		out.SetAttrTimeout(entryTimeout)
		return m.NewInode(ctx, e, gofs.StableAttr{Mode: syscall.S_IFREG, Ino: ino}), 0
	}
	return nil, syscall.ENOENT
}

func (m *metaNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return m.child(ctx, name, out)
}
