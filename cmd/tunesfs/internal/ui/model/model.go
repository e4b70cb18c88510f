// Package model owns the state of the app, which keys, clicks and news of the mount change.
//
// It must never wait or do anything else itself: it returns effects, which package shell
// carries out. Nor does it draw: it returns a picture, which package draw draws.
//
// Open model.go first. screens.go changes between catalog.go, the folder that shows, with
// the searches of search.go, and downloads.go; news.go brings their states. verbs.go,
// commands.go and play.go give commands, by the keys of keys.go and the clicks of mouse.go;
// results.go says how commands ended.
// view.go makes the picture. choose.go is a model of its own, for a question before there is
// a mount.
package model

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// tick is how often the app looks at things that change without an event: rates that grow
// old, and the sums of folders.
const tick = time.Second

// A screen is one of the two lists.
type screen int

const (
	catalogScreen screen = iota
	downloadsScreen
)

// A Model is the state of the app. It changes by messages alone, waits for nothing, and
// returns effects for everything that takes time.
type Model struct {
	mount mount
	now   func() time.Time

	width, height int
	screen        screen
	overlay       overlay
	field         field
	ask           *question
	message       message

	tracks    *tracks.Table
	catalog   *catalog
	downloads *downloadList
	commands  *commands
	player    player

	awaited    given // the last command of a folder that the downloads do not agree with yet
	refreshing int   // the listing that ends a refresh

	click    click
	reading  bool // facts are being read
	ticking  bool
	quitting bool
}

// Options are the settings of newModel.
type Options struct {
	Dir, Source string // of the mount
	Own         bool   // the mount ends with the app
	Downloads   bool   // the downloads show first
	Folder      string // whose downloads are listed; empty for all
	Now         func() time.Time
}

// New returns a model that has not begun.
func New(opt Options) *Model {
	m := &Model{
		mount: mount{dir: opt.Dir, source: opt.Source, own: opt.Own, health: client.Alive}, now: opt.Now, width: 80, height: 24,
		field: newField(), tracks: tracks.NewTable(opt.Folder),
	}
	m.catalog, m.downloads, m.commands = newCatalog(m.tracks.Rank, opt.Now), newDownloadList(m.tracks), newCommands(m.tracks)
	if opt.Downloads {
		m.screen = downloadsScreen
	}
	m.fit()
	return m
}

// Start returns the first effects.
func (m *Model) Start() []effect.Effect {
	first := m.screen
	effects := append(m.open("", ""), m.catalog.listRoots())
	m.screen = first
	return effects
}

// Update takes in a message, and returns effects.
func (m *Model) Update(msg tea.Msg) []effect.Effect {
	effects := m.take(msg)
	m.commands.offer(m.pane().Targets(manyMarks))
	if m.quitting {
		return effects
	}
	effects = append(effects, m.readVisible()...)
	return append(effects, m.keepTicking()...)
}

// take takes in a message of the terminal or of the shell.
func (m *Model) take(msg tea.Msg) []effect.Effect {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.fit()
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore { // as Bubble Tea takes it
			cells.UseClusters(msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet)
		}
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		m.edit(msg)
	case tea.MouseClickMsg:
		return m.clicked(tea.Mouse(msg))
	case tea.MouseWheelMsg:
		m.wheeled(tea.Mouse(msg))
	default:
		return m.takeNews(msg)
	}
	return nil
}

// takeNews takes in a message of the shell.
func (m *Model) takeNews(msg tea.Msg) []effect.Effect {
	switch msg := msg.(type) {
	case effect.Woken:
		m.wake()
	case effect.Happened:
		return m.happen(msg.Events)
	case effect.FollowingEnded:
		m.message.fail(msg.Err)
	case effect.FactsRead:
		m.reading = false
		m.tracks.Learn(msg)
		m.downloads.settle()
	case effect.ControlDone:
		return m.controlled(msg)
	case effect.Playing, effect.PlayerEnded:
		m.player.take(msg, &m.message)
	case effect.SearchMade:
		if msg.Number == m.catalog.number && msg.Err != nil {
			m.message.fail(fmt.Errorf("%s: %w", m.catalog.title, msg.Err))
		}
		return m.catalog.take(msg)
	case effect.SearchRemoved:
		m.message.say("Removed " + msg.Folder + ".")
		m.message.fail(msg.Err)
		return m.catalog.take(msg)
	case effect.ListingEnded:
		m.refreshed(msg)
		return m.catalog.take(msg)
	default:
		return m.catalog.take(msg)
	}
	return nil
}

// keepTicking asks for a tick only while something moves.
func (m *Model) keepTicking() []effect.Effect {
	if m.ticking || m.mount.health != client.Alive || !m.moves() {
		return nil
	}
	m.ticking = true
	return []effect.Effect{effect.Wake{After: tick}}
}

// moves reports whether anything on the screen changes by itself.
func (m *Model) moves() bool {
	return m.tracks.Total().Moving() > 0 || m.tracks.Aging(m.pane().Visible()) || m.waitsForRows()
}

// waitsForRows reports whether the screen says how long a folder takes.
func (m *Model) waitsForRows() bool {
	return m.screen == catalogScreen && m.catalog.loading && m.catalog.Count() == 0
}

// wake takes in a tick.
func (m *Model) wake() {
	m.ticking = false
	m.tracks.Tick(m.now(), m.pane().Visible())
	if m.screen == downloadsScreen {
		m.downloads.tick()
	}
}
