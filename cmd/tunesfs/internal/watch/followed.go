package watch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/fetch"
)

// A followed mount is what a watch knows of it.
type followed struct {
	dir     string
	only    string              // the id of the one track to show; empty for all that is under way
	known   map[string]download // by id
	wrong   error
	ended   bool
	heard   bool
	pending bool // what was named may be a track: the mount did not say
}

// follow starts to listen to the mount at dir.
func (w *watch) follow(ctx context.Context, dir string) (*followed, error) {
	m := &followed{dir: dir, known: map[string]download{}}
	if err := w.lookAt(m); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, FollowCommand, dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us
	time.AfterFunc(mounted.AnswerTimeout, func() {
		w.updates <- func() error { return w.silent(m) }
	})
	return m, w.listen(ctx, cmd, m)
}

// lookAt has the watch show one track if one was named, as it is now.
func (w *watch) lookAt(m *followed) error {
	if w.Path == "" {
		return nil
	}
	track, err := w.askTrack(m.dir)
	m.pending = errors.Is(err, mounted.ErrNoAnswer)
	switch {
	case errors.Is(err, errNoTrack):
		return nil
	case m.pending:
		w.blame(m, err)
		return nil
	case err != nil:
		return err
	}
	m.only, m.known[track.ID] = track.ID, track
	if w.Width > 0 {
		return nil
	}
	return w.write([]download{track})
}

// listen starts cmd, which ends with ctx, and passes on what it prints.
func (w *watch) listen(ctx context.Context, cmd *exec.Cmd, m *followed) error {
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if _, err := cmd.StdinPipe(); err != nil { // it ends with us
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			line := bytes.Clone(lines.Bytes())
			w.updates <- func() error { return w.heard(m, line) }
		}
		err := cmd.Wait()
		if ctx.Err() != nil {
			return // it was we who ended it
		}
		if said, ok := strings.CutPrefix(strings.TrimSpace(complaint.String()), messages.Prefix); ok {
			err = errors.New(said)
		}
		w.updates <- func() error { return w.over(m, err) }
	}()
	return nil
}

// take takes in a line of the stream, and returns the download that it tells of
// if that is to be shown.
func (m *followed) take(line []byte) (*download, error) {
	e := eventLine{download: download{Mount: m.dir}}
	if err := parseLine(m.dir, line, &e); err != nil {
		return nil, err
	}
	over := e.State == fetch.Idle.String() || e.State == fetch.Complete.String()
	switch {
	case e.Lost && m.only == "":
		clear(m.known)
		return nil, nil
	case e.Lost, m.only != "" && m.only != e.ID:
		return nil, nil
	case over && m.only == "":
		delete(m.known, e.ID)
	default:
		m.known[e.ID] = e.download
	}
	return &e.download, nil
}

// list returns what is to be shown, by id as .tunesfs/downloads does.
func (m *followed) list() (list []download) {
	for _, id := range slices.Sorted(maps.Keys(m.known)) {
		list = append(list, m.known[id])
	}
	return list
}
