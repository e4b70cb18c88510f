package ui

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// PlayerVariable names the program that plays, with its flags.
const PlayerVariable = "TUNESFS_PLAYER"

// errNoPlayer says that nothing can play.
var errNoPlayer = errors.New("no player was found; install mpv, or name one in " + PlayerVariable)

// playingMark begins the lines in which mpv says which file it plays.
const playingMark = "tunesfs-plays:"

// endTime is how long a player may take to end.
const endTime = time.Second

// music runs one player at a time, which never sees the terminal.
type music struct {
	getenv func(string) string

	mu   sync.Mutex // guards what follows
	run  *exec.Cmd
	done chan struct{} // closed when run has ended
}

// A playerCommand is how files are played.
type playerCommand struct {
	name  string
	args  []string
	one   bool // it takes one file, and returns before that is played
	tells bool // it says which file it plays
}

// choose returns how to play files.
func choose(getenv func(string) string, look func(string) (string, error)) (playerCommand, error) {
	if own := strings.TrimSpace(getenv(PlayerVariable)); own != "" {
		// A shell reads it, as it does $PAGER: it may have flags and quotes.
		return playerCommand{name: strings.Fields(own)[0], args: []string{"/bin/sh", "-c", own + ` "$@"`, "sh"}}, nil
	}
	if _, err := look("mpv"); err == nil {
		return playerCommand{name: "mpv", tells: true, args: []string{
			"mpv", "--no-video", "--input-terminal=no", "--quiet", "--term-playing-msg=" + playingMark + "${path}", "--",
		}}, nil
	}
	for _, name := range []string{"xdg-open", "open"} {
		if _, err := look(name); err == nil {
			return playerCommand{name: name, args: []string{name}, one: true}, nil
		}
	}
	return playerCommand{}, errNoPlayer
}

// play plays files until they end or stop is called, which is no error. It calls told
// with the file that plays.
func (p *music) play(files []string, told func(player string, at int)) error {
	p.stop()
	how, err := choose(p.getenv, exec.LookPath)
	if err != nil {
		return err
	}
	if how.one {
		files = files[:1]
	}
	cmd := exec.Command(how.args[0], append(how.args[1:], files...)...) // #nosec G204 -- the user's own player
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}                // no terminal is its own
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("cannot start the player %s", how.name)
	}
	p.mu.Lock()
	if err := cmd.Start(); err != nil {
		p.mu.Unlock()
		return fmt.Errorf("cannot start the player %s; is it installed?", how.name)
	}
	done := make(chan struct{})
	p.run, p.done = cmd, done
	p.mu.Unlock()
	defer close(done)
	told(how.name, 0)
	listen(out, func(file string) {
		if i := slices.Index(files, file); how.tells && i > 0 {
			told(how.name, i)
		}
	})
	err = cmd.Wait()
	p.mu.Lock()
	stopped := p.run != cmd
	if !stopped {
		p.run = nil
	}
	p.mu.Unlock()
	if err != nil && !stopped {
		return fmt.Errorf("the player %s ended with a failure", how.name)
	}
	return nil
}

// listen reads all that a player says, and calls told with the files that it plays.
func listen(out io.Reader, told func(string)) {
	const longest = 64 << 10
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		if _, file, ok := strings.Cut(lines.Text(), playingMark); ok {
			told(file)
		}
	}
	_, _ = io.Copy(io.Discard, out) // a line that was too long, and what is behind it
}

// stop ends the player, and what it has started.
func (p *music) stop() {
	p.mu.Lock()
	cmd, done := p.run, p.done
	p.run = nil
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		_ = syscall.Kill(-cmd.Process.Pid, sig) // or it has ended
		select {
		case <-done:
			return
		case <-time.After(endTime):
		}
	}
}
