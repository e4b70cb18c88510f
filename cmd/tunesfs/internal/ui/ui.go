// Package ui owns the terminal app: the screen on which a user searches a mount,
// downloads, pauses, resumes, cancels and plays. It is a client of a mount, and knows
// nothing that another program could not know.
//
// It must never wait for the mount where a key is taken or the screen is drawn, never
// read the attributes of rows that do not show, except of downloads that ended unseen, and
// never mount or unmount.
//
// Open model.go first: a Model changes by messages and asks for effects, which effects.go
// lists and shell.go does. listing.go, search.go and browse.go are the folder that shows;
// downloads.go, total.go, facts.go and news.go have the states of its tracks; verbs.go and
// play.go give commands, by the keys of keys.go. view.go draws, with body.go, row.go,
// footer.go, overlay.go and details.go. feed.go gathers events; music.go runs the player.
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

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

const (
	// framesPerSecond bounds how often the screen is written. Each costs a little even
	// when nothing has changed.
	framesPerSecond = 20

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
	model *Model
	shell *shell
}

// Init implements tea.Model.
func (a app) Init() tea.Cmd {
	return tea.Batch(a.commands(a.model.start), a.shell.protected(a.follow))
}

// Update implements tea.Model.
func (a app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return a, a.commands(func() []effect { return a.model.update(msg) })
}

// View implements tea.Model.
func (a app) View() (view tea.View) {
	a.shell.protect(func() { view = a.model.view() })
	return view
}

// commands returns the function that carries out effects.
func (a app) commands(effects func() []effect) tea.Cmd {
	var cmds []tea.Cmd
	a.shell.protect(func() {
		for _, e := range effects() {
			cmds = append(cmds, a.shell.protected(a.shell.command(e)))
		}
	})
	return tea.Batch(cmds...)
}

// follow sends news of the mount until the app ends.
func (a app) follow() tea.Msg {
	news := newFeed()
	go a.shell.protect(func() {
		news.run(a.shell.ctx, func(events []client.Event) { a.shell.send(happened{events}) })
	})
	err := a.shell.mount.Follow(a.shell.ctx, news.add)
	if a.shell.ctx.Err() != nil {
		return nil
	}
	return followingEnded{err}
}

// Run shows the mount until the user quits or ctx ends, which is no error. The terminal
// is given back in every case.
func Run(ctx context.Context, mount Mount, opt Options) (Result, error) {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	before, err := term.GetState(int(opt.In.Fd()))
	if err != nil {
		return Result{Moving: -1}, fmt.Errorf("%w: its input is no terminal", ErrFailed)
	}
	s := newShell(inner, mount, newMusic(getenv(opt.Env)))
	p := tea.NewProgram(app{newModel(mount.Dir(), mount.Source(), time.Now), s},
		tea.WithInput(opt.In), tea.WithOutput(opt.Out), tea.WithEnvironment(opt.Env),
		tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler())
	s.send = p.Send
	ended := make(chan error, 1)
	go func() {
		_, err := p.Run()
		ended <- err
	}()
	select {
	case err = <-ended:
	case err = <-s.fault:
	case <-ctx.Done():
	}
	stalled := !awaitEnd(p)
	s.music.close()
	result := Result{Moving: -1, Lost: s.awaitVerbs(verbsTimeout)}
	if stalled {
		_ = term.Restore(int(opt.In.Fd()), before) // there is nothing else to try
		return result, ErrStalled
	}
	if moving, err := countMoving(mount); err == nil {
		result.Moving = moving
	}
	if err != nil {
		return result, fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return result, nil
}

// awaitEnd ends the program, and reports whether the terminal is given back. It is not
// where the terminal takes nothing any more: then the program waits for it for ever, in
// Quit as well as in a frame.
func awaitEnd(p *tea.Program) bool {
	ended := make(chan struct{})
	go func() {
		p.Quit()
		p.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return true
	case <-time.After(quitTimeout):
		return false
	}
}

// countMoving asks the mount itself how many downloads go on.
func countMoving(mount Mount) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), verbsTimeout)
	defer cancel()
	list, err := mount.Downloads(ctx)
	n := 0
	for _, d := range list {
		if d.State == downloading || d.State == queued {
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
