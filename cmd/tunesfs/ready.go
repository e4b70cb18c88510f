package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/daemon"
	"github.com/tunesfs/tunesfs/fetch"
)

// searchTimeout is how long a daemon's parent waits for the first listings.
const searchTimeout = 30 * time.Second

// notifyReady says that the mount is there, and what its searches came to.
func (s *service) notifyReady(ctx context.Context) {
	if s.mounted != nil {
		s.mounted()
	}
	limited, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	err := s.fs.Ready(limited)
	switch {
	case ctx.Err() != nil || errors.Is(err, fetch.ErrClosed): // unmounted before all was listed
	case limited.Err() != nil:
		s.warn("a search takes longer than expected; it goes on")
	case err != nil:
		for line := range strings.SplitSeq(err.Error(), "\n") {
			s.warn(line)
		}
	}
	s.parent.Notify(daemon.Ready, s.dir)
}

func (s *service) warn(text string) {
	s.log.Warn(text)
	s.parent.Notify(daemon.Warning, text)
}
