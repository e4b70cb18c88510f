package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
)

// maxQuery bounds the text that is typed; the mount refuses a query that is too long.
const maxQuery = 500

// An editing is the text that the keys go to.
type editing int

const (
	editNothing editing = iota
	editQuery
	editFilter
)

// A search is under way until all its results have come.
type search struct {
	query string
	made  bool   // by this app: it was not there before
	back  string // the folder that was shown before
}

// beginEdit gives the keys to a text.
func (m *Model) beginEdit(what editing, text string) {
	m.editing, m.overlay = what, noOverlay
	m.input.CharLimit = maxQuery
	m.input.SetValue(text)
	m.input.CursorEnd()
	m.input.Focus()
}

// edit gives a key or a pasted text to the field.
func (m *Model) edit(msg tea.Msg) {
	if m.editing == editNothing {
		return
	}
	m.input, _ = m.input.Update(msg)
	if m.editing == editFilter {
		m.list.setFilter(m.input.Value(), m.rowsHeight())
	}
}

// editKey takes a key while a text is edited.
func (m *Model) editKey(key tea.KeyPressMsg) []effect.Effect {
	switch key.String() {
	case "esc":
		if m.editing == editFilter {
			m.list.setFilter("", m.rowsHeight())
		}
		m.endEdit()
	case "enter", "ctrl+j": // which a terminal makes of Enter until the app is there
		was, text := m.editing, strings.TrimSpace(m.input.Value())
		m.endEdit()
		if was == editQuery && text != "" {
			return m.searchFor(text)
		}
	case "up", "down", "pgup", "pgdown":
		m.endEdit()
		return m.press(key)
	default:
		m.edit(key)
	}
	return nil
}

func (m *Model) endEdit() {
	m.editing = editNothing
	m.input.Blur()
}

// searchFor makes a search.
func (m *Model) searchFor(query string) []effect.Effect {
	back := m.list.folder
	if m.list.search != nil {
		back = m.list.search.back
	}
	m.leavePlace()
	order := m.list.sort
	m.screen = browse
	m.list = newListing(m.request(), "")
	m.list.title, m.list.sort, m.list.rank = query, order, m.tracks.Rank
	m.list.search = &search{query: query, back: back}
	return []effect.Effect{effect.StopListing{}, effect.MakeSearch{Number: m.list.number, Query: query}}
}

// SearchMade opens a search that was made, unless it was called off or left.
func (m *Model) searchMade(msg effect.SearchMade) []effect.Effect {
	if m.off[msg.Number] {
		delete(m.off, msg.Number)
		if msg.Made {
			return []effect.Effect{effect.RemoveSearch{Folder: msg.Folder}}
		}
		return nil
	}
	if msg.Made && !m.hasRoot(msg.Folder) {
		m.roots = slices.Insert(slices.Clone(m.roots), 0, client.Entry{Name: msg.Folder, Path: msg.Folder, Folder: true})
	}
	if m.list.number != msg.Number {
		return nil
	}
	if msg.Err != nil {
		m.list.loading, m.list.err, m.list.search = false, msg.Err, nil
		return nil
	}
	m.list.search.made = msg.Made
	m.list.folder, m.list.title = msg.Folder, ""
	return []effect.Effect{effect.ListFolder{Number: msg.Number, Folder: msg.Folder}, m.listRoots()}
}

func (m *Model) hasRoot(folder string) bool {
	return slices.ContainsFunc(m.roots, func(e client.Entry) bool { return e.Path == folder })
}

// callOff ends the search that is under way, if there is one, and shows the folder before
// it. It removes the search only if this app has made it.
func (m *Model) callOff() []effect.Effect {
	s := m.list.search
	if s == nil {
		return nil
	}
	effects := []effect.Effect{effect.StopListing{}}
	switch {
	case m.list.title != "":
		m.off[m.list.number] = true
	case s.made:
		m.dropRoot(m.list.folder)
		effects = append(effects, effect.RemoveSearch{Folder: m.list.folder})
	}
	m.list = newListing(0, s.back) // the cursor in the search is not remembered
	return append(effects, m.open(s.back, "")...)
}

func (m *Model) dropRoot(folder string) {
	m.roots = slices.DeleteFunc(slices.Clone(m.roots), func(e client.Entry) bool { return e.Path == folder })
	delete(m.places, folder)
}

// SearchRemoved shows the folders that are left. The user stays on the screen that shows.
func (m *Model) searchRemoved(msg effect.SearchRemoved) []effect.Effect {
	m.fail(msg.Err)
	effects := []effect.Effect{m.listRoots()}
	if m.list.folder == "" || m.list.folder == msg.Folder {
		effects = append(effects, m.relist()...)
	}
	return effects
}
