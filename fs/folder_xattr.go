package fs

import (
	"context"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
)

// refreshVerb lists a folder anew and shows again what was removed.
const refreshVerb = "refresh"

// obeyedXattr can be read once all that the folder was told so far is carried out:
// the write that tells it must not wait.
const obeyedXattr = ourXattrs + "obeyed"

var folderXattrs = xattrTable[*folder]{
	{name: controlXattr, hidden: true, value: func(*folder) string { return verbs + " " + refreshVerb }},
	{name: obeyedXattr, hidden: true, value: func(*folder) string { return "1" }},
	{name: ourXattrs + "state", always: true, value: func(f *folder) string { return f.summary().states() }},
	{name: ourXattrs + "progress", value: func(f *folder) string { return f.summary().progress() }},
	{name: ourXattrs + "listed", value: (*folder).listedAt},
	{name: ourXattrs + "error", value: func(f *folder) string { _, err := f.lister.Current(); return words(err) }},
}

// listedAt says when the catalogue sent what the folder lists, and whether it is
// stale: older than a listing should be, because it could not be renewed or
// nobody has asked since.
func (f *folder) listedAt() string {
	v, _ := f.lister.Current()
	if v == nil || v.Listing.Fetched.IsZero() {
		return ""
	}
	at := v.Listing.Fetched.UTC().Format(time.RFC3339)
	if until := v.Listing.Expires; !until.IsZero() && time.Now().After(until) {
		at += " stale"
	}
	return at
}

func (f *folder) Getxattr(ctx context.Context, name string, dest []byte) (uint32, syscall.Errno) {
	if name == obeyedXattr {
		if err := f.fs.control.Settled(ctx, &f.orders); err != nil {
			return 0, toErrno(err)
		}
	}
	return folderXattrs.get(f, name, dest)
}

func (f *folder) Listxattr(_ context.Context, dest []byte) (uint32, syscall.Errno) {
	return folderXattrs.list(f, dest)
}

// Setxattr does what a verb asks for all that the folder holds. It returns at
// once: it holds the folder's lock in the kernel.
func (f *folder) Setxattr(ctx context.Context, name string, data []byte, _ uint32) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	if name != controlXattr {
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

func (f *folder) refresh() {
	f.unhide()
	f.lister.Refresh()
}

func (f *folder) Removexattr(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	return folderXattrs.refuseRemoval(name)
}
