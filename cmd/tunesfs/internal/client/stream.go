package client

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// FollowCommand is the command of tunesfs that copies the events of a mount, after an
	// empty line. It runs in a process of its own because no signal ends a read that the
	// mount has begun to answer.
	FollowCommand = "follow"

	eventsFile    = ".tunesfs/events"
	downloadsFile = ".tunesfs/downloads"

	// downloadsTimeout is how long the list of all downloads may take.
	downloadsTimeout = 10 * time.Second

	// maxBatch bounds the downloads of one event of kind Changed.
	maxBatch = 500

	// childTimeout is how long the process may take to end by itself, and once killed.
	childTimeout = time.Second
)

// A stream reads the events of a mount.
type stream struct {
	in    *bufio.Reader
	rates *rates
	all   func(ctx context.Context) ([]Download, error) // all that are active
	now   func() time.Time
}

func newStream(in io.Reader, all func(context.Context) ([]Download, error), now func() time.Time) *stream {
	return &stream{in: bufio.NewReaderSize(in, maxLine), rates: newRates(), all: all, now: now}
}

// run sends the events of the stream until it ends, a line is too long, or send returns
// false. After a gap everything is read again. Lines that were on their way then are sent
// too: they are older, and a later line corrects them.
func (s *stream) run(ctx context.Context, send func(Event) bool) {
	for {
		batch, gap, err := s.batch()
		if gap && !send(s.reset(ctx)) {
			return
		}
		if len(batch) > 0 && !send(Event{Kind: Changed, Downloads: batch}) {
			return
		}
		if err != nil {
			return
		}
	}
}

// protectedRun is run, and sends a panic of it as the reason why the mount is not followed.
func (s *stream) protectedRun(ctx context.Context, send func(Event) bool) {
	_, err := recovered(func() (struct{}, error) {
		s.run(ctx, send)
		return struct{}{}, nil
	})
	if err != nil {
		send(Event{Kind: Unfollowed, Err: err})
	}
}

// batch waits for a line, and takes those that have come with it. Lines before a gap are
// left out.
func (s *stream) batch() (batch []Download, gap bool, err error) {
	for len(batch) < maxBatch {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return batch, gap, err
		}
		d, kind := parseLine(line)
		if kind == gapLine {
			batch, gap = nil, true
		} else {
			d.Rate = s.rates.of(d, s.now())
			batch = append(batch, d)
		}
		if !s.hasLine() {
			return batch, gap, nil
		}
	}
	return batch, gap, nil
}

// hasLine reports whether a line can be read without waiting.
func (s *stream) hasLine() bool {
	here, _ := s.in.Peek(s.in.Buffered()) // which is there
	return bytes.IndexByte(here, '\n') >= 0
}

// reset reads all downloads again. Where that fails none is known: the stream tells of
// each after a gap.
func (s *stream) reset(ctx context.Context) Event {
	list, _ := s.all(ctx)
	s.rates.reset()
	for i := range list {
		list[i].Rate = s.rates.of(list[i], s.now())
	}
	return Event{Kind: Reset, Downloads: list}
}

// Downloads returns all downloads that are active. With ErrTooMany they are the first
// MaxNames.
func (m *Mount) Downloads(ctx context.Context) ([]Download, error) {
	ctx, leave := m.until(ctx)
	defer leave()
	type found struct {
		list []Download
		err  error
	}
	all, err := call(ctx, m.attributes, downloadsTimeout, func() (found, error) {
		if err := m.check(); err != nil {
			return found{}, err
		}
		list, err := ReadDownloads(m.dir)
		return found{list, err}, nil
	})
	if err == nil {
		err = all.err
	}
	return all.list, explain(err)
}

// ReadDownloads is Downloads of the mount at dir, for callers that give up by themselves a
// mount that hangs.
func ReadDownloads(dir string) ([]Download, error) {
	file, err := os.Open(filepath.Join(dir, downloadsFile))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readDownloads(file)
}

// readDownloads reads a line for each download. A line that makes no sense is left out.
func readDownloads(in io.Reader) (list []Download, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		d, kind := parseLine(lines.Bytes())
		if kind == gapLine {
			continue
		}
		if len(list) == MaxNames {
			return list, ErrTooMany
		}
		d.Rate = Unknown
		list = append(list, d)
	}
	return list, lines.Err()
}

// CopyEvents copies the events of the mount at dir, after an empty line that says that
// they are open.
func CopyEvents(out io.Writer, dir string) error {
	events, err := os.Open(filepath.Join(dir, eventsFile))
	if err != nil {
		return err
	}
	defer events.Close()
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	_, err = io.Copy(out, events)
	return err
}

// startStream starts a process that reads the events, and sends them until ctx
// ends or the stream does. Then it closes the channel.
func (m *Mount) startStream(ctx context.Context) (<-chan Event, error) {
	cmd := exec.Command(m.program, FollowCommand, m.dir)  // #nosec G204 -- the program that runs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us
	in, err := cmd.StdinPipe()                            // it ends with us
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	events := make(chan Event)
	go func() {
		defer close(events)
		stop := context.AfterFunc(ctx, func() { _ = out.Close() })
		newStream(out, m.Downloads, time.Now).protectedRun(ctx, func(e Event) bool {
			select {
			case events <- e:
				return true
			case <-ctx.Done():
				return false
			}
		})
		stop()
		_ = in.Close() // ends the process
		reap(cmd)
	}()
	return events, nil
}

// reap waits until a process has ended, and kills it if it does not. One that hangs in a
// mount ends with that.
func reap(cmd *exec.Cmd) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // why it ended is to be seen at the mount
	}()
	for range 2 {
		select {
		case <-ended:
			return
		case <-time.After(childTimeout):
			_ = cmd.Process.Kill() // or it has ended
		}
	}
}
