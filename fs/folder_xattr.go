package fs

import (
	"context"
	"fmt"
	"strings"
	"syscall"

	"github.com/tunesfs/tunesfs/fetch"
)

// refreshVerb lists a folder anew and shows again what was removed.
const refreshVerb = "refresh"

var folderXattrs = xattrTable[*folder]{
	{name: controlXattr, hidden: true, value: func(*folder) string { return verbs + " " + refreshVerb }},
	{name: ourXattrs + "state", always: true, value: func(f *folder) string { return f.summary().states() }},
	{name: ourXattrs + "progress", always: true, value: func(f *folder) string { return f.summary().total.Progress() }},
	{name: ourXattrs + "error", value: func(f *folder) string { _, err := f.lister.current(); return words(err) }},
}

// A summary adds up the downloads of a folder.
type summary struct {
	counts [fetch.Complete + 1]int
	total  fetch.Status // bytes held and wanted of all that is not idle
}

func (f *folder) summary() summary {
	var s summary
	for _, t := range f.visible() {
		st := f.fs.store.Download(remote(t)).Status()
		s.counts[st.State]++
		if st.State == fetch.Idle {
			continue
		}
		s.total.Held += st.Held
		if st.Size < 0 || s.total.Size < 0 {
			s.total.Size = -1
		} else {
			s.total.Size += st.Size
		}
	}
	return s
}

// states says how many downloads are in which state, as "3 idle, 1 paused".
func (s summary) states() string {
	var parts []string
	for state, n := range s.counts {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, fetch.State(state)))
		}
	}
	if parts == nil {
		return "empty"
	}
	return strings.Join(parts, ", ")
}

func (f *folder) Getxattr(_ context.Context, name string, dest []byte) (uint32, syscall.Errno) {
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
	if f.fs.closing() {
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
	f.lister.renew(f.fresh)
}

func (f *folder) Removexattr(ctx context.Context, name string) syscall.Errno {
	if errno := f.fs.permit(ctx, mayWrite, true); errno != 0 {
		return errno
	}
	return folderXattrs.refuseRemoval(name)
}
