package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/slots"
)

// A link is what a download knows of the way to its file. It is guarded by
// Download.mu.
type link struct {
	scaler slots.Scaler
	host   string        // that the last response came from
	rtt    time.Duration // of that host
}

// mergeGap returns how many bytes come in the time that a request takes.
func (l *link) mergeGap() int64 { return int64(l.scaler.PerConnection * l.rtt.Seconds()) }
