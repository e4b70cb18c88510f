package model

import (
	"fmt"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

// manyTracks is how many tracks are started without a question.
const manyTracks = 300

// give gives the targets that it would change a command. Commands that drop bytes of
// several tracks are asked for.
func (m *Model) give(verb string) []effect.Effect {
	targets := m.pane().Targets(client.MaxNames)
	paths, folders := m.commands.takers(targets, verb)
	if len(paths) == 0 && verb == tracks.Start { // to start a paused track is to resume it
		if paused, _ := m.commands.takers(targets, tracks.Resume); len(paused) > 0 {
			verb, paths = tracks.Resume, paused
		}
	}
	switch {
	case len(paths) == 0:
		m.message.say("There is nothing to " + verb + " here.")
		return nil
	case m.allMarked():
		paths, folders = []string{m.catalog.folder}, true
	}
	if verb != tracks.Cancel && verb != tracks.Evict || len(paths) == 1 && !folders {
		return m.begin(paths, verb)
	}
	rows := words.Counted(len(paths), "row")
	if len(paths) == 1 {
		rows = allOfText(paths[0])
	}
	m.ask = &question{
		text: fmt.Sprintf("%s %s? Bytes that are here are dropped.", words.Title(verb), rows),
		yes:  func() []effect.Effect { return m.command(paths, verb) },
	}
	return nil
}

// allMarked reports whether one command for the folder is as good as one for each marked
// row. One for the root would reach tracks that no folder shows.
func (m *Model) allMarked() bool {
	c, marks := m.catalog, len(m.pane().Marks)
	return m.screen == catalogScreen && c.isWhole() && marks > 1 && marks == len(c.Entries) && (c.folder != "" || marks > manyMarks)
}

// begin is command, but asks before it starts many tracks.
func (m *Model) begin(paths []string, verb string) []effect.Effect {
	n := 0
	if verb == tracks.Start {
		n = m.countIdle(paths)
	}
	if n <= manyTracks {
		return m.command(paths, verb)
	}
	rows := words.Counted(len(paths), "row")
	if len(paths) == 1 {
		rows = allOfText(paths[0])
	}
	m.ask = &question{
		text: fmt.Sprintf("Download %s? That starts %d tracks.", rows, n),
		yes:  func() []effect.Effect { return m.command(paths, verb) },
	}
	return nil
}

// countIdle returns how many tracks a command would start, if the app knows.
func (m *Model) countIdle(paths []string) (n int) {
	for _, p := range paths {
		switch s := m.tracks.Status(p, "", true); {
		case p == m.catalog.folder && m.catalog.title == "":
			for r := range m.catalog.All() {
				n += m.countRow(r.Path, r.Folder)
			}
		case s.Facts.Folder:
			n += s.IdleTracks()
		default:
			n++
		}
	}
	return n
}

// countRow returns how many tracks of a row may be started.
func (m *Model) countRow(path string, folder bool) int {
	switch s := m.tracks.Status(path, "", folder); {
	case folder:
		return s.IdleTracks()
	case s.Takes(tracks.Start):
		return 1
	}
	return 0
}

// command gives paths a command, and shows at once that it is under way. The marks have had
// their use.
func (m *Model) command(paths []string, verb string) []effect.Effect {
	clear(m.pane().Marks)
	return m.control(paths, verb)
}

// control gives paths a command. Rows show that it is under way; of a folder that has no
// row, the message line does.
func (m *Model) control(paths []string, verb string) []effect.Effect {
	m.commands.begin(paths, verb)
	if len(paths) == 1 && m.isFolder(paths[0]) {
		m.message.say(underWay(paths[0], verb))
	}
	return []effect.Effect{effect.Control{Paths: paths, Verb: verb}}
}

// underWay says that a command of a folder is not carried out yet.
func underWay(folder, verb string) string {
	return fmt.Sprintf("%s %s…", words.Title(doing[verb]), words.Base(folder))
}

// isFolder reports whether a path is that of a folder.
func (m *Model) isFolder(path string) bool {
	return path == "" || path == m.catalog.folder || m.catalog.hasRoot(path) || m.tracks.Status(path, "", true).Facts.Folder
}

// startFolder downloads the folder that shows.
func (m *Model) startFolder() []effect.Effect {
	if m.catalog.isWhole() && len(m.catalog.Entries) == 0 {
		m.message.say("There is nothing to start here.")
		return nil
	}
	if n := m.countIdle([]string{m.catalog.folder}); n > manyTracks {
		return m.begin([]string{m.catalog.folder}, tracks.Start)
	}
	return m.control([]string{m.catalog.folder}, tracks.Start)
}

// refresh asks the catalog for the folder that shows again.
func (m *Model) refresh() []effect.Effect {
	return m.control([]string{m.catalog.folder}, tracks.Refresh)
}

// commandAll gives the whole mount, or the folder whose downloads are listed, a command.
func (m *Model) commandAll(verb string) []effect.Effect {
	folder := m.tracks.Folder()
	if verb != tracks.Cancel {
		return m.control([]string{folder}, verb)
	}
	where := "of this mount"
	if folder != "" {
		where = "in " + folder
	}
	m.ask = &question{
		text: fmt.Sprintf("Cancel all downloads %s? Bytes that are here are dropped, but for complete tracks.", where),
		yes:  func() []effect.Effect { return m.control([]string{folder}, verb) },
	}
	return nil
}

// allOfText names all tracks of a folder.
func allOfText(folder string) string {
	if folder == "" {
		return "all of this mount"
	}
	return "all of " + words.Base(folder)
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
