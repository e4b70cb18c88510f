package ui

import (
	"fmt"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// doing says that a command is under way.
var doing = map[string]string{
	tracks.Start: "starting", tracks.Pause: "pausing", tracks.Resume: "resuming", tracks.Cancel: "canceling", tracks.Evict: "evicting", tracks.Refresh: "refreshing",
}

// done says that a command was carried out.
var done = map[string]string{
	tracks.Start: "started", tracks.Pause: "paused", tracks.Resume: "resumed", tracks.Cancel: "canceled", tracks.Evict: "evicted", tracks.Refresh: "refreshed",
}

// offer notes which commands would change a target: the footer and the key for pause and
// resume ask that several times. Of many targets it looks at the first.
func (m *Model) offer() {
	m.offers = map[string]bool{}
	for _, r := range m.pane().targets(manyMarks) {
		s := m.statusOf(r)
		for _, verb := range []string{tracks.Start, tracks.Pause, tracks.Resume, tracks.Cancel, tracks.Evict} {
			toggles := verb == tracks.Pause || verb == tracks.Resume
			if s.Takes(verb) && (s.Known || !toggles) {
				m.offers[verb] = true
			}
		}
	}
}

// toggleVerb returns the command that pauses the targets that move or, if none does,
// resumes them.
func (m *Model) toggleVerb() string {
	switch {
	case m.offers[tracks.Pause]:
		return tracks.Pause
	case m.offers[tracks.Resume]:
		return tracks.Resume
	}
	return ""
}

// takers returns the targets that a command would change, and whether a folder is among
// them.
func (m *Model) takers(verb string) (paths []string, folders bool) {
	for _, r := range m.pane().targets(client.MaxNames) {
		if s := m.statusOf(r); s.Takes(verb) && m.pending[r.path] != verb {
			paths = append(paths, r.path)
			folders = folders || r.folder
		}
	}
	return paths, folders
}

// give gives the targets that it would change a command. Commands that drop bytes of
// several tracks are asked for.
func (m *Model) give(verb string) []effect.Effect {
	paths, folders := m.takers(verb)
	if more, _ := m.takers(tracks.Resume); verb == tracks.Start && len(paths) == 0 && len(more) > 0 {
		return m.command(more, tracks.Resume) // which is the same for them
	}
	if len(paths) == 0 {
		m.say("There is nothing to " + verb + " here.")
		return nil
	}
	if verb != tracks.Cancel && verb != tracks.Evict || len(paths) == 1 && !folders {
		return m.command(paths, verb)
	}
	what := words.Counted(len(paths), "row")
	if len(paths) == 1 {
		what = "all of " + words.Base(paths[0])
	}
	m.ask = &question{
		text: fmt.Sprintf("%s %s? Bytes that are here are dropped.", words.Title(verb), what),
		yes:  func() []effect.Effect { return m.command(paths, verb) },
	}
	return nil
}

// command gives paths a command, and shows at once that it is under way.
func (m *Model) command(paths []string, verb string) []effect.Effect {
	for _, p := range paths {
		m.pending[p] = verb
	}
	clear(m.pane().marks)
	return []effect.Effect{effect.Control{Paths: paths, Verb: verb}}
}

// commandAll gives the whole mount a command.
func (m *Model) commandAll(verb string) []effect.Effect {
	if verb != tracks.Cancel {
		return m.command([]string{""}, verb)
	}
	m.ask = &question{
		text: "Cancel all downloads of this mount? Bytes that are here are dropped, but for complete tracks.",
		yes:  func() []effect.Effect { return m.command([]string{""}, verb) },
	}
	return nil
}

// controlled takes in the result of a command. The rows show their states again, and the
// message line the first error.
func (m *Model) controlled(msg effect.ControlDone) []effect.Effect {
	for _, p := range msg.Paths {
		if m.pending[p] == msg.Verb {
			delete(m.pending, p)
		}
		m.tracks.Expire(p)
	}
	if len(msg.Failed) == 0 {
		m.say(fmt.Sprintf("%s %s.", words.Title(done[msg.Verb]), namePaths(msg.Paths)))
		if msg.Verb == tracks.Refresh && msg.Paths[0] == m.catalog.folder {
			m.tracks.ExpireAll() // names, titles and sizes may be others
			return append(m.catalog.relist(), m.catalog.listRoots())
		}
		return nil
	}
	for _, p := range msg.Paths {
		if err := msg.Failed[p]; err != nil {
			m.fail(err)
			break
		}
	}
	if more := len(msg.Failed) - 1; more > 0 {
		m.message += fmt.Sprintf(" (and %d more)", more)
	}
	return nil
}

func namePaths(paths []string) string {
	switch {
	case len(paths) != 1:
		return words.Counted(len(paths), "row")
	case paths[0] == "":
		return "all"
	}
	return words.Base(paths[0])
}

// A question is asked before something is done that cannot be undone.
type question struct {
	text string
	yes  func() []effect.Effect
}

// reply takes a key while a question is asked.
func (m *Model) reply(key string) []effect.Effect {
	asked := m.ask
	m.ask = nil
	if key == "y" || key == "Y" || key == "enter" {
		return asked.yes()
	}
	m.say("Nothing was done.")
	return nil
}
