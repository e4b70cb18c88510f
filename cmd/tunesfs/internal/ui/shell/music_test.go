package shell

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestChoosePlayer(t *testing.T) {
	for _, c := range []struct{ own, there, name string }{
		{"vlc --intf dummy", "mpv", "vlc"}, {" ", "mpv xdg-open", "mpv"}, {"", "xdg-open", "xdg-open"}, {"", "open", "open"}, {"", "", ""},
	} {
		player, err := choosePlayer(func(string) string { return c.own }, func(name string) (string, error) {
			if strings.Contains(" "+c.there+" ", " "+name+" ") {
				return name, nil
			}
			return "", os.ErrNotExist
		})
		if player.name != c.name || (c.name == "") != errors.Is(err, errNoPlayer) {
			t.Errorf("%+v: %+v, %v", c, player, err)
		}
	}
}

// A loudspeaker notes which players start and end. Each runs until it is ended.
type loudspeaker struct {
	*music
	started, ended chan int // requests
}

func newLoudspeaker() loudspeaker {
	return loudspeaker{newMusic(func(string) string { return "sh -c 'exec sleep 1000'" }), make(chan int, 9), make(chan int, 9)}
}

func (l loudspeaker) play(t *testing.T, number int) {
	go func() {
		err := l.music.play(number, []string{"a"}, func(playerCommand, int) { l.started <- number })
		if err != nil {
			t.Errorf("player %d: %v", number, err)
		}
		l.ended <- number
	}()
}

// The user's player is run by a shell, with all files.
func TestMusic(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	p := newMusic(func(string) string { return `sh -c 'printf "%s\n" "$0" "$@" >` + out + `'` })
	var reports []string
	report := func(player playerCommand, at int) { reports = append(reports, fmt.Sprint(player.name, at)) }
	p.want(1)
	if err := p.play(1, []string{"a b", "$HOME;c"}, report); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out); string(got) != "a b\n$HOME;c\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if fmt.Sprint(reports) != "[sh0]" {
		t.Errorf("%v", reports)
	}
}

// The player of the last request runs, and no other one beside it or after it.
func TestMusicLast(t *testing.T) {
	l := newLoudspeaker()
	l.want(1)
	l.play(t, 1)
	<-l.started
	l.want(2)
	l.want(3)
	l.play(t, 3) // which is there before the second
	if n := <-l.ended; n != 1 {
		t.Fatalf("%d ended", n)
	}
	if n := <-l.started; n != 3 {
		t.Fatalf("%d plays", n)
	}
	l.play(t, 2)
	l.want(0)
	if a, b := <-l.ended, <-l.ended; a+b != 5 || len(l.started) > 0 {
		t.Errorf("%d and %d ended, %d plays", a, b, len(l.started))
	}
}

// A process that a player leaves behind, with its output open, keeps no later player from
// playing.
func TestMusicLeavesProcess(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip(err)
	}
	pid := filepath.Join(t.TempDir(), "pid")
	t.Cleanup(func() {
		if text, err := os.ReadFile(pid); err == nil {
			n, _ := strconv.Atoi(strings.TrimSpace(string(text)))
			_ = unix.Kill(n, unix.SIGKILL) // it is the sleep
		}
	})
	l := newLoudspeaker()
	l.getenv = func(string) string { return `sh -c 'setsid sh -c "echo \$\$ >` + pid + `; exec sleep 1000" & wait'` }
	l.want(1)
	l.play(t, 1)
	<-l.started
	for late := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if text, err := os.ReadFile(pid); err == nil && len(text) > 1 {
			break
		}
		if time.Now().After(late) {
			t.Fatal("the player leaves no process")
		}
	}
	l.getenv = func(string) string { return "sh -c 'exec sleep 1000'" }
	l.want(2)
	l.play(t, 2)
	select {
	case <-l.started:
	case <-time.After(time.Minute):
		t.Fatal("the second player does not play")
	}
	l.close()
	<-l.ended
	<-l.ended
}

// Nothing plays once the app has ended.
func TestMusicClosed(t *testing.T) {
	l := newLoudspeaker()
	l.want(1)
	l.play(t, 1)
	<-l.started
	l.close()
	<-l.ended
	l.want(2)
	l.play(t, 2)
	<-l.ended
	if len(l.started) > 0 {
		t.Error("it plays")
	}
}

// A file that a program of the desktop opens stays shown as opened, and that program is
// not ended with the app.
func TestOpened(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nread -r line <" + fifo + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil { // #nosec G306 -- it is run
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	p, started, ended := newMusic(func(string) string { return "" }), make(chan string, 1), make(chan error, 1)
	p.want(1)
	go func() {
		ended <- p.play(1, []string{"a"}, func(player playerCommand, _ int) { started <- player.name })
	}()
	if name := <-started; name != "xdg-open" {
		t.Errorf("%s opens it", name)
	}
	p.close()
	if err := os.WriteFile(fifo, []byte("go\n"), 0); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err) // it was killed
	}
}

// A player that fails is named.
func TestMusicFails(t *testing.T) {
	p := newMusic(func(string) string { return "false" })
	p.want(1)
	if err := p.play(1, []string{"a"}, func(playerCommand, int) {}); err == nil || !strings.Contains(err.Error(), "false") {
		t.Error(err)
	}
}

// mpv says which file it plays.
func TestListen(t *testing.T) {
	var files []string
	listen(strings.NewReader("noise\n"+playingMark+"/m/a: b.mp3\n"+strings.Repeat("x", 100_000)), func(file string) {
		files = append(files, file)
	})
	if fmt.Sprint(files) != "[/m/a: b.mp3]" {
		t.Errorf("%q", files)
	}
}
