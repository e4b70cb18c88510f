package model

import (
	"errors"
	"fmt"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// controlled takes in the result of a command. The rows show their states again, and the
// message line the first error.
func (m *Model) controlled(msg effect.ControlDone) []effect.Effect {
	m.commands.forgive(msg.Failed, msg.Verb)
	m.commands.end(msg.Paths, msg.Verb)
	if len(msg.Failed) == 0 {
		return m.succeeded(msg)
	}
	for _, p := range msg.Paths {
		if err := msg.Failed[p]; err != nil {
			m.message.fail(err)
			if errors.Is(err, client.ErrHung) { // the mount has it all the same
				m.message.text += "; it may still carry that out"
			}
			break
		}
	}
	if more := len(msg.Failed) - 1; more > 0 {
		m.message.text += fmt.Sprintf(" (and %d more)", more)
	}
	return nil
}

// succeeded takes in the success of a command.
func (m *Model) succeeded(msg effect.ControlDone) []effect.Effect {
	if msg.Left > 0 {
		return nil
	}
	first := msg.Paths[0]
	if msg.Verb == tracks.Refresh && first == m.catalog.folder && m.catalog.title == "" {
		m.tracks.ExpireAll() // names, titles and sizes may be others
		effects := append(m.catalog.relist(), m.catalog.listRoots())
		m.message.say(underWay(first, msg.Verb))
		m.refreshing = m.catalog.number
		return effects
	}
	m.message.say(doneText(msg))
	if len(msg.Paths) == 1 && m.isFolder(first) && !m.agrees(first, msg.Verb) {
		m.message.say(underWay(first, msg.Verb))
		m.awaited = given{first, msg.Verb}
	}
	return nil
}

func doneText(msg effect.ControlDone) string {
	return fmt.Sprintf("%s %s.", words.Title(done[msg.Verb]), namePaths(msg))
}

// refreshed takes in the end of a listing: a folder is refreshed once it could be listed.
func (m *Model) refreshed(msg effect.ListingEnded) {
	if msg.Number != m.refreshing || m.message.text != underWay(m.catalog.folder, tracks.Refresh) {
		return
	}
	if m.message.text = ""; msg.Err == nil {
		m.message.say(doneText(effect.ControlDone{Paths: []string{m.catalog.folder}, Verb: tracks.Refresh}))
	}
}

// given is a command of a path.
type given struct{ path, verb string }

// agrees reports whether the downloads of a folder are as a command has them: the mount
// carries that out in the background.
func (m *Model) agrees(folder, verb string) bool {
	switch verb {
	case tracks.Pause:
		return m.tracks.TotalIn(folder).Moving() == 0
	case tracks.Cancel:
		return m.tracks.TotalIn(folder).Unfinished() == 0
	}
	return true
}

// agree says that a command of a folder is carried out once the downloads agree.
func (m *Model) agree() {
	a := m.awaited
	if a.verb == "" || m.message.text != underWay(a.path, a.verb) {
		m.awaited = given{}
		return
	}
	if m.agrees(a.path, a.verb) {
		m.awaited = given{}
		m.message.say(doneText(effect.ControlDone{Paths: []string{a.path}, Verb: a.verb}))
	}
}

func namePaths(msg effect.ControlDone) string {
	if n := max(msg.Total, len(msg.Paths)); n != 1 {
		return words.Counted(n, "row")
	}
	return words.Base(msg.Paths[0])
}
