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
	room := c.state
	bar, c := shrinkBar(barOf(r, room), cells.Width(name), c)
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
	state, look := p.stateText(r, room, bar)
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

// barOf returns how wide the bar of a row is whose state has so many cells; 0 is none.
func barOf(r *Row, width int) int {
	t := &r.Status
	switch {
	case r.Doing != "" || !t.Known || t.Folder || t.Size <= 0 || width < progressWidth+5:
		return 0
	case t.State != tracks.Downloading && t.State != tracks.Paused:
		return 0
	}
	return width - progressWidth - 3 - speedRoom(width)
}

// shrinkBar gives cells of a bar to a name that does not fit: all, if too few would be
// left of it.
func shrinkBar(bar, name int, c columns) (int, columns) {
	over := name - c.title
	if bar == 0 || over <= 0 {
		return bar, c
	}
	rest := bar - over
	if rest < barLeast {
		rest, over = 0, bar+1 // with the space behind it
	}
	c.title += over
	c.state -= over
	return rest, c
}

// speedRoom returns how many cells of a state are for the speed.
func speedRoom(width int) int {
	bar := width - progressWidth - 3
	if room := min(max(bar-barWidth, speedLeast), speedWidth); bar-room >= barLeast {
		return room
	}
	return 0
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

// stateText returns the state of a row, in so many cells, with a bar of some of them.
func (p *Picture) stateText(r *Row, width, bar int) (string, lipgloss.Style) {
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
		return p.progressText(t, width, bar, "↓"), styles.busy
	case tracks.Paused:
		return p.progressText(t, width, bar, "‖"), styles.held
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
		if s.Progress != "" && s.Progress != client.NothingYet && width >= progressWidth+5 {
			text = "↓ " + s.Progress
		}
	}
	if s.Error != "" {
		return "! " + s.Error, styles.bad
	}
	return text, look
}

// progressText draws the progress of a download: in a few cells the percentage alone.
func (p *Picture) progressText(t *tracks.Status, width, bar int, sign string) string {
	part, _, _ := strings.Cut(t.Label(), " ")
	switch {
	case width < progressWidth+5:
		return sign + " " + part
	case t.Size <= 0:
		return sign + " " + t.Label()
	}
	if bar > 0 {
		sign += " " + cells.Bar(float64(t.Held)/float64(t.Size), bar)
	}
	text := sign + " " + cells.Left(t.Label(), progressWidth)
	room := speedRoom(width)
	if room == 0 {
		return text
	}
	rate := " " + p.rateText(t)
	if cells.Width(rate) > room {
		rate = strings.TrimSuffix(rate, " left")
	}
	return text + cells.Left(rate, room)
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
