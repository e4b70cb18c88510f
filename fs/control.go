package fs

import "github.com/tunesfs/tunesfs/fetch"

// controlAll carries out a command for all that a folder holds, in the
// background.
func (f *FS) controlAll(d *folder, c fetch.Command) {
	f.control.All(&d.orders, c, func() { f.list(d) }, func() map[string]*fetch.Download { return f.targets(d, c) })
}

// targets returns what a folder holds that a command can do something to: its
// tracks, those of its sub-folders as far as they were listed, and, of the
// root, everything that is active.
func (f *FS) targets(d *folder, c fetch.Command) map[string]*fetch.Download {
	found := map[string]*fetch.Download{}
	active := f.activeStates()
	onlyActive := c == fetch.Pause || c == fetch.Resume
	for _, p := range f.tree.within(d) {
		for _, t := range p.folder.visible() {
			if _, ok := active[t.ID]; ok || !onlyActive {
				found[t.ID] = f.store.Download(remote(t))
			}
		}
	}
	if f.tree.isTop(d) {
		for _, a := range f.store.Active() {
			found[a.Key()] = a
		}
	}
	return found
}

// list sees that a folder is listed, if it can be.
func (f *FS) list(d *folder) {
	if f.tree.isTop(d) {
		return
	}
	if _, err := d.lister.Await(f.life.Context()); err != nil {
		f.log.Warn("cannot list a folder to control it", "path", d.path, "error", err)
	}
}
