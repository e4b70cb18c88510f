package fs

import (
	"context"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// refreshVerb lists a folder anew and shows again what was removed.
const refreshVerb = "refresh"

// They are those of a level: a folder may be the end of a loop at one place alone.
var folderXattrs = xattrTable[*level]{
	{name: xattrs.Control, hidden: true, value: func(*level) string { return verbs + " " + refreshVerb }},
	// Settled has a value once every command so far is carried out: the write that
	// gives a command must not wait.
	{name: xattrs.Settled, hidden: true, value: func(*level) string { return "1" }},
	{name: xattrs.State, always: true, value: func(l *level) string { return l.folder.summary().states() }},
	{name: xattrs.Progress, value: func(l *level) string { return l.folder.summary().progress() }},
	{name: xattrs.Listed, value: func(l *level) string { return l.folder.listedAt() }},
	{name: xattrs.Error, value: func(l *level) string { return errorText(l.listError()) }},
}

// listedAt says when the catalog sent what the folder lists, and whether it is
// stale: older than a listing should be, because it could not be renewed or
// nobody has asked since.
func (f *folderNode) listedAt() string {
	v := f.lister.Last()
	if v == nil || v.Listing.Fetched.IsZero() {
		return ""
	}
	at := v.Listing.Fetched.UTC().Format(time.RFC3339)
	if until := v.Listing.Expires; !until.IsZero() && time.Now().After(until) {
		at += " stale"
	}
	return at
}

func (f *folderNode) Getxattr(ctx context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	return f.level.getxattr(ctx, name, dest)
}

func (f *folderNode) Listxattr(ctx context.Context, dest []byte) (uint32, syscall.Errno) {
	return f.level.listxattr(ctx, dest)
}

func (p *placeNode) Getxattr(ctx context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	return p.level.getxattr(ctx, name, dest)
}

func (p *placeNode) Listxattr(ctx context.Context, dest []byte) (uint32, syscall.Errno) {
	return p.level.listxattr(ctx, dest)
}

func (l *level) getxattr(ctx context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	f := l.folder
	if name == xattrs.Settled {
		if err := f.fs.control.Settled(ctx, &f.orders); err != nil {
			return 0, toErrno(err)
		}
	}
	defer f.hold(ctx, f.fs.firstListing)()
	return folderXattrs.get(l, name, dest)
}

func (l *level) listxattr(ctx context.Context, dest []byte) (uint32, syscall.Errno) {
	defer l.folder.hold(ctx, l.folder.fs.firstListing)()
	return folderXattrs.list(l, dest)
}

// Setxattr does what a verb asks for all that the folder holds. It returns at
// once: it holds the folder's lock in the kernel.
func (f *folderNode) Setxattr(ctx context.Context, name string, data []byte, _ uint32) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	if name != xattrs.Control {
		return folderXattrs.refuse(name)
	}
	if f.fs.life.Closing() {
		return toErrno(fetch.ErrClosed)
	}
	verb := parseVerb(data)
	if verb == refreshVerb {
		f.refresh()
		return 0
	}
	command, err := fetch.ParseCommand(verb)
	if err != nil {
		return toErrno(err)
	}
	f.fs.controlAll(f, command)
	return 0
}

func (f *folderNode) Removexattr(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	return folderXattrs.refuseRemoval(name)
}
