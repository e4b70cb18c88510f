package ui

import (
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// tick is how long a look at what changes by itself lasts: the time that is left, and
// the sums of folders.
const tick = time.Second

// A screen is one of the two lists.
type screen int

const (
	browse screen = iota
	transfers
)

// An overlay is what lies over the list.
type overlay int

const (
	noOverlay overlay = iota
	helpOverlay
	detailsOverlay
)

// A Model is all that the app knows. It changes by messages alone, waits for nothing, and
// asks for what is to be done by effects.
type Model struct {
	dir, source   string
	own           bool // the mount ends with the app
	now           func() time.Time
	width, height int
	styles        styles

	screen  screen
	overlay overlay
	ask     *question
	helpTop int // the first line of the help that shows

	list       *listing
	roots      []client.Entry // the folders in the root
	rootsKnown bool
	places     map[string]string // of folders that were left: the path of the cursor
	requests   int               // the number of the last request
	rootsAsked int               // the number of the last request for the roots

	input   textinput.Model
	editing editing
	search  *search
	off     map[int]bool // searches that were called off before they were made

	downloads *downloads
	transfers pane
	facts     *factCache
	reading   bool              // facts are being read
	pending   map[string]string // the verbs that were pressed and not carried out, by path

	player   player
	click    click
	ticking  bool
	message  string
	wrong    bool // the message is of a failure
	health   client.Kind
	trouble  error // of the health
	quitting bool
}

// A pane is a list of downloads with its cursor.
type pane struct {
	scroll
	marks map[string]bool
}

// newModel returns the model of the mount of a source at dir.
func newModel(dir, source string, now func() time.Time) *Model {
	m := &Model{
		dir: dir, source: source, now: now, width: 80, height: 24, styles: newStyles(),
		places: map[string]string{}, off: map[int]bool{}, pending: map[string]string{},
		downloads: newDownloads(), facts: newFactCache(), transfers: pane{marks: map[string]bool{}},
		health: client.Alive, input: textinput.New(),
	}
	m.input.Prompt = ""
	m.input.SetVirtualCursor(false) // a cursor that is drawn would blink for ever
	m.list = newListing(0, "")
	return m
}

// start returns the first effects.
func (m *Model) start() []effect {
	first := m.screen
	effects := append(m.open("", ""), m.listRoots())
	m.screen = first
	return effects
}

// update takes in a message, and returns what is to be done.
func (m *Model) update(msg tea.Msg) []effect {
	effects := m.take(msg)
	if m.quitting {
		return effects
	}
	effects = append(effects, m.readVisible()...)
	return append(effects, m.keepTicking()...)
}

func (m *Model) take(msg tea.Msg) []effect {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.fit()
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		m.edit(msg)
	case tea.MouseClickMsg:
		return m.clicked(tea.Mouse(msg))
	case tea.MouseWheelMsg:
		m.wheeled(tea.Mouse(msg))
	case woken:
		m.wake()
	case happened:
		return m.happen(msg.events)
	case followingEnded:
		m.fail(msg.err)
	case factsRead:
		m.learn(msg)
	case controlDone:
		return m.controlled(msg)
	case playing, playerEnded:
		m.playerTold(msg)
	default:
		return m.takeListing(msg)
	}
	return nil
}

// takeListing is take for the messages of listings and searches.
func (m *Model) takeListing(msg tea.Msg) []effect {
	switch msg := msg.(type) {
	case listed:
		if msg.number == m.list.number {
			m.list.add(msg.batch, m.rowsHeight())
		}
	case listingEnded:
		m.listingEnded(msg)
	case rootsListed:
		m.rootsListed(msg)
	case searchMade:
		return m.searchMade(msg)
	case searchRemoved:
		return m.searchRemoved(msg)
	}
	return nil
}

// request returns the number of a new request: what comes of older ones is not shown.
func (m *Model) request() int {
	m.requests++
	return m.requests
}

// say shows a message until the next key.
func (m *Model) say(text string) { m.message, m.wrong = text, false }

// fail shows why something did not work.
func (m *Model) fail(err error) {
	if err != nil {
		m.message, m.wrong = err.Error(), true
	}
}

// keepTicking asks for a tick if anything moves. When nothing does, none comes.
func (m *Model) keepTicking() []effect {
	if m.ticking || m.health != client.Alive || m.downloads.total.moving() == 0 && !m.agingVisible() {
		return nil
	}
	m.ticking = true
	return []effect{wake{tick}}
}

// wake takes in a tick. Whoever looks at the top of the downloads sees those that move.
func (m *Model) wake() {
	m.ticking = false
	if m.screen == transfers && m.transfers.cursor == 0 && len(m.transfers.marks) == 0 {
		m.downloads.arrange()
	}
	for _, r := range m.visible() {
		if k := m.facts.get(r.path); k != nil && k.age == aging {
			k.age = expired
		}
	}
}
