package ui

import (
	"path"
	"slices"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// maxPlaces bounds the folders whose cursor is remembered.
const maxPlaces = 1000

// open lists a folder. The cursor goes to the path want when that comes.
func (m *Model) open(folder, want string) []effect.Effect {
	m.leavePlace()
	order := m.list.sort
	m.screen, m.overlay = browse, noOverlay
	m.list = newListing(m.request(), folder)
	m.list.want, m.list.sort, m.list.rank = want, order, m.tracks.Rank
	if want == "" {
		m.list.want = m.places[folder]
	}
	return []effect.Effect{effect.ListFolder{Number: m.list.number, Folder: folder}}
}

// relist lists the folder again. The screen stays, the filter and a search that goes on.
func (m *Model) relist() []effect.Effect {
	old := m.list
	if old.title != "" {
		return nil // it has no folder yet
	}
	m.list = newListing(m.request(), old.folder)
	m.list.want, m.list.sort, m.list.rank, m.list.filter = old.current(), old.sort, m.tracks.Rank, old.filter
	m.list.search = old.search
	return []effect.Effect{effect.ListFolder{Number: m.list.number, Folder: old.folder}}
}

// leavePlace remembers where the cursor is in the folder that is left.
func (m *Model) leavePlace() {
	if len(m.places) >= maxPlaces {
		clear(m.places)
	}
	if at := m.list.current(); at != "" {
		m.places[m.list.folder] = at
	}
}

// leave opens the folder that the present one lies in.
func (m *Model) leave() []effect.Effect {
	if m.screen == transfers {
		return m.show(browse)
	}
	effects := m.callOff()
	if effects != nil || m.list.folder == "" {
		return effects
	}
	return m.open(parent(m.list.folder), m.list.folder)
}

// parent returns the folder that a path lies in; the root is "".
func parent(below string) string {
	if dir := path.Dir(below); dir != "." {
		return dir
	}
	return ""
}

// show changes to a screen. A cursor at the top of the downloads stays there, one further
// down on its row.
func (m *Model) show(s screen) []effect.Effect {
	m.screen, m.overlay = s, noOverlay
	switch {
	case s == transfers && m.transfers.cursor == 0:
		m.tracks.Arrange()
	case s == transfers:
		m.keepCursor(m.tracks.Arrange)
	}
	m.fit()
	return nil
}

// openRoot opens the folder of the root that is so many behind the present one.
func (m *Model) openRoot(by int) []effect.Effect {
	if len(m.roots) == 0 {
		return nil
	}
	at := m.rootIndex()
	switch next := at + by; {
	case at < 0 && by < 0:
		at = len(m.roots) - 1
	case at < 0:
		at = 0
	case next < 0 || next >= len(m.roots):
		return nil
	default:
		at = next
	}
	return m.open(m.roots[at].Path, "")
}

// rootIndex returns the folder of the root that is shown, or -1.
func (m *Model) rootIndex() int {
	top := m.list.folder
	for up := parent(top); up != ""; up = parent(top) {
		top = up
	}
	return slices.IndexFunc(m.roots, func(e client.Entry) bool { return e.Path == top })
}

// ListRoots asks for the folders of the root.
func (m *Model) listRoots() effect.Effect {
	m.rootsAsked = m.request()
	return effect.ListRoots{Number: m.rootsAsked}
}

func (m *Model) rootsListed(msg effect.RootsListed) {
	if msg.Number != m.rootsAsked || msg.Err != nil {
		return // the root itself says why
	}
	m.roots = msg.Roots
}

func (m *Model) listingEnded(msg effect.ListingEnded) {
	if msg.Number != m.list.number {
		return
	}
	m.list.loading, m.list.err = false, msg.Err
	m.list.want, m.list.search = "", nil
	m.list.fit(len(m.list.shown), m.rowsHeight())
}
