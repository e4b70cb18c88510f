package ui

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// A Mount is a mount as the app sees it: a *client.Mount.
type Mount interface {
	Dir() string
	Source() string
	Searches(ctx context.Context) ([]client.Entry, error)
	Search(ctx context.Context, query string) (folder string, made bool, err error)
	Unsearch(ctx context.Context, folder string) error
	List(ctx context.Context, folder string, take func([]client.Entry)) error
	Facts(ctx context.Context, path string) (client.Facts, error)
	AllFacts(ctx context.Context, path string) (client.Facts, error)
	Control(path, verb string) (wait func() error)
	Downloads(ctx context.Context) ([]client.Download, error)
	Follow(ctx context.Context, take func(client.Event)) error
}

// A shell carries out effects: it alone uses the mount and the player. The screen never
// waits for them.
type shell struct {
	ctx   context.Context // ends with the app
	mount Mount
	music *music
	send  func(tea.Msg)
	fault chan error // the first panic

	verbs sync.WaitGroup // those that were pressed
	given atomic.Int64   // how many of their commands have not ended

	mu      sync.Mutex // guards the fields below
	listing context.CancelFunc
}

// newShell returns a shell that sends nothing yet.
func newShell(ctx context.Context, mount Mount, music *music) *shell {
	return &shell{ctx: ctx, mount: mount, music: music, fault: make(chan error, 1)}
}

// protect calls do, and has the app end if that panics: the program must not end before
// the terminal is given back.
func (s *shell) protect(do func()) {
	defer func() {
		if value := recover(); value != nil {
			select {
			case s.fault <- fmt.Errorf("%v\n%s", value, debug.Stack()):
			default: // the first one says most
			}
		}
	}()
	do()
}

// protected is protect for a command of Bubble Tea.
func (s *shell) protected(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		s.protect(func() { msg = cmd() })
		return msg
	}
}

// command returns the function that carries out an effect. Some of it is done at once.
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
			folder, made, err := s.mount.Search(s.ctx, e.query)
			return searchMade{e.number, folder, made, err}
		}
	case removeSearch:
		return func() tea.Msg { return searchRemoved{e.folder, s.mount.Unsearch(s.ctx, e.folder)} }
	case readFacts:
		return func() tea.Msg { return s.read(e) }
	case control:
		return s.begin(e)
	case play:
		s.music.want(e.number)
		resumed := func() error { return nil }
		if e.resume {
			resumed = s.mount.Control(e.files[0], resume)
		}
		return func() tea.Msg { return s.play(e, resumed) }
	case stopPlayer:
		s.music.want(0)
		return nil
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

// read reads facts. When the mount does not answer it stops.
func (s *shell) read(e readFacts) tea.Msg {
	msg := factsRead{failed: map[string]error{}, all: e.all, changes: e.changes}
	var lost error
	for _, p := range e.paths {
		if lost != nil {
			msg.failed[p] = lost
			continue
		}
		read := s.mount.Facts
		if p == e.all {
			read = s.mount.AllFacts
		}
		facts, err := read(s.ctx, p)
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

// begin gives paths a command now: the mount carries out commands in the order of the
// calls, and the app may end before it calls the function that is returned.
func (s *shell) begin(e control) tea.Cmd {
	waits := make([]func() error, len(e.paths))
	for i, p := range e.paths {
		waits[i] = s.mount.Control(p, e.verb)
	}
	s.given.Add(int64(len(waits)))
	done := make(chan tea.Msg, 1)
	s.verbs.Go(func() {
		defer close(done)
		s.protect(func() {
			msg := controlDone{paths: e.paths, verb: e.verb, failed: map[string]error{}}
			for i, wait := range waits {
				if err := wait(); err != nil {
					msg.failed[e.paths[i]] = err
				}
				s.given.Add(-1)
			}
			done <- msg
		})
	})
	return func() tea.Msg { return <-done }
}

// play plays files, once the first one is resumed.
func (s *shell) play(e play, resumed func() error) tea.Msg {
	if err := resumed(); err != nil {
		return playerEnded{e.number, err}
	}
	files := make([]string, len(e.files))
	for i, f := range e.files {
		files[i] = filepath.Join(s.mount.Dir(), filepath.FromSlash(f))
	}
	err := s.music.play(e.number, files, func(player playerCommand, at int) {
		s.send(playing{e.number, e.files[at], player.name, player.opens})
	})
	return playerEnded{e.number, err}
}

// awaitVerbs waits a while for the verbs that were pressed, and returns how many of their
// commands have not ended.
func (s *shell) awaitVerbs(timeout time.Duration) int {
	ended := make(chan struct{})
	go func() {
		s.verbs.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(timeout):
	}
	return int(s.given.Load())
}
