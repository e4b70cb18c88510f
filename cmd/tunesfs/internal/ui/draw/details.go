package draw

import (
	"fmt"
	"path"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/cells"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/tracks"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui/words"
	"github.com/tunesfs/tunesfs/internal/bytesize"
)

// nameWidth is the width of the names in the details.
const nameWidth = 14

// noTracks says of a folder that it is empty or was not listed yet.
const noTracks = "no tracks listed yet"

// details returns the lines of all facts of the row with the cursor.
func (p *Picture) details(width int) (lines []string) {
	r := p.List.Current
	if r == nil {
		return nil
	}
	for _, f := range factsOf(r, p.Dir) {
		for i, line := range cells.Wrap(f.Value, max(width-nameWidth-2, 1), 4) {
			name := ""
			if i == 0 {
				name = f.Name
			}
			lines = append(lines, " "+cells.Left(name, nameWidth)+" "+line)
		}
	}
	return lines
}

// factsOf returns the facts of a row of the mount at dir: first its state, its error and
// the advice.
func factsOf(r *Row, dir string) (facts []client.Fact) {
	s := &r.Status
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, client.Fact{Name: name, Value: value})
		}
	}
	add("name", r.Name)
	idle := !s.Folder && s.State == tracks.Idle && s.Held <= 0
	if s.Folder && s.State == tracks.Empty {
		add("state", noTracks)
	} else {
		add("state", s.State)
	}
	if !idle {
		add("progress", s.Label())
	}
	add("error", s.Error)
	if s.FactsErr != nil {
		add("error", errorText(s.FactsErr))
	}
	add("to do", advice(s))
	add("waiting", s.Waiting)
	if s.Facts.Path == "" {
		return facts
	}
	f := s.Facts
	add("title", f.Title)
	add("artist", f.Artist)
	add("album", f.Album)
	if f.Length > 0 {
		add("length", words.Clock(f.Length))
	}
	if s.Size >= 0 && !s.Folder {
		add("size", fmt.Sprintf("%s (%d bytes)", bytesize.Format(s.Size), s.Size))
	}
	if s.Held >= 0 && !s.Folder && !idle {
		add("here", bytesize.Format(s.Held))
	}
	for _, more := range f.More {
		add(strings.TrimPrefix(strings.TrimPrefix(more.Name, "dublincore."), "xdg."), more.Value)
	}
	add("id", f.ID)
	add("path", path.Join(dir, r.Path))
	return facts
}

// advice says which key helps in this state.
func advice(s *tracks.Status) string {
	switch {
	case s.Folder && s.Error != "":
		return "press r in it to ask the catalog again"
	case s.State == tracks.Failed:
		return "press Space to try again, or x to give it up"
	case s.State == tracks.Paused:
		return "press Space to go on; Enter goes on and plays"
	case s.State == tracks.Queued:
		return "wait: others are downloading before it"
	case s.State == tracks.Idle:
		return "press d to download, or Enter to play at once"
	}
	return ""
}
