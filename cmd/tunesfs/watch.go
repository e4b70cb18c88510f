package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// redrawEvery is how long --watch shows one picture.
const redrawEvery = 500 * time.Millisecond

// watch shows the downloads over and over until interrupted. On a terminal
// each picture takes the place of the last.
func (s status) watch(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, unix.SIGTERM)
	defer stop()
	redraw := time.NewTicker(redrawEvery)
	defer redraw.Stop()
	for {
		if err := s.draw(); err != nil {
			return err
		}
		select {
		case <-redraw.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// draw writes one picture in one piece, so that it does not flicker. What is
// wrong now is part of it: mounts come and go while one watches.
func (s status) draw() error {
	var picture bytes.Buffer
	if s.width > 0 {
		picture.WriteString("\x1b[H\x1b[J") // ECMA-48: cursor home, erase to the end
	}
	s.errs = &picture
	if err := s.show(&picture); err != nil && !errors.Is(err, errSaid) {
		return err
	}
	_, err := s.out.Write(picture.Bytes())
	return err
}

// terminalWidth returns the columns of the terminal that w is, or 0 if it is
// none.
func terminalWidth(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok {
		return 0
	}
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
