// Package ui owns the terminal app: the screen on which a user searches a mount,
// downloads, pauses, resumes, cancels and plays. It is a client of a mount, and knows
// nothing that another program could not know.
//
// It must never mount or unmount, never wait for the mount where a key is taken or the
// screen is drawn, and read the attributes only of rows that show and of downloads that
// ended unseen.
//
// Open ui.go first: it runs package model, which asks for the effects of package effect,
// beside package shell, which carries them out; aligned.go writes to the terminal, and
// hangup.go watches it. Package tracks has the states of tracks, package panes the lists,
// and package draw draws.
package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/model"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/shell"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

const (
	// framesPerSecond is how often it is looked whether the screen must be written. That
	// costs a little even when nothing has changed. A key shows after a tenth of a second
	// at most, which users take for at once.
	framesPerSecond = 10

	// verbsTimeout is how long the verbs that were pressed may take at the end.
	verbsTimeout = 2 * time.Second

	// quitTimeout is how long the app may take to end when it is told to.
	quitTimeout = 3 * time.Second
)

// Options are the settings of Run.
type Options struct {
	In  *os.File
	Out io.Writer
	Env []string

	Own       bool   // the mount ends with the app: nothing can be mounted in its place
	Downloads bool   // begin with the downloads
	Folder    string // whose downloads are listed, or a track; empty for all
}

// A Result is how the app left the mount.
type Result struct {
	Moving int // how many downloads go on; -1 if the mount does not say
	Lost   int // how many commands may not have been carried out
}

var (
	// ErrFailed is an app that broke down.
	ErrFailed = errors.New("the app failed, and gave the terminal back; downloads are as they were")

	// ErrStalled is a terminal that takes nothing any more. The caller must write nothing
	// to it: that would wait for ever.
	ErrStalled = errors.New("the terminal takes nothing")
)

// An app is the model with the shell around it.
type app struct {
	model *model.Model
	shell *shell.Shell
}

// Init implements tea.Model.
func (a app) Init() tea.Cmd {
	return tea.Batch(a.commands(a.model.Start), a.shell.Protected(a.shell.Follow))
}

// Update implements tea.Model.
func (a app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return a, a.commands(func() []effect.Effect { return a.model.Update(msg) })
}

// View implements tea.Model.
func (a app) View() (view tea.View) {
	a.shell.Protect(func() { view = a.model.View() })
	return view
}

// commands returns the function that carries out effects.
func (a app) commands(effects func() []effect.Effect) tea.Cmd {
	var cmds []tea.Cmd
	a.shell.Protect(func() {
		for _, e := range effects() {
			cmds = append(cmds, a.shell.Protected(a.shell.Command(e)))
		}
	})
	return tea.Batch(cmds...)
}

// Run shows the mount until the user quits or ctx ends, which is no error. The terminal
// is given back in every case.
func Run(ctx context.Context, mount shell.Mount, opt Options) (Result, error) {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s := shell.New(inner, mount, opt.Folder, getenv(opt.Env))
	m := model.New(model.Options{
		Dir: mount.Dir(), Source: mount.Source(), Own: opt.Own, Downloads: opt.Downloads, Folder: opt.Folder, Now: time.Now,
	})
	p := newProgram(app{m, s}, opt)
	s.Send = p.Send
	err := runProgram(ctx, p, opt.In, s.Fault())
	s.Close()
	result := Result{Moving: -1, Lost: s.AwaitVerbs(verbsTimeout)}
	if errors.Is(err, ErrStalled) {
		return result, err // the caller has nothing to say
	}
	if moving, countErr := countMoving(mount); countErr == nil {
		result.Moving = moving
	}
	return result, err
}

// Choose asks the user for one of items, and returns which it is, or -1 if none.
func Choose(ctx context.Context, items []string, opt Options) (int, error) {
	c := model.NewChooser(items)
	if err := runProgram(ctx, newProgram(c, opt), opt.In, nil); err != nil {
		return -1, err
	}
	return c.Chosen, nil
}

func newProgram(model tea.Model, opt Options) *tea.Program {
	out := opt.Out
	if file, ok := out.(*os.File); ok {
		out = aligned{file}
	}
	return tea.NewProgram(model, tea.WithInput(opt.In), tea.WithOutput(out), tea.WithEnvironment(opt.Env),
		tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler())
}

// runProgram runs a program until it ends, ctx ends or a fault comes, and gives the
// terminal back. A terminal that takes nothing holds the program for ever, in Quit as well
// as in a frame: then it is left.
func runProgram(ctx context.Context, p *tea.Program, in *os.File, fault <-chan error) error {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("%w: its input is no terminal", ErrFailed)
	}
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	defer onHangup(in, leave)()
	ended := make(chan struct{})
	var ran error
	go func() {
		defer close(ended)
		_, ran = p.Run()
	}()
	select {
	case <-ended:
		err = ran
	case err = <-fault:
	case <-ctx.Done():
	}
	go p.Quit()
	select {
	case <-ended:
	case <-time.After(quitTimeout):
		_ = term.Restore(int(in.Fd()), before) // there is nothing else to try
		return ErrStalled
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return nil
}

// countMoving asks the mount itself how many downloads go on.
func countMoving(mount shell.Mount) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), verbsTimeout)
	defer cancel()
	list, err := mount.Downloads(ctx)
	n := 0
	for _, d := range list {
		if d.State == tracks.Downloading || d.State == tracks.Queued {
			n++
		}
	}
	return n, err
}

// getenv looks a variable up in an environment.
func getenv(env []string) func(string) string {
	return func(name string) string {
		value, _ := tea.EnvMsg(env).LookupEnv(name)
		return value
	}
}
