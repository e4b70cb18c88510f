// Command tunesfs mounts a music catalog on the network as a folder of
// files.
//
// It owns the commands and the process that serves a mount. It must never know the
// protocol of a service, the requests of a download or the kernel's protocol: those
// are behind internal/source, package fetch and package fs.
//
// Open main.go first, then root.go, which lists the commands. A command is a file of
// its name: mount.go, search.go. The commands below cache are in cache.go and the files
// whose names begin so, and those that control downloads share control.go. usage.go
// checks the words of every command. demo.go shows the demo in the app, or prints or takes the
// walk of tour.go.
//
// serve.go is the life of a mount, and point.go finds the folder for it. place.go says where it keeps its files, ready.go
// when it is ready, signals.go when it ends; mountlines.go has its downloads shown. explain.go says what to do about a
// mount that fails; fuseconf.go reads whether root allows --allow-other. helper.go
// is the program under the name mount.tunesfs, for mount(8). ui.go finds the mount for the
// terminal app, and uimount.go makes one, in a folder of ownfolder.go. child.go runs this
// program again, as uimount.go and mountlines.go do. The
// packages below internal hold the parts that several commands share.
//
// A new command is a file of its name and a line of root.go. A new verb for
// downloads begins in package fetch: command.go, state.go, control.go. It needs its
// word in verbs of fs/track_xattr.go, the rows of fs/semantics.md and of the README,
// which tests compare with the code, and a line of newControls in control.go.
//
// # The voice of the command line
//
// Standard output has the result of a command and nothing else. All other messages
// go to standard error, one a line, with the prefix "tunesfs: ", in lower case and
// without a full stop: first the failure, then its cause, then after a semicolon
// the remedy. A secret is never shown, not even one that was typed in the wrong
// place.
//
// # Exit codes
//
//	0    done; for mount: unmounted, by whatever means
//	1    failed, and standard error says why
//	2    used wrongly: no such command or flag, a wrong value or SOURCE, not enough words
//	130  interrupted: a search, the wait for a mount in the background, or a mount by a second
//	     signal before all was put away
//
// Under the name mount.tunesfs the codes are those of mount(8): 1 used
// wrongly, 32 the mount failed.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	// Signals come to the main thread. It must never be in a mount that does not
	// answer, so no other goroutine may run on it.
	runtime.LockOSThread()
	slog.SetLogLoggerLevel(slog.LevelDebug) // what net/http says of servers is for who debugs a mount
	slog.SetDefault(messages.NewLogger(os.Stderr, false, false))
	if filepath.Base(os.Args[0]) == helperName {
		os.Exit(runHelper(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	messages.Report(os.Stderr, err)
	os.Exit(exitCode(err))
}

// run is the whole program but for the process around it. No command writes text of
// others to a terminal as it is.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := newRoot(args)
	root.SetIn(stdin)
	root.SetOut(terminal.NewWriter(stdout))
	root.SetErr(terminal.NewWriter(stderr))
	return root.ExecuteContext(ctx)
}

// errCutShort ends a command that a second signal cut short.
var errCutShort = errors.New("interrupted before everything was put away")

func exitCode(err error) int {
	_, usage := errors.AsType[*messages.UsageError](err)
	switch {
	case err == nil:
		return 0
	case usage, errors.Is(err, source.ErrInvalid):
		return exitUsage
	case errors.Is(err, errCutShort), errors.Is(err, messages.ErrInterrupted):
		return exitInterrupted
	}
	return exitFailed
}
