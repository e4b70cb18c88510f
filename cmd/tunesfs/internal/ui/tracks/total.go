package tracks

import (
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
	"github.com/tunesfs/tunesfs/internal/bytesize"
)

// A Total sums up downloads.
type Total struct {
	Queued, Downloading, Paused, Failed, Complete int

	Held, Size int64 // bytes of those that are neither idle nor complete and have a size
	Rate       int64 // bytes a second
}

// add adds a download, or takes it away with the sign -1.
func (t *Total) add(d client.Download, sign int) {
	switch d.State {
	case Queued:
		t.Queued += sign
	case Downloading:
		t.Downloading += sign
		t.Rate += max(d.Rate, 0) * int64(sign)
	case Paused:
		t.Paused += sign
	case Failed:
		t.Failed += sign
	case Complete:
		t.Complete += sign
		return
	default:
		return
	}
	if d.Size > 0 {
		t.Held += d.Held * int64(sign)
		t.Size += d.Size * int64(sign)
	}
}

// Moving is how many downloads go on by themselves.
func (t Total) Moving() int { return t.Queued + t.Downloading }

// Unfinished is how many downloads have bytes that a cancel drops, or wait for some.
func (t Total) Unfinished() int { return t.Moving() + t.Paused + t.Failed }

// String says how many are in which state and how far they are.
func (t Total) String() string {
	var parts []string
	for _, one := range []struct {
		n    int
		text string
	}{
		{t.Downloading, "downloading"}, {t.Queued, "queued"}, {t.Paused, "paused"}, {t.Failed, "failed"}, {t.Complete, "complete"},
	} {
		if one.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", one.n, one.text))
		}
	}
	if len(parts) == 0 {
		return "no downloads"
	}
	text := ""
	if t.Size > 0 {
		text = fmt.Sprintf("%.1f%% of %s  ", 100*float64(t.Held)/float64(t.Size), bytesize.Format(t.Size))
	}
	if t.Rate > 0 {
		text += words.Speed(t.Rate) + "  "
	}
	if left := words.TimeLeft(t.Size-t.Held, t.Rate); left != "" {
		text += left + "  "
	}
	return text + strings.Join(parts, ", ")
}

// Stall takes all rates away: while the mount is away no byte comes.
func (t *downloads) Stall() {
	for _, d := range t.byID {
		if d.Rate > 0 {
			t.count(d, -1)
			d.Rate = client.Unknown
			t.count(d, +1)
		}
	}
}

// TotalIn returns the sums of the downloads in any folder; "" is for all.
func (t *downloads) TotalIn(folder string) (sum Total) {
	for _, d := range t.byID {
		if client.IsWithin(folder, d.Path) {
			sum.add(d.Download, +1)
		}
	}
	return sum
}
