package model

import (
	"errors"
	"slices"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/panes"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// doing says that a command is under way.
var doing = map[string]string{
	tracks.Start: "starting", tracks.Pause: "pausing", tracks.Resume: "resuming",
	tracks.Cancel: "canceling", tracks.Evict: "evicting", tracks.Refresh: "refreshing",
}

// done says that a command was carried out.
var done = map[string]string{
	tracks.Start: "started", tracks.Pause: "paused", tracks.Resume: "resumed",
	tracks.Cancel: "canceled", tracks.Evict: "evicted", tracks.Refresh: "refreshed",
}

// commands are those that are under way, and those that could be given.
type commands struct {
	tracks  *tracks.Table
	pending map[string]string // verbs that are not carried out yet, by path
	unseen  map[string]string // verbs of tracks whose states are unknown, by path
	offers  map[string]bool   // verbs that would change a target
}

func newCommands(table *tracks.Table) *commands {
	return &commands{table, map[string]string{}, map[string]string{}, map[string]bool{}}
}

// offer notes which commands would change one of some rows: the footer and the key for
// pause and resume ask that several times.
func (c *commands) offer(targets []panes.Row) {
	clear(c.offers)
	known := slices.ContainsFunc(targets, func(r panes.Row) bool { return r.Status(c.tracks).Known })
	for _, r := range targets {
		s := r.Status(c.tracks)
		if known && !s.Known && !r.Folder {
			continue // the footer says what it knows
		}
		for _, verb := range []string{tracks.Start, tracks.Pause, tracks.Resume, tracks.Cancel, tracks.Evict} {
			toggles := verb == tracks.Pause || verb == tracks.Resume
			if s.Takes(verb) && (s.Known || !toggles) {
				c.offers[verb] = true
			}
		}
	}
}

// toggle returns the command that pauses the targets that move or, if none does,
// resumes them.
func (c *commands) toggle() string {
	switch {
	case c.offers[tracks.Pause]:
		return tracks.Pause
	case c.offers[tracks.Resume]:
		return tracks.Resume
	}
	return ""
}

// takers returns the rows that a command would change, and whether a folder is among them.
// Of several rows, those that never showed have an unknown state: they may take any command.
func (c *commands) takers(targets []panes.Row, verb string) (paths []string, folders bool) {
	for _, r := range targets {
		s := r.Status(c.tracks)
		if (s.Takes(verb) || !s.Known && len(targets) > 1) && c.pending[r.Path] != verb {
			paths = append(paths, r.Path)
			folders = folders || r.Folder
		}
	}
	return paths, folders
}

// begin notes that paths are given a command.
func (c *commands) begin(paths []string, verb string) {
	for _, p := range paths {
		c.pending[p] = verb
		if len(paths) > 1 && !c.tracks.Status(p, "", false).Known {
			c.unseen[p] = verb
		}
	}
}

// forgive removes the errors of paths that do not take a command, where the app could not
// know.
func (c *commands) forgive(failed map[string]error, verb string) {
	for p, err := range failed {
		if c.unseen[p] == verb && (errors.Is(err, client.ErrNoCommand) || errors.Is(err, client.ErrInUse)) {
			delete(failed, p)
		}
	}
}

// end notes that the command has ended: the facts of the paths may be others.
func (c *commands) end(paths []string, verb string) {
	for _, p := range paths {
		for _, m := range []map[string]string{c.pending, c.unseen} {
			if m[p] == verb {
				delete(m, p)
			}
		}
		c.tracks.Expire(p)
	}
}
