package model

import (
	"fmt"
	"slices"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// A search is under way until all its results have come.
type search struct {
	query string
	made  bool   // by this app: it was not there before
	back  string // the folder that was shown before
}

// searchFor makes a search.
func (c *catalog) searchFor(query string) []effect.Effect {
	back := c.folder
	if c.search != nil {
		back = c.search.back
	}
	c.leavePlace()
	c.begin("", "")
	c.title, c.search = query, &search{query: query, back: back}
	return []effect.Effect{effect.StopListing{}, effect.MakeSearch{Number: c.number, Query: query}}
}

// searchMade opens a search that was made, unless it was called off or left.
func (c *catalog) searchMade(msg effect.SearchMade) []effect.Effect {
	if c.off[msg.Number] {
		delete(c.off, msg.Number)
		if msg.Made {
			return []effect.Effect{effect.RemoveSearch{Folder: msg.Folder}}
		}
		return nil
	}
	if msg.Made && !c.hasRoot(msg.Folder) {
		c.roots = slices.Insert(slices.Clone(c.roots), 0, client.Entry{Name: msg.Folder, Path: msg.Folder, Folder: true})
	}
	if c.number != msg.Number {
		return nil
	}
	if msg.Err != nil { // the message line says it
		back := c.search.back
		c.begin(back, c.places[back])
		return []effect.Effect{effect.ListFolder{Number: c.number, Folder: back}}
	}
	c.search.made = msg.Made
	c.folder, c.title = msg.Folder, ""
	return []effect.Effect{effect.ListFolder{Number: msg.Number, Folder: msg.Folder}, c.listRoots()}
}

// callOff ends the search that is under way, if there is one, and shows the folder before
// it. It removes the search only if this app has made it.
func (c *catalog) callOff() []effect.Effect {
	s := c.search
	if s == nil {
		return nil
	}
	effects := []effect.Effect{effect.StopListing{}}
	switch {
	case c.title != "":
		c.off[c.number] = true
	case s.made:
		c.dropRoot(c.folder)
		effects = append(effects, effect.RemoveSearch{Folder: c.folder})
	}
	c.begin(s.back, c.places[s.back]) // the cursor in the search is not remembered
	return append(effects, effect.ListFolder{Number: c.number, Folder: c.folder})
}

// searchRemoved shows the folders that are left.
func (c *catalog) searchRemoved(folder string) []effect.Effect {
	effects := []effect.Effect{c.listRoots()}
	if c.folder == "" || c.folder == folder {
		effects = append(effects, c.relist()...)
	}
	return effects
}

// callOff ends the search that is under way. That drops downloads that it has by now, so the
// app asks before.
func (m *Model) callOff() []effect.Effect {
	if s := m.catalog.search; s != nil && s.made && m.catalog.title == "" && m.tracks.TotalIn(m.catalog.folder).Unfinished() > 0 {
		folder := m.catalog.folder
		m.ask = &question{
			text: m.removalText(folder),
			yes: func() []effect.Effect {
				if m.catalog.search == s {
					return m.catalog.callOff()
				}
				effects := []effect.Effect{effect.RemoveSearch{Folder: folder}} // its results have come
				if m.catalog.folder == folder {
					effects = append(effects, m.open("", "")...)
				}
				return effects
			},
		}
		return nil
	}
	return m.catalog.callOff()
}

// askUnsearch asks whether to remove a search.
func (m *Model) askUnsearch() []effect.Effect {
	r, _ := m.pane().Current()
	m.ask = &question{
		text: m.removalText(r.Path),
		yes:  func() []effect.Effect { return []effect.Effect{effect.RemoveSearch{Folder: r.Path}} },
	}
	return nil
}

// removalText says what goes with a search.
func (m *Model) removalText(folder string) string {
	name := words.Base(folder)
	switch n := m.tracks.TotalIn(folder).Unfinished(); n {
	case 0:
		return fmt.Sprintf("Remove %s? Tracks that are complete stay in the cache.", name)
	case 1:
		return fmt.Sprintf("Remove %s? Its download is canceled and the bytes dropped, unless another folder shows it.", name)
	default:
		return fmt.Sprintf("Remove %s? Its %d downloads are canceled and the bytes dropped, unless another folder shows them.", name, n)
	}
}
