//go:build linux

package clients

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// intro is the text before the rows.
const intro = `# Programs, and what they have fetched

Each program was driven through a real mount that held nothing, over a link of %d kB a
second with a round trip of %d ms, on seven recordings of 2 to 8 MB: an mp3, two m4a (the
index last and first) and a flac with a picture of more than 256 KiB each, an ogg, an opus
and a wav. %s writes this table; it installs all of the programs from Debian.

Bytes needed are those for which the program asked, in blocks of 64 KiB. A download is left
behind if it goes on, or has completed, for a file that the program did not read to its
end. Wanted is how many of the files were wanted whole, and the longest time for that after
the first 4 KiB beyond a file's tags, headers and index came.

Players play six seconds of each file. A wish outlasts a player that reads at a pace of its
own for 3 seconds (see semantics.md, States): so do those of VLC, cmus and Audacious. What
they have played moves on, which is more than they needed. mpv and MPD fill a buffer as
fast as the link brings it: their wish outlasts them where that was half of a file.

file(1) reads the first and the last 7 MiB of a file, which is all of these. ranger has
file(1) look at each file, and ends it when the cursor moves on. Thunar and Dolphin make
previews.

| program | kind | files | needed | moved | ratio | left behind | wanted |
|---|---|---|---|---|---|---|---|
`

// A list is the rows of the table, by program.
type list struct {
	mu   sync.Mutex
	rows map[string]string // guarded by mu
}

var rows = list{rows: map[string]string{}}

// add adds a row.
func (l *list) add(p *program, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows[p.name] = fmt.Sprintf("| %s | %s |", p.name+version(p), text)
}

// row returns a result as the cells of a row.
func (res result) row(p *program) string {
	wishes := "none"
	if res.wanted > 0 {
		wishes = fmt.Sprintf("%d, after %.1f s", res.wanted, max(res.after, 0).Seconds())
	}
	left := fmt.Sprint(res.left)
	if p.kind == player && res.left > 0 {
		left += " (played)"
	}
	return fmt.Sprintf("%s | %d | %.2f MB | %.2f MB | %.2f | %s | %s", p.kind, res.files, float64(res.needed)/1e6, float64(res.moved)/1e6,
		res.ratio(), left, wishes)
}

// ratio returns how many bytes moved for each that was needed.
func (res result) ratio() float64 { return float64(res.moved) / float64(max(res.needed, 1)) }

// version returns that of a program's package, with a space before it.
func version(p *program) string {
	if p.pkg == "" {
		return ""
	}
	out, err := exec.Command("dpkg-query", "-W", "-f", "${Version}", p.pkg).Output()
	if err != nil {
		return ""
	}
	text := string(out)
	if i := strings.IndexByte(text, ':'); i >= 0 {
		text = text[i+1:]
	}
	text, _, _ = strings.Cut(text, "-")
	text, _, _ = strings.Cut(text, "+")
	return " " + text
}

// write writes the table to a file. Rows that were not measured stay.
func (l *list) write(to string) error {
	if to == "" {
		return nil
	}
	old, err := os.ReadFile(to)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(to, []byte(fmt.Sprintf(intro, *rate/1000, *rtt/time.Millisecond, "`make clients`")+l.text(string(old))), 0o644)
}

// text returns the rows in the order of the programs, those that were not measured from
// an older table.
func (l *list) text(old string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var text strings.Builder
	for i := range programs {
		row, ok := l.rows[programs[i].name]
		if !ok {
			row = oldRow(old, programs[i].name)
		}
		if row != "" {
			text.WriteString(row + "\n")
		}
	}
	return text.String()
}

// oldRow returns the row of a program, whatever its version was.
func oldRow(old, name string) string {
	for line := range strings.Lines(old) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		cut := cell
		if i := strings.LastIndexByte(cell, ' '); i > 0 {
			cut = cell[:i]
		}
		if strings.HasPrefix(line, "| ") && (cell == name || cut == name) {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return ""
}
