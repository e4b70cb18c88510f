package model

import (
	"slices"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
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
