package model

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/effect"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
)

const (
	// maxFiles and maxArguments bound the arguments of a player: the system bounds them too.
	maxFiles     = 1000
	maxArguments = 256 << 10
)

// A player is the program that plays.
type player struct {
	requests int    // how many times one was asked for
	number   int    // of the request that started it; 0 while none runs
	path     string // of the track that plays
	name     string
	opened   bool // nothing is known of its end
	reports  bool // it says which track plays; else path is the first one
}

// begin asks for a player of the track of a path. It takes the place of another.
func (p *player) begin(path string) {
	p.end()
	p.requests++
	p.number, p.path = p.requests, path
}

// end forgets the player.
func (p *player) end() { *p = player{requests: p.requests} }

// text names the player and the track.
func (p player) text() string {
	if p.opened {
		return fmt.Sprintf("Opened %s with %s.", words.Base(p.path), p.name)
	}
	if p.reports {
		return fmt.Sprintf("%s plays %s. S stops it.", p.name, words.Base(p.path))
	}
	return fmt.Sprintf("%s plays from %s on. S stops it.", p.name, words.Base(p.path))
}

// play plays from the row with the cursor to the end of the list.
func (m *Model) play() []effect.Effect {
	r, ok := m.pane().Current()
	if !ok || r.Folder || r.Path == "" {
		return nil
	}
	files, size := []string{r.Path}, 0
	p := m.pane()
	for i := p.Cursor + 1; m.screen == catalogScreen && i < p.Count() && len(files) < maxFiles; i++ {
		next := p.Row(i)
		if next.Folder {
			continue
		}
		if size += len(m.mount.dir) + len(next.Path) + 2; size > maxArguments {
			break
		}
		files = append(files, next.Path)
	}
	now := r.Status(m.tracks)
	m.player.begin(r.Path)
	return []effect.Effect{effect.Play{Number: m.player.number, Files: files, Resume: now.State == tracks.Paused}}
}

// take takes in a message of the player, and says it. Messages of earlier players are left
// out.
func (p *player) take(msg tea.Msg, message *message) {
	switch msg := msg.(type) {
	case effect.Playing:
		if msg.Number != p.number || msg.Number == 0 {
			return
		}
		p.path, p.name, p.opened, p.reports = msg.Path, msg.Player, msg.Opened, msg.Reports
		message.say(p.text())
	case effect.PlayerEnded:
		if msg.Number != p.number || p.opened && msg.Err == nil {
			return
		}
		if message.text == p.text() {
			message.text = "" // it is no longer true
		}
		p.end()
		message.fail(msg.Err)
	}
}

// stops reports whether there is a player that the app can end.
func (p player) stops() bool { return p.number != 0 && !p.opened }

// plays reports whether the track of a path plays.
func (p player) plays(path string) bool { return p.number != 0 && p.path == path }

// stopPlaying ends the player.
func (m *Model) stopPlaying() []effect.Effect {
	m.player.end()
	m.message.say("Stopped playing.")
	return []effect.Effect{effect.StopPlayer{}}
}
