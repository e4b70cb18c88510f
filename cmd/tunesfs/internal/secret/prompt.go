package secret

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// askSecret asks whoever sits at a terminal, which does not show what is typed.
// Called off, it leaves the terminal as it was.
func askSecret(stdin io.Reader, stderr io.Writer, s source.Source) (string, error) {
	fd := int(stdin.(*os.File).Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	fmt.Fprintf(stderr, "%spassword for %s: ", messages.Prefix, s.Bare())
	defer fmt.Fprintln(stderr)
	typed, failed := make(chan []byte, 1), make(chan error, 1)
	go func() { // ends with its line or, called off, with the process
		if line, err := term.ReadPassword(fd); err != nil {
			failed <- err
		} else {
			typed <- line
		}
	}()
	select {
	case line := <-typed:
		return oneSecret(line, "what was typed")
	case err := <-failed:
		return "", err
	case <-ctx.Done():
		_ = term.Restore(fd, before) // the terminal may be gone
		return "", messages.ErrInterrupted
	}
}
