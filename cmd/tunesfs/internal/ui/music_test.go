package ui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestChoose(t *testing.T) {
	for _, c := range []struct{ own, there, name string }{
		{"vlc --intf dummy", "mpv", "vlc"}, {" ", "mpv xdg-open", "mpv"}, {"", "xdg-open", "xdg-open"}, {"", "open", "open"}, {"", "", ""},
	} {
		how, err := choose(func(string) string { return c.own }, func(name string) (string, error) {
			if strings.Contains(" "+c.there+" ", " "+name+" ") {
				return name, nil
			}
			return "", os.ErrNotExist
		})
		if how.name != c.name || (c.name == "") != errors.Is(err, errNoPlayer) {
			t.Errorf("%+v: %+v, %v", c, how, err)
		}
	}
}

// The user's player is run by a shell, with all files, and ends when it is stopped.
func TestMusic(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	p := &music{getenv: func(string) string {
		return `sh -c 'printf "%s\n" "$0" "$@" >` + out + `; test "$0" != wait || exec sleep 1000'`
	}}
	var told []string
	tell := func(player string, at int) { told = append(told, fmt.Sprint(player, at)) }
	if err := p.play([]string{"a b", "$HOME;c"}, tell); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out); string(got) != "a b\n$HOME;c\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if fmt.Sprint(told) != "[sh0]" {
		t.Errorf("%v", told)
	}
	ended := make(chan error)
	started := make(chan struct{})
	go func() { ended <- p.play([]string{"wait"}, func(string, int) { close(started) }) }()
	<-started
	p.stop()
	if err := <-ended; err != nil {
		t.Errorf("a player that is stopped: %v", err)
	}
	p.stop()
}

func TestMusicFails(t *testing.T) {
	p := &music{getenv: func(string) string { return "false" }}
	if err := p.play([]string{"a"}, func(string, int) {}); err == nil || !strings.Contains(err.Error(), "false") {
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
