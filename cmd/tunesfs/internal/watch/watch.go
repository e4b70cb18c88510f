package watch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

// A watch shows the downloads of some mounts as they change, until interrupted
// or until all of them are unmounted. On a terminal each picture takes the place
// of the last; elsewhere each change is a line.
type watch struct {
	View
	updates chan func() error // what was heard, to be taken in by the watch
	mounts  []*followed
}

// Watch shows the downloads until all their mounts are unmounted or a signal comes.
func (s View) Watch(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, unix.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends it also where nobody takes what it writes
	w := &watch{View: s, updates: make(chan func() error, 256)}
	dirs, err := s.mounts()
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		m, err := w.follow(ctx, dir)
		if err != nil {
			return err
		}
		w.mounts = append(w.mounts, m)
	}
	return w.run(ctx)
}

// run takes in updates. What has come while a picture was drawn is in the next.
func (w *watch) run(ctx context.Context) error {
	for w.going() {
		if err := w.draw(); err != nil {
			return err
		}
		select {
		case update := <-w.updates:
			if err := w.takeIn(ctx, update); err != nil {
				return err
			}
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return w.end()
}

// takeIn takes in an update, and those that wait behind it.
func (w *watch) takeIn(ctx context.Context, update func() error) error {
	for ctx.Err() == nil {
		if err := update(); err != nil {
			return err
		}
		select {
		case update = <-w.updates:
		default:
			return nil
		}
	}
	return nil
}

// going reports whether any mount is still followed.
func (w *watch) going() bool {
	for _, m := range w.mounts {
		if !m.ended {
			return true
		}
	}
	return false
}

// end reports what has not been said on a terminal, where pictures say it.
func (w *watch) end() (err error) {
	for _, m := range w.mounts {
		if m.wrong == nil {
			continue
		}
		if w.Width > 0 {
			messages.Report(w.Errs, m.wrong)
		}
		err = messages.ErrReported
	}
	return err
}

// draw writes a picture in one piece, so that it does not flicker. What is wrong
// now is part of it.
func (w *watch) draw() error {
	if w.Width == 0 {
		return nil
	}
	var picture bytes.Buffer
	columns, rows := TerminalSize(w.Out) // which may change
	s := w.View
	s.Out, s.Width = &picture, columns
	for _, m := range w.mounts {
		if m.wrong != nil {
			messages.Report(&picture, m.wrong)
		}
		if err := s.write(m.list()); err != nil {
			return err
		}
	}
	const clear = "\x1b[H\x1b[J" // ECMA-48: cursor home, erase to the end
	_, err := io.WriteString(terminal.Underlying(w.Out), clear+terminal.Visible(string(fit(picture.Bytes(), rows))))
	return err
}

// heard takes in a line of a mount.
func (w *watch) heard(m *followed, line []byte) error {
	m.heard, m.wrong = true, nil
	if m.pending {
		if err := w.lookAt(m); err != nil {
			return err
		}
	}
	if len(line) == 0 {
		return nil
	}
	d, err := m.take(line)
	if err != nil || d == nil || w.Width > 0 {
		return err
	}
	return w.write([]download{*d})
}

// silent takes in that a mount had time enough to answer.
func (w *watch) silent(m *followed) error {
	if !m.heard && !m.ended && m.wrong == nil {
		w.blame(m, fmt.Errorf("%s %w", mounted.Name(m.dir), mounted.ErrNoAnswer))
	}
	return nil
}

// over takes in that a stream has ended, and why unless it was unmounted.
func (w *watch) over(m *followed, err error) error {
	m.ended = true
	if _, still := mounted.At(m.dir); still {
		w.blame(m, err)
	}
	return nil
}

// blame notes what is wrong with a mount, and says it where no picture does.
func (w *watch) blame(m *followed, err error) {
	m.wrong = err
	if w.Width == 0 {
		messages.Report(w.Errs, err)
	}
}

// TerminalSize returns the columns and rows of the terminal that w is, or 0 if it
// is none.
func TerminalSize(w io.Writer) (columns, rows int) {
	file, ok := terminal.Underlying(w).(*os.File)
	if !ok {
		return 0, 0
	}
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0
	}
	return int(size.Col), int(size.Row)
}
