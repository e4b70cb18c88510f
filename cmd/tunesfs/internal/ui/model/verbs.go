package model

import (
	"fmt"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// give gives the targets that it would change a command. Commands that drop bytes of
// several tracks are asked for.
func (m *Model) give(verb string) []effect.Effect {
	targets := m.pane().Targets(client.MaxNames)
	paths, folders := m.commands.takers(targets, verb)
	if len(paths) == 0 && verb == tracks.Start { // to start a paused track is to resume it
		if paused, _ := m.commands.takers(targets, tracks.Resume); len(paused) > 0 {
			return m.command(paused, tracks.Resume)
		}
	}
	if len(paths) == 0 {
		m.message.say("There is nothing to " + verb + " here.")
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
	m.commands.begin(paths, verb)
	clear(m.pane().Marks)
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
	m.commands.end(msg.Paths, msg.Verb)
	if len(msg.Failed) == 0 {
		m.message.say(fmt.Sprintf("%s %s.", words.Title(done[msg.Verb]), namePaths(msg.Paths)))
		if msg.Verb == tracks.Refresh && msg.Paths[0] == m.catalog.folder {
			m.tracks.ExpireAll() // names, titles and sizes may be others
			return append(m.catalog.relist(), m.catalog.listRoots())
		}
		return nil
	}
	for _, p := range msg.Paths {
		if err := msg.Failed[p]; err != nil {
			m.message.fail(err)
			break
		}
	}
	if more := len(msg.Failed) - 1; more > 0 {
		m.message.text += fmt.Sprintf(" (and %d more)", more)
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

// reply takes a key while a question is asked. Enter, which plays, is no yes: it may have
// been pressed before the question showed.
func (m *Model) reply(key string) []effect.Effect {
	asked := m.ask
	m.ask = nil
	if key == "y" || key == "Y" {
		return asked.yes()
	}
	m.message.say("Nothing was done.")
	return nil
}
