package catalog

import (
	"log/slog"
	"net/http"
)

// An Env is the part of a Source's options that every service shares: how calls
// leave the machine, and where the log goes. The zero value is useful.
type Env struct {
	Client    *http.Client // nil: one of the usual kind. Redirects are bounded in any case
	UserAgent string       // "" is "tunesfs"
	Logger    *slog.Logger // receives what no caller does, such as rows left out; nil: slog.Default
}

// Log returns Logger, or slog.Default in its place.
func (e Env) Log() *slog.Logger {
	if e.Logger == nil {
		return slog.Default()
	}
	return e.Logger
}
