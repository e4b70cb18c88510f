package daemon

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// A child's warnings are passed on until it is ready, has failed or has gone.
func TestAwaitReady(t *testing.T) {
	for said, want := range map[string]string{
		"warning a b\nready /m\n":                        "<nil>",
		"warning a b\nfailed no such folder\nready /m\n": "no such folder",
		"warning a b\n":                                  errGone.Error(),
	} {
		var warned strings.Builder
		err := awaitReady(strings.NewReader(said), &warned, nil)
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

// A signal ends the wait for a child that says nothing.
func TestAwaitIsInterrupted(t *testing.T) {
	pipe, child := io.Pipe()
	defer child.Close()
	signals := make(chan os.Signal, 1)
	signals <- os.Interrupt
	if err := awaitReady(pipe, io.Discard, signals); !errors.Is(err, ErrInterrupted) {
		t.Errorf("the wait ends with %v", err)
	}
}
