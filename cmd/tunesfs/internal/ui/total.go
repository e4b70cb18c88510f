package ui

import (
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
	"github.com/tunesfs/tunesfs/internal/bytesize"
)

// A total sums up downloads.
type total struct {
	queued, downloading, paused, failed, complete int

	held, size int64 // bytes of those that are neither idle nor complete and have a size
	rate       int64 // bytes a second
}

// add adds a download, or takes it away with the sign -1.
func (t *total) add(d client.Download, sign int) {
	switch d.State {
	case queued:
		t.queued += sign
	case downloading:
		t.downloading += sign
		t.rate += max(d.Rate, 0) * int64(sign)
	case paused:
		t.paused += sign
	case failed:
		t.failed += sign
	case complete:
		t.complete += sign
		return
	default:
		return
	}
	if d.Size > 0 {
		t.held += d.Held * int64(sign)
		t.size += d.Size * int64(sign)
	}
}

// moving is how many downloads go on by themselves.
func (t total) moving() int { return t.queued + t.downloading }

// String says how many are in which state and how far they are.
func (t total) String() string {
	var parts []string
	for _, one := range []struct {
		n    int
		text string
	}{
		{t.downloading, "downloading"}, {t.queued, "queued"}, {t.paused, "paused"}, {t.failed, "failed"}, {t.complete, "complete"},
	} {
		if one.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", one.n, one.text))
		}
	}
	if len(parts) == 0 {
		return "no downloads"
	}
	text := ""
	if t.size > 0 {
		text = fmt.Sprintf("%.1f%% of %s  ", 100*float64(t.held)/float64(t.size), bytesize.Format(t.size))
	}
	if t.rate > 0 {
		text += words.Speed(t.rate) + "  "
	}
	if left := words.TimeLeft(t.size-t.held, t.rate); left != "" {
		text += left + "  "
	}
	return text + strings.Join(parts, ", ")
}
