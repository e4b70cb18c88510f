package shell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// playerVariable names the program that plays, with its flags.
const playerVariable = "TUNESFS_PLAYER"

// errNoPlayer says that nothing can play.
var errNoPlayer = errors.New("no player was found; install mpv, or name one in " + playerVariable)

// playingMark begins the lines in which mpv says which file it plays.
const playingMark = "tunesfs-plays:"

// endTime is how long a player may take to end.
const endTime = time.Second

// closed is the number that no request has.
const closed = -1

// music runs one player at a time, which never sees the terminal.
type music struct {
	getenv func(string) string
	slot   chan struct{} // has an element while a player runs

	mu     sync.Mutex // guards the fields below
	wanted int        // the request that may have a player; 0 for none
	end    func()     // ends the player that runs
}

func newMusic(getenv func(string) string) *music {
	return &music{getenv: getenv, slot: make(chan struct{}, 1), end: func() {}}
}

// A playerCommand is how files are played.
type playerCommand struct {
	name    string
	args    []string
	opens   bool // it hands one file to another program, and may return at once
	reports bool // it says which file it plays
}

// choosePlayer returns how to play files.
func choosePlayer(getenv func(string) string, look func(string) (string, error)) (playerCommand, error) {
	if own := strings.TrimSpace(getenv(playerVariable)); own != "" {
		// A shell reads it, as it does $PAGER: it may have flags and quotes.
		name := filepath.Base(strings.Trim(strings.Fields(own)[0], `"'`))
		return playerCommand{name: name, args: []string{"/bin/sh", "-c", own + ` "$@"`, "sh"}}, nil
	}
	if _, err := look("mpv"); err == nil {
		return playerCommand{name: "mpv", reports: true, args: []string{
			"mpv", "--no-video", "--input-terminal=no", "--quiet", "--term-playing-msg=" + playingMark + "${path}", "--",
		}}, nil
	}
	for _, name := range []string{"xdg-open", "open"} {
		if _, err := look(name); err == nil {
			return playerCommand{name: name, args: []string{name}, opens: true}, nil
		}
	}
	return playerCommand{}, errNoPlayer
}

// want says which request may have a player from now on. The player of another one ends.
// want does not wait for that.
func (p *music) want(number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted != closed {
		p.wanted = number
		p.end()
	}
}

// close ends the player, and waits a while until it has ended.
func (p *music) close() {
	p.want(closed)
	select {
	case p.slot <- struct{}{}:
		<-p.slot
	case <-time.After(2 * endTime):
	}
}

// play plays files for a request, unless another one is wanted by now, until they end or
// that is so, which is no error. It reports each file that plays.
func (p *music) play(number int, files []string, report func(player playerCommand, at int)) error {
	player, err := choosePlayer(p.getenv, exec.LookPath)
	if err != nil {
		return err
	}
	if player.opens {
		return p.open(number, player, files[0], report)
	}
	p.slot <- struct{}{} // an earlier player ends first
	defer func() { <-p.slot }()
	cmd, said := newPlayer(player, files...), &lastLine{}
	cmd.Stderr, cmd.WaitDelay = said, endTime // a process that it leaves may hold that open
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("cannot start the player %s", player.name)
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	if started, err := p.start(number, player, cmd, end); !started {
		return err
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		terminate(cmd.Process.Pid, ended)
		_ = out.Close() // or it is closed: a process that it has left may hold it open
	})
	report(player, 0)
	listen(out, func(file string) {
		if i := slices.Index(files, file); player.reports && i > 0 {
			report(player, i)
		}
	})
	err = cmd.Wait()
	close(ended)
	endedItself := stop()
	switch why := said.String(); {
	case !endedItself || err == nil || errors.Is(err, exec.ErrWaitDelay):
		return nil
	case why != "":
		return fmt.Errorf("the player %s failed: %s", player.name, why)
	}
	return fmt.Errorf("the player %s ended with a failure", player.name)
}

// A lastLine keeps the end of a text.
type lastLine struct{ text []byte }

// Write implements io.Writer.
func (l *lastLine) Write(p []byte) (int, error) {
	const most = 500
	l.text = append(l.text, p...)
	l.text = l.text[max(len(l.text)-most, 0):]
	return len(p), nil
}

// String returns the last line that is not empty.
func (l *lastLine) String() string {
	text := strings.TrimSpace(strings.ToValidUTF8(string(l.text), ""))
	return strings.TrimSpace(text[strings.LastIndexAny(text, "\r\n")+1:])
}

// open hands a file to the program of the desktop that plays it. That one is the user's:
// it is not ended.
func (p *music) open(number int, player playerCommand, file string, report func(playerCommand, int)) error {
	cmd := newPlayer(player, file)
	if started, err := p.start(number, player, cmd, func() {}); !started {
		return err
	}
	report(player, 0)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s could not open it", player.name)
	}
	return nil
}

func newPlayer(player playerCommand, files ...string) *exec.Cmd {
	cmd := exec.Command(player.args[0], append(player.args[1:], files...)...) // #nosec G204 -- the user's own player
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}                      // no terminal is its own
	return cmd
}

// start starts a player if its request is still wanted.
func (p *music) start(number int, player playerCommand, cmd *exec.Cmd, end func()) (started bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted != number {
		return false, nil
	}
	if err := cmd.Start(); err != nil {
		return false, fmt.Errorf("cannot start the player %s; is it installed?", player.name)
	}
	p.end = end
	return true, nil
}

// terminate ends the processes of a player, but for those that have left its session.
func terminate(pid int, ended <-chan struct{}) {
	_ = syscall.Kill(-pid, syscall.SIGTERM) // or it has ended
	select {
	case <-ended:
	case <-time.After(endTime):
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}

// listen reads all that a player says, and calls report with the files that it plays.
func listen(out io.Reader, report func(string)) {
	const longest = 64 << 10
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		if _, file, ok := strings.Cut(lines.Text(), playingMark); ok {
			report(file)
		}
	}
	_, _ = io.Copy(io.Discard, out) // the rest, after a line that was too long
}
