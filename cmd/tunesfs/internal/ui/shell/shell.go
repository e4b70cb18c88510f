// Package shell owns all that the app does outside of its own state: it asks the mount,
// gathers its events and runs the player.
//
// The screen must never wait for it. It knows nothing of the screen.
//
// Open shell.go first, which carries out the effects of package effect. feed.go gathers
// events; music.go runs the player.
package shell

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
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
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
	PlaceWithin(ctx context.Context, folder string, list []client.Download) []client.Download
}

// A Shell carries out effects: it alone uses the mount and the player. The screen never
// waits for them.
type Shell struct {
	ctx    context.Context // ends with the app
	mount  Mount
	folder string // in which downloads are looked for; empty for all
	music  *music
	faults chan error // the first panic

	Send func(tea.Msg) // sends the model a message

	verbs sync.WaitGroup // those that were pressed
	given atomic.Int64   // how many of their commands have not ended

	mu      sync.Mutex // guards the fields below
	listing context.CancelFunc
}

// New returns a shell that sends nothing until Send is set. Downloads have their paths in a
// folder, where that shows them. The player is found by variables of the environment.
func New(ctx context.Context, mount Mount, folder string, getenv func(string) string) *Shell {
	return &Shell{ctx: ctx, mount: mount, folder: folder, music: newMusic(getenv), faults: make(chan error, 1)}
}

// Fault receives the first panic.
func (s *Shell) Fault() <-chan error { return s.faults }

// Close ends the player.
func (s *Shell) Close() { s.music.close() }

// Follow sends news of the mount until the app ends.
func (s *Shell) Follow() tea.Msg {
	news := newFeed()
	go s.Protect(func() {
		news.run(s.ctx, func(events []client.Event) {
			for i := range events { // here: the mount may be slow to say it, and how it is must not wait for that
				events[i].Downloads = s.mount.PlaceWithin(s.ctx, s.folder, events[i].Downloads)
			}
			s.Send(effect.Happened{Events: events})
		})
	})
	err := s.mount.Follow(s.ctx, news.add)
	if s.ctx.Err() != nil {
		return nil
	}
	return effect.FollowingEnded{Err: err}
}

// Protect calls do, and has the app end if that panics: the program must not end before
// the terminal is given back.
func (s *Shell) Protect(do func()) {
	defer func() {
		if value := recover(); value != nil {
			select {
			case s.faults <- fmt.Errorf("%v\n%s", value, debug.Stack()):
			default: // the first one says most
			}
		}
	}()
	do()
}

// Protected is Protect for a command of Bubble Tea.
func (s *Shell) Protected(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		s.Protect(func() { msg = cmd() })
		return msg
	}
}

// Command returns the function that carries out an effect. Some of it is done at once.
func (s *Shell) Command(e effect.Effect) tea.Cmd {
	switch e := e.(type) {
	case effect.ListFolder:
		ctx := s.newListing()
		return func() tea.Msg { return s.list(ctx, e) }
	case effect.StopListing:
		s.newListing()
		return nil
	case effect.ListRoots:
		return func() tea.Msg {
			roots, err := s.mount.Searches(s.ctx)
			return effect.RootsListed{Number: e.Number, Roots: roots, Err: err}
		}
	case effect.MakeSearch:
		return func() tea.Msg {
			folder, made, err := s.mount.Search(s.ctx, e.Query)
			return effect.SearchMade{Number: e.Number, Folder: folder, Made: made, Err: err}
		}
	case effect.RemoveSearch:
		return func() tea.Msg { return effect.SearchRemoved{Folder: e.Folder, Err: s.mount.Unsearch(s.ctx, e.Folder)} }
	case effect.ReadFacts:
		return func() tea.Msg { return s.read(e) }
	case effect.Control:
		return s.begin(e)
	case effect.Play:
		s.music.want(e.Number)
		resumed := func() error { return nil }
		if e.Resume {
			resumed = s.mount.Control(e.Files[0], "resume")
		}
		return func() tea.Msg { return s.play(e, resumed) }
	case effect.StopPlayer:
		s.music.want(0)
		return nil
	case effect.Wake:
		return func() tea.Msg { return s.wake(e.After) }
	case effect.Quit:
		return tea.Quit
	}
	return nil
}

// wake sends a tick after a while, unless the app ends before.
func (s *Shell) wake(after time.Duration) tea.Msg {
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
		return effect.Woken{}
	case <-s.ctx.Done():
		return nil
	}
}

// newListing ends the listing that is under way, and returns the context of the next.
func (s *Shell) newListing() context.Context {
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
func (s *Shell) list(ctx context.Context, e effect.ListFolder) tea.Msg {
	err := s.mount.List(ctx, e.Folder, func(batch []client.Entry) { s.Send(effect.Listed{Number: e.Number, Batch: batch}) })
	return effect.ListingEnded{Number: e.Number, Err: err}
}

// read reads facts. When the mount does not answer it stops.
func (s *Shell) read(e effect.ReadFacts) tea.Msg {
	msg := effect.FactsRead{Failed: map[string]error{}, All: e.All, Changes: e.Changes}
	var lost error
	for _, p := range e.Paths {
		if lost != nil {
			msg.Failed[p] = lost
			continue
		}
		read := s.mount.Facts
		if p == e.All {
			read = s.mount.AllFacts
		}
		facts, err := read(s.ctx, p)
		switch {
		case errors.Is(err, client.ErrHung), errors.Is(err, client.ErrGone), errors.Is(err, context.Canceled):
			lost = err
			msg.Failed[p] = err
		case err != nil:
			msg.Failed[p] = err
		default:
			msg.Facts = append(msg.Facts, facts)
		}
	}
	return msg
}

// begin gives paths a command now: the mount carries out commands in the order of the
// calls, and the app may end before it calls the function that is returned.
func (s *Shell) begin(e effect.Control) tea.Cmd {
	waits := make([]func() error, len(e.Paths))
	for i, p := range e.Paths {
		waits[i] = s.mount.Control(p, e.Verb)
	}
	s.given.Add(int64(len(waits)))
	done := make(chan tea.Msg, 1)
	s.verbs.Go(func() {
		defer close(done)
		s.Protect(func() { done <- s.await(e, waits) })
	})
	return func() tea.Msg { return <-done }
}

// doneAtOnce is for how many of the paths of a command the model is told together that it
// was carried out. Rows say until then that it is under way.
const doneAtOnce = 200

// await waits until a command was carried out for each of its paths, and tells the model of
// some hundred paths at a time. It returns the last message.
func (s *Shell) await(e effect.Control, waits []func() error) effect.ControlDone {
	failed, told := map[string]error{}, 0
	for i, wait := range waits {
		if err := wait(); err != nil {
			failed[e.Paths[i]] = err
		}
		s.given.Add(-1)
		if left := len(waits) - i - 1; i+1-told == doneAtOnce && left > 0 {
			s.Send(effect.ControlDone{Paths: e.Paths[told : i+1], Verb: e.Verb, Failed: failed, Total: len(waits), Left: left})
			failed, told = map[string]error{}, i+1
		}
	}
	return effect.ControlDone{Paths: e.Paths[told:], Verb: e.Verb, Failed: failed, Total: len(waits)}
}

// play plays files, once the first one is resumed.
func (s *Shell) play(e effect.Play, resumed func() error) tea.Msg {
	if err := resumed(); err != nil {
		return effect.PlayerEnded{Number: e.Number, Err: err}
	}
	files := make([]string, len(e.Files))
	for i, f := range e.Files {
		files[i] = filepath.Join(s.mount.Dir(), filepath.FromSlash(f))
	}
	err := s.music.play(e.Number, files, func(player playerCommand, at int) {
		s.Send(effect.Playing{Number: e.Number, Path: e.Files[at], Player: player.name, Opened: player.opens, Reports: player.reports})
	})
	return effect.PlayerEnded{Number: e.Number, Err: err}
}

// AwaitVerbs waits a while for the verbs that were pressed, and returns how many of their
// commands have not ended.
func (s *Shell) AwaitVerbs(timeout time.Duration) int {
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
