// Package draw owns how the app looks: it makes lines of exactly the width of the terminal
// from plain data.
//
// It must never know how a Picture came about, nor change one.
//
// Open picture.go first, then layout.go. heading.go has the lines above the list, body.go the
// list and the folders beside it, row.go one row; details.go and help.go are over or beside
// the list, footer.go below it.
package draw

import (
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
)

// A Picture is all that shows at a moment.
type Picture struct {
	Width, Height int
	Now           time.Time

	Source, Dir string // of the mount
	Downloads   bool   // the list is of the downloads, not of Folder
	Within      string // the folder of the downloads that are listed; empty for all
	Total       tracks.Total

	Input  *Input // nil if no text is edited
	Folder Folder
	Roots  []client.Entry
	Root   int // the one that Folder lies in, or -1

	List    List
	Overlay Overlay
	Footer  Footer
}

// A Folder is the one that shows, or would if the list were not of the downloads.
type Folder struct {
	Path    string // "" is the root
	Title   string // of a search that is not made yet
	Query   string // of a search that is under way
	Filter  string
	Order   string // empty for that of the catalog
	Entries int    // how many have come
	Loading bool
	Began   time.Time // when it was asked for
	Err     error
}

// An Input is a text that is edited.
type Input struct {
	Filter bool // else a query
	Text   string
}

// A List is the part of a list that shows.
type List struct {
	Rows    []Row // those that show
	Count   int   // how many there are
	Marked  int
	Current *Row // with the cursor; nil if there is none
}

// A Row is a track or a folder.
type Row struct {
	Path, Name string
	Status     tracks.Status
	Doing      string // a command that is under way; empty for none

	Cursor, Marked, Playing bool
}

// An Overlay is help or details, over the list or beside it.
type Overlay struct {
	Help    []Key // all keys, while help shows
	Details bool
	Top     int // the first line of it that shows
}

// A Footer has the texts of the last two lines.
type Footer struct {
	Keys     []Key // those that do something now
	Question string
	Warning  string
	Message  string
	Wrong    bool // Message is of a failure
}

// Frame returns all lines, each of exactly the width of the screen.
func Frame(p *Picture) string {
	if p.Width < 1 || p.Height < 1 {
		return ""
	}
	l := p.layout()
	var lines []string
	if l.Tall {
		lines = append(lines, p.title(), p.field(), p.heading())
	} else {
		lines = append(lines, p.field())
	}
	lines = append(lines, p.body(l)...)
	if l.Tall {
		lines = append(lines, styles.dim.Render(cells.Left(p.Total.String(), p.Width)))
	}
	message := p.message()
	lines = lines[:max(len(lines)-len(message)+1, 0)] // it covers what is above it
	lines = append(append(lines, message...), p.footer())
	if over := len(lines) - p.Height; over > 0 {
		lines = lines[over:]
	}
	return strings.Join(lines, "\n")
}

// Choice draws a question and its answers. One of them has the cursor.
func Choice(question string, answers []string, cursor, width int) string {
	lines := []string{styles.title.Render(cells.Left(" "+question, width))}
	for i, answer := range answers {
		answer = cells.CutLeft(answer, width-margin) // a path, whose end says most
		line := cells.Left("   "+answer, width)
		if i == cursor {
			line = styles.cursor.Render(cells.Left(" > "+answer, width))
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, cells.Left("⏎ show  q quit", width)), "\n")
}
