package ui

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// A shell does what the model asks for: it alone touches the mount and the player. Each
// effect is done beside the screen, which never waits.
type shell struct {
	ctx   context.Context // ends with the app
	mount *client.Mount
	music *music
	send  func(tea.Msg)

	verbs sync.WaitGroup // those that were pressed

	mu      sync.Mutex // guards what follows
	listing context.CancelFunc
}

// command returns what does an effect.
func (s *shell) command(e effect) tea.Cmd {
	switch e := e.(type) {
	case listFolder:
		ctx := s.newListing()
		return func() tea.Msg { return s.list(ctx, e) }
	case stopListing:
		s.newListing()
		return nil
	case listRoots:
		return func() tea.Msg {
			roots, err := s.mount.Searches(s.ctx)
			return rootsListed{e.number, roots, err}
		}
	case makeSearch:
		return func() tea.Msg {
			folder, err := s.mount.Search(s.ctx, e.query)
			return searchMade{e.number, folder, err}
		}
	case removeSearch:
		return func() tea.Msg { return searchRemoved{e.folder, s.mount.Unsearch(s.ctx, e.folder)} }
	case readFacts:
		return func() tea.Msg { return s.read(e) }
	case control:
		return s.begin(e)
	case play:
		return func() tea.Msg { return s.play(e) }
	case stopPlayer:
		return func() tea.Msg { s.music.stop(); return nil }
	case wake:
		return tea.Tick(e.after, func(time.Time) tea.Msg { return woken{} })
	case quit:
		return tea.Quit
	}
	return nil
}

// newListing ends the listing that is under way, and returns the context of the next.
func (s *shell) newListing() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listing != nil {
		s.listing()
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.listing = cancel
	return ctx
}

// list lists a folder, and sends the entries as they come.
func (s *shell) list(ctx context.Context, e listFolder) tea.Msg {
	err := s.mount.List(ctx, e.folder, func(batch []client.Entry) { s.send(listed{e.number, batch}) })
	return listingEnded{e.number, err}
}

// read reads facts. Of a mount that does not answer, it asks nothing more.
func (s *shell) read(e readFacts) tea.Msg {
	msg := factsRead{failed: map[string]error{}, changes: e.changes}
	var lost error
	for _, p := range e.paths {
		if lost != nil {
			msg.failed[p] = lost
			continue
		}
		facts, err := s.mount.AllFacts(s.ctx, p)
		switch {
		case errors.Is(err, client.ErrHung), errors.Is(err, client.ErrGone), errors.Is(err, context.Canceled):
			lost = err
			msg.failed[p] = err
		case err != nil:
			msg.failed[p] = err
		default:
			msg.facts = append(msg.facts, facts)
		}
	}
	return msg
}

// begin gives the command now: the app may end before it runs what is returned.
func (s *shell) begin(e control) tea.Cmd {
	done := make(chan tea.Msg, 1)
	s.verbs.Go(func() { done <- s.control(e) })
	return func() tea.Msg { return <-done }
}

// control gives paths a command, some at a time: the mount takes them in their order.
func (s *shell) control(e control) tea.Msg {
	const atOnce = 200
	msg := controlDone{paths: e.paths, verb: e.verb, failed: map[string]error{}}
	var waits []func() error
	first := 0
	await := func() {
		if err := waits[first](); err != nil {
			msg.failed[e.paths[first]] = err
		}
		first++
	}
	for _, p := range e.paths {
		if len(waits)-first >= atOnce {
			await()
		}
		waits = append(waits, s.mount.Control(p, e.verb))
	}
	for first < len(waits) {
		await()
	}
	return msg
}

// play starts the player, once a paused track goes on.
func (s *shell) play(e play) tea.Msg {
	if e.resume {
		if err := s.mount.Control(e.files[0], resume)(); err != nil {
			return playerEnded{e.number, err}
		}
	}
	files := make([]string, len(e.files))
	for i, f := range e.files {
		files[i] = filepath.Join(s.mount.Dir(), filepath.FromSlash(f))
	}
	err := s.music.play(files, func(player string, at int) {
		s.send(playing{e.number, e.files[at], player})
	})
	return playerEnded{e.number, err}
}

// awaitVerbs waits a while for the verbs that were pressed, and reports whether all were
// carried out.
func (s *shell) awaitVerbs(timeout time.Duration) bool {
	carried := make(chan struct{})
	go func() {
		s.verbs.Wait()
		close(carried)
	}()
	select {
	case <-carried:
		return true
	case <-time.After(timeout):
		return false
	}
}
