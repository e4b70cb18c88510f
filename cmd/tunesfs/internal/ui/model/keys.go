package model

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// manyMarks is how many marked rows are looked at to find the commands that they take.
const manyMarks = 200

// A binding gives a key its meaning. The help lists all bindings, and the footer those with
// a hint that do something now.
type binding struct {
	keys    []string // as Bubble Tea names them; the first one is shown
	name    string   // on the screen, if it differs
	hint    string   // in the footer; empty for none
	help    string
	applies func(*Model) bool // whether the key means this now; nil for always
	do      func(*Model) []effect.Effect

	changes func(*Model) bool // whether it would change anything now; nil for always

	otherwise string // what to say where it does not apply
	alone     bool   // it does something while the mount is gone, too
}

// bindings returns all keys of the lists, in the order of the footer.
func bindings() []binding { return slices.Concat(rowBindings(), listBindings(), moveBindings()) }

func rowBindings() []binding {
	return []binding{
		{keys: []string{"d"}, hint: "download", help: "download the row, a whole folder, or what is marked",
			applies: hasRow, changes: taking(tracks.Start), do: giving(tracks.Start)},
		{keys: []string{"space"}, name: "␣", hint: "pause", help: "pause, or resume",
			applies: toggling(tracks.Pause), do: giving(tracks.Pause)},
		{keys: []string{"space"}, name: "␣", hint: "resume",
			applies: toggling(tracks.Resume), do: giving(tracks.Resume)},
		{keys: []string{"space"}, applies: hasRow, do: giving(tracks.Pause)},
		{keys: []string{"x"}, hint: "cancel", help: "cancel, and drop the bytes that are here",
			applies: hasRow, changes: taking(tracks.Cancel), do: giving(tracks.Cancel)},
		{keys: []string{"enter"}, name: "⏎", hint: "open", help: "open a folder",
			applies: onFolder, do: (*Model).enter},
		{keys: []string{"enter"}, name: "⏎", hint: "play", help: "play from here to the end of the folder, and resume a paused track",
			applies: onTrack, do: (*Model).enter},
		{keys: []string{"e"}, hint: "evict", help: "drop the bytes of tracks that are not used",
			applies: hasRow, changes: taking(tracks.Evict), do: giving(tracks.Evict)},
		{keys: []string{"v"}, hint: "mark", help: "mark a row; a marks all or none, and commands are for what is marked",
			applies: hasRow, do: plain(func(m *Model) { m.pane().Mark(); m.overlay.top = 0 })},
		{keys: []string{"a"}, hint: "", do: plain(func(m *Model) { m.pane().MarkAll() }), applies: hasRow},
	}
}

func listBindings() []binding {
	return []binding{
		{keys: []string{"/"}, hint: "search", help: "search the catalog; Esc calls it off",
			do: plain(func(m *Model) { m.beginEdit(editQuery, "") })},
		{keys: []string{"S"}, hint: "stop", help: "stop the player",
			applies: func(m *Model) bool { return m.player.stops() }, do: (*Model).stopPlaying,
			otherwise: "The app plays nothing.", alone: true},
		{keys: []string{"tab"}, name: "⇥", hint: "downloads", help: "show the downloads, or the catalog again",
			applies: browsing, do: showing(downloadsScreen), alone: true},
		{keys: []string{"tab", "shift+tab"}, name: "⇥", hint: "catalog",
			applies: func(m *Model) bool { return !browsing(m) }, do: showing(catalogScreen), alone: true},
		{keys: []string{"i"}, hint: "details", help: "all that is known of a row, and what to do; J and K scroll it",
			applies: hasRow, do: plain(func(m *Model) { m.overlay.toggle(detailsOverlay) }), alone: true},
		{keys: []string{"J"}, do: plain(func(m *Model) { m.scrollOverlay(1) }), alone: true},
		{keys: []string{"K"}, do: plain(func(m *Model) { m.scrollOverlay(-1) }), alone: true},
		{keys: []string{"f"}, hint: "filter", help: "show the names alone that have some words; Esc ends that",
			applies: browsing, changes: hasEntries, do: plain(func(m *Model) { m.beginEdit(editFilter, m.catalog.Filter) }),
			otherwise: "Only a folder of the catalog can be filtered."},
		{keys: []string{"s"}, hint: "sort", help: "sort by the catalog, by name or by state",
			changes: hasEntries, do: plain((*Model).resort)},
		{keys: []string{"r"}, hint: "refresh", help: "ask the catalog for this folder again",
			applies: inFolder, do: (*Model).refresh, otherwise: "Only a folder of the catalog that shows can be refreshed."},
		{keys: []string{"P"}, help: "pause all downloads of the mount, or of 'status -w FOLDER'", do: allOf(tracks.Pause)},
		{keys: []string{"R"}, help: "resume all of them", do: allOf(tracks.Resume)},
		{keys: []string{"X"}, help: "cancel all of them", do: allOf(tracks.Cancel)},
		{keys: []string{"D"}, help: "download all of this folder", applies: inFolder, do: (*Model).startFolder,
			otherwise: "D downloads a folder of the catalog, which does not show now."},
		{keys: []string{"U"}, help: "remove a search", applies: onRoot, do: (*Model).askUnsearch,
			otherwise: "U removes the search that the cursor is on, in the list of all searches."},
	}
}

func moveBindings() []binding {
	move := func(to func(m *Model, cursor, page int) int) func(*Model) []effect.Effect {
		return func(m *Model) []effect.Effect {
			p := m.pane()
			m.moveTo(to(m, p.Cursor, max(p.Height-1, 1)))
			return nil
		}
	}
	moves := []binding{
		{keys: []string{"up", "k"}, name: "↑ ↓", help: "move; also j and k, PgUp and PgDn, Home and End",
			do: move(func(_ *Model, at, _ int) int { return at - 1 })},
		{keys: []string{"down", "j"}, do: move(func(_ *Model, at, _ int) int { return at + 1 })},
		{keys: []string{"pgup", "ctrl+b"}, do: move(func(_ *Model, at, page int) int { return at - page })},
		{keys: []string{"pgdown", "ctrl+f"}, do: move(func(_ *Model, at, page int) int { return at + page })},
		{keys: []string{"home", "g"}, do: move(func(*Model, int, int) int { return 0 })},
		{keys: []string{"end", "G"}, do: move(func(m *Model, _, _ int) int { return m.pane().Count() - 1 })},
	}
	for i := range moves {
		moves[i].alone = true
	}
	return append(moves, []binding{
		{keys: []string{"right", "l"}, name: "← →", help: "leave a folder, open one; also h and l, Backspace",
			applies: onFolder, do: (*Model).enter},
		{keys: []string{"left", "h", "backspace"}, do: (*Model).leave},
		{keys: []string{"["}, name: "[ ]", help: "the search before, or after, the present one",
			do: func(m *Model) []effect.Effect { return m.openRoot(-1) }},
		{keys: []string{"]"}, do: func(m *Model) []effect.Effect { return m.openRoot(+1) }},
		{keys: []string{"esc"}, help: "call a search off, end a filter, marks, help or details", do: (*Model).escape, alone: true},
		{keys: []string{"?"}, hint: "help", help: "this help", do: plain(func(m *Model) { m.overlay.toggle(helpOverlay) }), alone: true},
		{keys: []string{"q", "ctrl+c"}, hint: "quit", help: "quit; downloads of a mount that was there before go on",
			do: (*Model).quit, alone: true},
	}...)
}

func onFolder(m *Model) bool { r, ok := m.pane().Current(); return ok && r.Folder }
func onTrack(m *Model) bool  { r, ok := m.pane().Current(); return ok && !r.Folder && r.Path != "" }
func hasRow(m *Model) bool   { r, ok := m.pane().Current(); return ok && r.Path != "" }
func browsing(m *Model) bool { return m.screen == catalogScreen }

// inFolder reports whether a folder of the catalog shows: a search that is being made has
// none yet.
func inFolder(m *Model) bool { return browsing(m) && m.catalog.title == "" }

// hasEntries reports whether there are rows to sort or to filter.
func hasEntries(m *Model) bool {
	return m.pane().Count() > 0 || browsing(m) && len(m.catalog.Entries) > 0
}

// needsMount reports whether a key does nothing as the mount is gone, which shows.
func (m *Model) needsMount(b binding) bool { return m.mount.health == client.Gone && !b.alone }

// onRoot reports whether the cursor is on a folder of the root, which may be a search.
func onRoot(m *Model) bool { return m.screen == catalogScreen && m.catalog.folder == "" && onFolder(m) }

// taking reports whether a command would change anything.
func taking(verb string) func(*Model) bool {
	return func(m *Model) bool {
		return m.commands.offers[verb] || len(m.pane().Marks) > manyMarks
	}
}

// toggling reports whether the key for pause and resume means a command.
func toggling(verb string) func(*Model) bool {
	return func(m *Model) bool { return m.commands.toggle() == verb }
}

func giving(verb string) func(*Model) []effect.Effect {
	return func(m *Model) []effect.Effect { return m.give(verb) }
}

func allOf(verb string) func(*Model) []effect.Effect {
	return func(m *Model) []effect.Effect { return m.commandAll(verb) }
}

func showing(s screen) func(*Model) []effect.Effect {
	return func(m *Model) []effect.Effect { return m.show(s) }
}

// plain is for a function without effects.
func plain(do func(*Model)) func(*Model) []effect.Effect {
	return func(m *Model) []effect.Effect {
		do(m)
		return nil
	}
}

// press takes a key.
func (m *Model) press(key tea.KeyPressMsg) []effect.Effect {
	name := key.String()
	if name == "ctrl+c" {
		return m.quit()
	}
	m.message.text = ""
	switch {
	case m.ask != nil:
		return m.reply(name)
	case m.field.editing != editNothing:
		return m.editKey(key)
	}
	return m.pressed(name)
}

// pressed calls the function of a key in a list.
func (m *Model) pressed(name string) []effect.Effect {
	if m.covers() && m.overlayKey(name) {
		return nil
	}
	for _, b := range bindings() {
		switch {
		case !slices.Contains(b.keys, name):
		case m.needsMount(b):
			return nil
		case b.applies == nil || b.applies(m):
			return b.do(m)
		case b.otherwise != "":
			m.message.say(b.otherwise)
		}
	}
	return nil
}

// enter opens a folder or plays a track.
func (m *Model) enter() []effect.Effect {
	r, ok := m.pane().Current()
	switch {
	case !ok || m.mount.health == client.Gone: // a click
		return nil
	case r.Folder:
		return m.open(r.Path, "")
	}
	return m.play()
}

// escape ends the innermost thing that can be ended.
func (m *Model) escape() []effect.Effect {
	marks := m.pane().Marks
	switch {
	case m.overlay.kind != noOverlay:
		m.overlay.kind = noOverlay
	case m.screen == downloadsScreen && len(marks) == 0:
		return m.show(catalogScreen)
	case m.screen == catalogScreen && m.catalog.search != nil:
		return m.callOff()
	case len(marks) > 0:
		clear(marks)
	case m.catalog.Filter != "":
		m.catalog.SetFilter("")
	case m.catalog.folder != "":
		m.message.say("There is nothing to end. ← goes back.")
	}
	return nil
}

// openRoot opens the folder of the root that is so many behind the present one.
func (m *Model) openRoot(by int) []effect.Effect {
	folder, ok := m.catalog.rootAfter(by)
	if !ok {
		m.message.say(fmt.Sprintf("There is no search %s this one.", map[int]string{-1: "before", +1: "after"}[by]))
		return nil
	}
	return m.open(folder, "")
}

// resort changes to the next order.
func (m *Model) resort() {
	if m.screen == downloadsScreen {
		m.downloads.keepCursor(m.tracks.Arrange)
		m.message.say("Sorted by state.")
		return
	}
	m.catalog.Resort()
	m.message.say("Sorted: " + m.catalog.Sort.String() + ".")
}

// quit ends the app.
func (m *Model) quit() []effect.Effect {
	m.quitting = true
	return []effect.Effect{effect.Quit{}}
}
