package daemon

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// A child's warnings are passed on until it is ready, has failed or has gone.
func TestAwaitReady(t *testing.T) {
	for said, want := range map[string]string{
		"mounted /m\nwarning a b\nready /m\n":            "<nil>",
		"warning a b\nfailed no such folder\nready /m\n": "no such folder",
		"warning a b\n": errGone.Error(),
	} {
		var warned strings.Builder
		err := awaitReady(strings.NewReader(said), &warned, nil, nil)
		if got := errorText(err); got != want || warned.String() != "tunesfs: warning: a b\n" {
			t.Errorf("%q: %s, after %q", said, got, &warned)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return "<nil>"
	}
	return err.Error()
}

// A signal ends the wait for a child that has mounted and is not ready. The child goes on.
func TestMountIsLeft(t *testing.T) {
	pipe, child := io.Pipe()
	defer child.Close()
	go func() { _, _ = io.WriteString(child, "mounted /m\nwarning a\n") }()
	signals := make(chan os.Signal, 1)
	heard := writerFunc(func() { signals <- os.Interrupt }) // of the warning, after which nothing comes
	if err := awaitReady(pipe, heard, signals, func() { t.Error("the child is ended") }); !errors.Is(err, ErrLeft) {
		t.Errorf("the wait ends with %v", err)
	}
}

// A signal that comes before the child has mounted ends the child, whatever it says then.
func TestChildIsEnded(t *testing.T) {
	for _, last := range []string{"", "mounted /m\nready /m\n", "failed already mounted\n"} {
		pipe, child := io.Pipe()
		signals := make(chan os.Signal, 1)
		signals <- os.Interrupt
		end := func() {
			go func() {
				_, _ = io.WriteString(child, last)
				child.Close()
			}()
		}
		if err := awaitReady(pipe, io.Discard, signals, end); !errors.Is(err, messages.ErrInterrupted) {
			t.Errorf("%q: the wait ends with %v", last, err)
		}
		pipe.Close()
	}
}

// Each further signal goes to the child that is to end, and one that does not end is not
// waited for without end.
func TestChildIsSlowToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe, child := io.Pipe()
		signals, ended := make(chan os.Signal, 2), 0
		signals <- os.Interrupt
		signals <- os.Interrupt
		start := time.Now()
		if err := awaitReady(pipe, io.Discard, signals, func() { ended++ }); !errors.Is(err, messages.ErrInterrupted) || ended != 2 {
			t.Errorf("the child is asked %d times to end, and the wait ends with %v", ended, err)
		}
		if d := time.Since(start); d != endTimeout {
			t.Errorf("the wait takes %v", d)
		}
		child.Close()
	})
}

// A writerFunc is a writer that only tells of each write.
type writerFunc func()

func (f writerFunc) Write(text []byte) (int, error) {
	f()
	return len(text), nil
}
