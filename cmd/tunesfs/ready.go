package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/daemon"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/plain"
)

// readyTimeout is how long a daemon's parent waits for the first listings.
const readyTimeout = 30 * time.Second

// notifyReady says that the mount is there, and why the catalog or a search is not
// listed.
func (s *service) notifyReady(ctx context.Context) {
	if s.mounted != nil {
		s.mounted()
	}
	s.parent.Notify(daemon.Mounted, s.dir)
	s.warnOfOwner()
	limited, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	err := s.fs.Ready(limited)
	switch {
	case ctx.Err() != nil || errors.Is(err, fetch.ErrClosed): // unmounted before all was listed
	case err != nil:
		for line := range strings.SplitSeq(plain.Text(err), "\n") {
			s.warn(line)
		}
	}
	s.parent.Notify(daemon.Ready, s.dir)
}

// warnOfOwner says that the owner of the files cannot look at them.
func (s *service) warnOfOwner() {
	if uid := int64(s.flags.UID); uid >= 0 && uid != int64(os.Geteuid()) && !s.flags.AllowOther {
		s.warn(fmt.Sprintf("the files belong to user %d, who cannot look into the mount; mount with --allow-other", uid))
	}
}

func (s *service) warn(text string) {
	s.log.Warn(text)
	s.parent.Notify(daemon.Warning, text)
}
