package fs

import (
	"maps"
	"slices"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/control"
)

// controlAll carries out a command for all that a folder holds, in the
// background.
func (f *FS) controlAll(d *folderNode, c fetch.Command) {
	f.control.All(control.Folder{
		Queue:   &d.orders,
		Prepare: func() { f.list(d) },
		Keys:    func() []string { return f.trackKeys(d) },
		Targets: func(isTold func(string) bool) map[string]*fetch.Download { return f.targets(d, c, isTold) },
	}, c)
}

// trackKeys returns the keys of all tracks that a folder holds, in its sub-folders as far
// as they were listed.
func (f *FS) trackKeys(d *folderNode) (keys []string) {
	f.tree.within(d, func(of *folderNode) {
		for _, t := range of.visible() {
			keys = append(keys, t.ID)
		}
	})
	return keys
}

// targets returns what a folder holds that a command can do something to: its
// tracks, those of its sub-folders as far as they were listed, and, of the
// root, everything that is active. Of a pause and a resume these are the active ones,
// those that are fetched ahead of a player and those that another command begins now.
func (f *FS) targets(d *folderNode, c fetch.Command, isTold func(key string) bool) map[string]*fetch.Download {
	found := map[string]*fetch.Download{}
	active, ahead := f.activeStates(), f.players.Ahead()
	onlyActive := c == fetch.Pause || c == fetch.Resume
	f.tree.within(d, func(of *folderNode) {
		for _, t := range of.visible() {
			if _, ok := active[t.ID]; ok || ahead[t.ID] != nil || !onlyActive || isTold(t.ID) {
				found[t.ID] = f.download(t)
			}
		}
	})
	if f.tree.isTop(d) {
		for _, a := range f.store.Active() {
			found[a.Key()] = a
		}
		maps.Copy(found, ahead)
	}
	return found
}

// list sees that a folder is listed, if it can be.
func (f *FS) list(d *folderNode) {
	if f.tree.isTop(d) {
		return
	}
	if _, err := d.lister.Await(f.life.Context()); err != nil {
		f.log.Warn("cannot list a folder to control it", "path", d.path(), "error", err)
	}
}

// abandoned returns the download of a track, to be canceled, if it is active and
// no folder shows it any more; else nil. Complete bytes stay: they are the
// quota's.
func (f *FS) abandoned(t *catalog.Track) *fetch.Download {
	if _, active := f.activeStates()[t.ID]; !active {
		return nil
	}
	if _, shown := pathOf(t.ID, f.tree.places()); shown || f.tree.keeps(t.ID) {
		return nil
	}
	return f.download(t)
}

// abandonAll cancels, in the background, the downloads of a removed folder that
// no other folder shows. Earlier commands for it begin no more, unless it is still shown
// elsewhere.
func (f *FS) abandonAll(removed *folderNode) {
	if !slices.ContainsFunc(f.tree.places(), func(p place) bool { return p.folder == removed }) {
		f.control.Stop(&removed.orders)
	}
	f.control.InOrder(&removed.orders, func() {}, func(n control.Order) {
		f.tree.recall(maxRecalled, func(tracks []*catalog.Track) bool {
			for _, t := range tracks {
				if d := f.abandoned(t); d != nil {
					f.control.CarryOut(n, d, fetch.Cancel)
				}
			}
			return true
		}, place{folder: removed})
	})
}
