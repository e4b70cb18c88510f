package model

import (
	"path"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
)

// maxPlaces bounds the folders whose cursor is remembered.
const maxPlaces = 1000

// A catalog is the folder that shows, and the folders of the root.
type catalog struct {
	opened
	roots      []client.Entry
	places     map[string]string // the path of the cursor, by folders that were left
	requests   int               // the number of the last request
	rootsAsked int               // the number of the last request for the roots
	off        map[int]bool      // requests for searches that were called off before they were made
	rank       func(path string) int
	now        func() time.Time
}

// opened is the folder that shows.
type opened struct {
	*panes.Listing
	number  int    // of the request that lists it
	folder  string // its path
	title   string // of a search that is not made yet
	loading bool
	began   time.Time // when it was asked for
	err     error
	search  *search // nil once all its results have come
}

// newCatalog returns a catalog that shows nothing. rank orders paths by their states.
func newCatalog(rank func(path string) int, now func() time.Time) *catalog {
	c := &catalog{places: map[string]string{}, off: map[int]bool{}, rank: rank, now: now}
	c.opened = opened{Listing: panes.NewListing(0, "", panes.ByCatalog, rank), loading: true}
	return c
}

// request returns the number of a new request. Answers to older ones are not shown.
func (c *catalog) request() int {
	c.requests++
	return c.requests
}

// begin shows a folder that has no entries yet, in the order of the one before.
func (c *catalog) begin(folder, want string) {
	c.opened = opened{
		Listing: panes.NewListing(c.Height, want, c.Sort, c.rank), number: c.request(), folder: folder, loading: true, began: c.now(),
	}
}

// open lists a folder. The cursor goes to the path want when that comes.
func (c *catalog) open(folder, want string) []effect.Effect {
	c.leavePlace()
	if want == "" {
		want = c.places[folder]
	}
	c.begin(folder, want)
	return []effect.Effect{effect.ListFolder{Number: c.number, Folder: folder}}
}

// relist lists the folder again. The filter stays, and a search that goes on.
func (c *catalog) relist() []effect.Effect {
	old := c.opened
	if old.title != "" {
		return nil // it has no folder yet
	}
	c.begin(old.folder, old.Path())
	c.Filter, c.search = old.Filter, old.search
	return []effect.Effect{effect.ListFolder{Number: c.number, Folder: c.folder}}
}

// revive lists the folders again that could not be listed while the mount was away.
func (c *catalog) revive() []effect.Effect {
	effects := []effect.Effect{c.listRoots()}
	if c.err != nil || c.loading {
		effects = append(effects, c.relist()...)
	}
	return effects
}

// leavePlace remembers where the cursor is in the folder that is left.
func (c *catalog) leavePlace() {
	if len(c.places) >= maxPlaces {
		clear(c.places)
	}
	if at := c.Path(); at != "" {
		c.places[c.folder] = at
	}
}

// parent returns the folder that a path lies in; the root is "".
func parent(below string) string {
	if dir := path.Dir(below); dir != "." {
		return dir
	}
	return ""
}

// rootAfter returns the folder of the root that is so many behind the one that shows.
func (c *catalog) rootAfter(by int) (folder string, ok bool) {
	if len(c.roots) == 0 {
		return "", false
	}
	at := c.rootIndex()
	switch next := at + by; {
	case at < 0 && by < 0:
		at = len(c.roots) - 1
	case at < 0:
		at = 0
	case next < 0 || next >= len(c.roots):
		return "", false
	default:
		at = next
	}
	return c.roots[at].Path, true
}

// rootIndex returns the folder of the root that shows, or -1.
func (c *catalog) rootIndex() int {
	top := c.folder
	for up := parent(top); up != ""; up = parent(top) {
		top = up
	}
	return slices.IndexFunc(c.roots, func(e client.Entry) bool { return e.Path == top })
}

// isWhole reports whether all entries of the folder have come and show.
func (c *catalog) isWhole() bool {
	return c.title == "" && c.Filter == "" && !c.loading && c.err == nil
}

func (c *catalog) hasRoot(folder string) bool {
	return slices.ContainsFunc(c.roots, func(e client.Entry) bool { return e.Path == folder })
}

func (c *catalog) dropRoot(folder string) {
	c.roots = slices.DeleteFunc(slices.Clone(c.roots), func(e client.Entry) bool { return e.Path == folder })
	delete(c.places, folder)
}

// listRoots asks for the folders of the root.
func (c *catalog) listRoots() effect.Effect {
	c.rootsAsked = c.request()
	return effect.ListRoots{Number: c.rootsAsked}
}

// take takes in a message of listings and searches.
func (c *catalog) take(msg tea.Msg) []effect.Effect {
	switch msg := msg.(type) {
	case effect.Listed:
		if msg.Number == c.number {
			c.Add(msg.Batch)
		}
	case effect.ListingEnded:
		if msg.Number == c.number {
			c.loading, c.err = false, msg.Err
			c.Want, c.search = "", nil
			c.Fit(c.Height)
		}
	case effect.RootsListed:
		if msg.Number == c.rootsAsked && msg.Err == nil { // else the root itself says why
			c.roots = msg.Roots
		}
	case effect.SearchMade:
		return c.searchMade(msg)
	case effect.SearchRemoved:
		return c.searchRemoved(msg.Folder)
	}
	return nil
}
