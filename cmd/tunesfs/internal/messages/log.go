package messages

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tunesfs/tunesfs/internal/owned"
	"github.com/tunesfs/tunesfs/internal/plain"
	"github.com/tunesfs/tunesfs/internal/terminal"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// NewLogger returns the log of a mount: with times into a file, in the
// program's voice where somebody watches.
func NewLogger(w io.Writer, toFile, debug bool) *slog.Logger {
	level := slog.LevelWarn
	switch {
	case debug:
		level = slog.LevelDebug
	case toFile:
		level = slog.LevelInfo
	}
	if toFile {
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(&handler{level: level, w: w, mu: new(sync.Mutex)})
}

// LogPath returns the log file of a daemon: the one named, or that of the source in
// the user's state folder.
func LogPath(named, source string, getenv func(string) string) string {
	if named != "" {
		return named
	}
	return filepath.Join(xdg.State(getenv, "/var/log"), source+".log")
}

// OpenLog opens the file that LogPath returns. A folder, file or link that another user
// can change is refused, and so is what is no file but /dev/null and a terminal.
func OpenLog(named, source string, getenv func(string) string) (*os.File, error) {
	path := LogPath(named, source, getenv)
	var err error
	if named == "" {
		if err = owned.Folder(filepath.Dir(path)); err == nil { // before anything is made on the way there
			err = os.MkdirAll(filepath.Dir(path), 0o700)
		}
		if err == nil {
			err = owned.Folder(filepath.Dir(path))
		}
	}
	var file *os.File
	if err == nil {
		file, err = openLog(path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot log: %w; name a file with --log", err)
	}
	return file, nil
}

// A handler is a slog.Handler that writes as the command line speaks.
type handler struct {
	level slog.Level
	attrs string // of WithAttrs, written out
	mu    *sync.Mutex
	w     io.Writer // guarded by mu
}

// Enabled implements slog.Handler.
func (v *handler) Enabled(_ context.Context, level slog.Level) bool { return level >= v.level }

// Handle implements slog.Handler.
func (v *handler) Handle(_ context.Context, r slog.Record) error {
	var line strings.Builder
	line.WriteString(Prefix)
	if r.Level >= slog.LevelWarn && r.Level < slog.LevelError {
		line.WriteString("warning: ")
	}
	line.WriteString(r.Message + v.attrs)
	r.Attrs(func(a slog.Attr) bool {
		line.WriteString(attrText(a))
		return true
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	_, err := fmt.Fprintln(v.w, terminal.Line(line.String()))
	return err
}

func attrText(a slog.Attr) string {
	value := a.Value.Resolve().String()
	if err, ok := a.Value.Any().(error); ok {
		value = plain.Text(err)
	}
	if a.Key == "error" || a.Key == "err" {
		return ": " + value
	}
	return " " + a.Key + "=" + value
}

// WithAttrs implements slog.Handler.
func (v *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *v
	for _, a := range attrs {
		with.attrs += attrText(a)
	}
	return &with
}

// WithGroup implements slog.Handler. Nobody here groups: names stay as they are.
func (v *handler) WithGroup(string) slog.Handler { return v }
