package draw

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
	"github.com/tunesfs/tunesfs/internal/bytesize"
)

const (
	// progressWidth has room for "100.0% of 999.9 MB".
	progressWidth = 18

	// speedWidth has room for " 999.9 MB/s 59:59 left", and speedLeast for most speeds with
	// a time.
	speedWidth, speedLeast = 22, 16

	// barWidth is how wide a bar beside a speed is if possible, and barLeast in any case.
	barWidth, barLeast = 5, 3
)

// columns are the widths of the columns of a list.
type columns struct{ title, artist, length, size, state int }

// margin has room for the cursor, a mark and the sign of the player before a row.
const margin = 3

// columnsOf divides a width among the columns.
func columnsOf(width int) columns {
	c := columns{state: 10}
	switch {
	case width < 30:
		c.state = 0
	case width >= 130:
		c = columns{length: 8, size: 9, state: 12 + progressWidth + speedWidth}
	case width >= 76:
		c = columns{length: 6, size: 9, state: 10 + progressWidth}
	case width >= 66:
		c = columns{length: 6, size: 9, state: 5 + progressWidth}
	case width >= 54:
		c = columns{state: 5 + progressWidth}
	}
	left := width - margin - c.state - 1
	for _, w := range []int{c.length, c.size} {
		if w > 0 {
			left -= w + 1
		}
	}
	if width >= 90 {
		c.artist = left * 2 / 5
		left -= c.artist + 1
	}
	c.title = max(left, 1)
	return c
}

// row returns a row of exactly this width.
func (p *Picture) row(r *Row, width int) string {
	c := columnsOf(width)
	if r.Status.State == tracks.Downloading && c.size > 0 && c.state < 12+progressWidth+speedWidth {
		c.state += c.length + c.size + 2 // the progress says the size, too
		c.length, c.size = 0, 0
	}
	before := []byte("   ")
	if r.Cursor {
		before[0] = '>'
	}
	if r.Marked {
		before[1] = '*'
	}
	name, artist, length := p.rowTexts(r, c.artist > 0)
	prefix := string(before)
	if r.Playing {
		prefix = string(before[:2]) + "♪"
	}
	parts := []string{prefix + cells.Left(name, c.title)}
	if c.artist > 0 {
		parts = append(parts, cells.Left(artist, c.artist))
	}
	if c.length > 0 {
		parts = append(parts, cells.Right(length, c.length))
	}
	if c.size > 0 {
		parts = append(parts, cells.Right(sizeText(&r.Status), c.size))
	}
	state, look := p.stateText(r, c.state)
	plain := cells.Left(strings.Join(parts, " ")+" ", width-c.state)
	state = cells.Left(state, c.state)
	if r.Cursor {
		return styles.cursor.Render(plain + state)
	}
	if state == "" {
		return plain
	}
	return plain + look.Render(state)
}

// rowTexts returns the texts of a row. A download has its folder for an artist.
func (p *Picture) rowTexts(r *Row, apart bool) (name, artist, length string) {
	if !p.Downloads {
		return namesOf(r, apart)
	}
	name, _, length = namesOf(r, false)
	folder := p.folderOf(r.Path)
	if !apart && folder != "" && p.hasTwin(r) {
		name += " · " + folder
	}
	return name, folder, length
}

// namesOf returns the name, the artist and the length of a row. Until its facts are read
// its name is that of the file, which begins with the artist.
func namesOf(r *Row, apart bool) (name, artist, length string) {
	if r.Status.Folder {
		return r.Name + "/", "", ""
	}
	name = strings.TrimSuffix(r.Name, path.Ext(r.Name))
	f := &r.Status.Facts
	if f.Path == "" {
		return name, "", ""
	}
	switch {
	case f.Title != "" && apart:
		name, artist = f.Title, f.Artist
	case f.Title != "" && f.Artist != "": // the title first, as little may fit
		name = f.Title + " · " + f.Artist
	}
	if f.Length > 0 {
		length = words.Clock(f.Length)
	}
	return name, artist, length
}

// folderOf returns the folder of a download, below the one whose downloads are listed.
func (p *Picture) folderOf(file string) string {
	dir := path.Dir(file)
	if dir == "." || dir == p.Within {
		return ""
	}
	return strings.TrimPrefix(dir, p.Within+"/")
}

// hasTwin reports whether another row that shows has the same name: two albums may have
// tracks of the same name.
func (p *Picture) hasTwin(r *Row) bool {
	return slices.ContainsFunc(p.List.Rows, func(other Row) bool { return other.Name == r.Name && other.Path != r.Path })
}

func sizeText(s *tracks.Status) string {
	if s.Size < 0 || s.Folder {
		return ""
	}
	return bytesize.Format(s.Size)
}

// stateText returns the state of a row, in so many cells.
func (p *Picture) stateText(r *Row, width int) (string, lipgloss.Style) {
	switch t := &r.Status; {
	case r.Doing != "":
		return r.Doing + "…", styles.busy
	case !t.Known:
		return "", styles.dim
	case t.Folder:
		return folderState(t, width)
	}
	switch t := &r.Status; t.State {
	case tracks.Downloading:
		return p.progressText(t, width, "↓"), styles.busy
	case tracks.Paused:
		return p.progressText(t, width, "‖"), styles.held
	case tracks.Queued:
		return "… queued", styles.busy
	case tracks.Failed:
		return "! " + strings.TrimSpace("failed "+t.Error), styles.bad
	case tracks.Complete:
		return "✓ complete", styles.good
	}
	return r.Status.State, styles.dim
}

// folderState returns the states of the tracks of a folder.
func folderState(s *tracks.Status, width int) (string, lipgloss.Style) {
	text, look := s.State, styles.dim
	if text == tracks.Empty {
		text = ""
	}
	if s.Takes(tracks.Pause) {
		look = styles.busy
		if s.Progress != "" && width >= progressWidth+5 {
			text = "↓ " + s.Progress
		}
	}
	if s.Error != "" {
		return "! " + s.Error, styles.bad
	}
	return text, look
}

// progressText draws the progress of a download: in a few cells the percentage alone.
func (p *Picture) progressText(t *tracks.Status, width int, sign string) string {
	part, _, _ := strings.Cut(t.Progress, " ")
	switch {
	case width < progressWidth+5:
		return sign + " " + part
	case t.Size <= 0:
		return sign + " " + t.Progress
	}
	bar, fast := width-progressWidth-3, ""
	if room := min(max(bar-barWidth, speedLeast), speedWidth); bar-room >= barLeast {
		rate := " " + p.rateText(t)
		if cells.Width(rate) > room {
			rate = strings.TrimSuffix(rate, " left")
		}
		bar, fast = bar-room, cells.Left(rate, room)
	}
	return sign + " " + cells.Bar(float64(t.Held)/float64(t.Size), bar) + " " + cells.Left(t.Progress, progressWidth) + fast
}

// rateText returns the speed of a download and the time that it takes.
func (p *Picture) rateText(t *tracks.Status) string {
	switch {
	case t.State == tracks.Paused:
		return "paused"
	case t.Rate == client.Unknown:
		return ""
	case t.Waits(p.Now):
		return "waits for bytes"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", words.Speed(t.Rate), words.TimeLeft(t.Size-t.Held, t.Rate)))
}
