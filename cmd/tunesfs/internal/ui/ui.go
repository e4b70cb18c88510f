// Package ui owns the terminal app: the screen on which a user searches a mount,
// downloads, pauses, resumes, cancels and plays. It is a client of a mount, and knows
// nothing that another program could not know.
//
// It must never wait for the mount where a key is taken or the screen is drawn, never
// read the attributes of rows that do not show, and never mount or unmount.
//
// Open model.go first: a Model changes by messages and asks for effects, which effects.go
// lists and shell.go does. listing.go, search.go and browse.go are the folder that shows;
// downloads.go, total.go, facts.go and news.go how its tracks stand; verbs.go and play.go
// what is done to them, by the keys of keys.go. view.go draws, with layout.go, body.go,
// row.go, footer.go, help.go and details.go. feed.go gathers events; music.go runs the
// player.
package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

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

// Options are what the app is told.
type Options struct {
	In  *os.File
	Out io.Writer
	Env []string

	Own       bool // the mount ends with the app: nothing can be mounted in its place
	Downloads bool // begin with the downloads
}

// A Result is how the app left the mount.
type Result struct {
	Moving int  // how many downloads go on; -1 if the mount does not say
	Lost   bool // verbs that were pressed may not have been carried out
}

// ErrFailed is an app that broke down.
var ErrFailed = errors.New("the app failed, and gave the terminal back; downloads are as they were")

// An app is the model with the shell around it.
type app struct {
	model *Model
	shell *shell
}

// Init implements tea.Model.
func (a app) Init() tea.Cmd {
	return tea.Batch(a.commands(a.model.start()), a.follow)
}

// Update implements tea.Model.
func (a app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	return a, a.commands(a.model.update(msg))
}

// View implements tea.Model.
func (a app) View() tea.View { return a.model.view() }

func (a app) commands(effects []effect) tea.Cmd {
	cmds := make([]tea.Cmd, 0, len(effects))
	for _, e := range effects {
		if cmd := a.shell.command(e); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	return tea.Batch(cmds...)
}

// follow sends news of the mount until the app ends.
func (a app) follow() tea.Msg {
	news := newFeed()
	go news.run(a.shell.ctx, func(events []client.Event) { a.shell.send(happened{events}) })
	err := a.shell.mount.Follow(a.shell.ctx, news.add)
	if a.shell.ctx.Err() != nil {
		return nil
	}
	return followingEnded{err}
}

// Run shows the mount until the user quits or ctx ends, which is no error. The terminal
// is given back in every case.
func Run(ctx context.Context, mount *client.Mount, opt Options) (Result, error) {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s := &shell{ctx: inner, mount: mount, music: &music{getenv: getenv(opt.Env)}}
	model := newModel(mount.Dir(), mount.Source(), time.Now)
	model.own = opt.Own
	if opt.Downloads {
		model.screen = transfers
	}
	p := tea.NewProgram(app{model, s},
		tea.WithInput(opt.In), tea.WithOutput(opt.Out), tea.WithEnvironment(opt.Env),
		tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler())
	s.send = p.Send
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		p.Quit()
		select {
		case <-ended:
		case <-time.After(quitTimeout): // as of a terminal that takes nothing any more
			p.Kill()
		}
	})
	_, err := p.Run()
	close(ended)
	stop()
	s.music.stop()
	result := Result{Moving: -1, Lost: !s.awaitVerbs(verbsTimeout)}
	if moving, err := countMoving(mount); err == nil {
		result.Moving = moving
	}
	if err != nil && ctx.Err() == nil {
		return result, ErrFailed
	}
	return result, nil
}

// countMoving asks the mount itself how many downloads go on.
func countMoving(mount *client.Mount) (int, error) {
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
