//go:build linux

package main

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/color"
	"io"
	"os"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

var pictureFile = flag.String("picture", "", "write a picture of the app to `FILE`")

// pictureDir is where the demo of the picture is mounted.
const pictureDir = "/tmp/music"

// TestPicture makes the picture of the app that README shows, by the real program on the
// real demo: .github/picture calls it. One tune is complete, one paused, one downloading.
func TestPicture(t *testing.T) {
	if *pictureFile == "" {
		t.Skip("only .github/picture makes the picture")
	}
	s := newSession(t)
	scr := s.screen(116, 18, "tunesfs", "demo", pictureDir)
	scr.shows(`> +all/ `)
	scr.press("\r")
	scr.shows(`> +Ode to Joy .* idle`)
	scr.press("d")
	scr.shows(`> +Ode to Joy .*✓ complete`)
	scr.press("jd")
	scr.shows(`> +Greensleeves .* [67]\d\.\d% of `)
	scr.press(" ")
	scr.shows(`> +Greensleeves .*‖`)
	scr.press("jd")
	scr.shows(`> +Minuet .*↓ .* 4\d\.\d% of .*/s `)
	scr.mu.Lock()
	picture := svg(scr.emulator)
	scr.mu.Unlock()
	scr.press("q")
	scr.quits()
	s.must(os.WriteFile(*pictureFile, []byte(picture), 0o600))
	s.must(os.Chmod(*pictureFile, 0o644)) // #nosec G302 -- it is published
}

// A picture of a terminal is well-formed, whatever that shows, with each character in its
// cell and bars as boxes.
func TestSVG(t *testing.T) {
	e := vt.NewEmulator(20, 2)
	_, _ = io.WriteString(e, "a<b> & ü \x1b[32m██░\x1b[0m\r\n\x1b[1;7mcd\x1b[0m 東x")
	drawn := svg(e)
	for d := xml.NewDecoder(strings.NewReader(drawn)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		`<text x="12" y="26" fill="#d0d7de" textLength="48">a&lt;b&gt; &amp;</text>`, `<text x="68" y="26" fill="#d0d7de" textLength="8">ü</text>`,
		`<rect x="84" y="16" width="16" height="10" fill="#57ab5a"/>`, `<rect x="100" y="16" width="8" height="10" fill="#57ab5a" opacity=".25"/>`,
		`<rect x="12" y="30" width="16" height="18" fill="#d0d7de"/>`, `<text x="12" y="44" fill="#15191f" font-weight="bold" textLength="16">cd</text>`,
		`<text x="36" y="44" fill="#d0d7de" textLength="16">東</text>`, `<text x="52" y="44" fill="#d0d7de" textLength="8">x</text>`,
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%s is missing in\n%s", want, drawn)
		}
	}
}

const (
	cellWidth, cellHeight = 8, 18
	edge                  = 12 // around the cells
	ink, paper            = "#d0d7de", "#15191f"
)

// palette are the colors of a dark terminal.
var palette = [...]string{
	"#545d68", "#f47067", "#57ab5a", "#c69026", "#539bf5", "#b083f0", "#39c5cf", "#909dab",
	"#636e7b", "#ff938a", "#6bc46d", "#daaa3f", "#6cb6ff", "#dcbdfb", "#56d4dd", "#cdd9e5",
}

// svg draws the screen of a terminal.
func svg(e *vt.Emulator) string {
	var b strings.Builder
	width, height := e.Width()*cellWidth+2*edge, e.Height()*cellHeight+2*edge
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d"`+
		` font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="13.3" xml:space="preserve">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="%s"/>`+"\n", width, height, paper)
	for y := range e.Height() {
		for x := 0; x < e.Width(); {
			first, run := e.CellAt(x, y), ""
			cells := 0
			for kind := kindOf(first); x+cells < e.Width(); { // as much as is drawn in one go
				c := e.CellAt(x+cells, y)
				if !c.Style.Equal(&first.Style) || kindOf(c) != kind || kind == "" && cells > 0 {
					break
				}
				run += c.Content
				cells += max(c.Width, 1)
			}
			drawRun(&b, edge+x*cellWidth, edge+y*cellHeight, cells*cellWidth, run, &first.Style)
			x += cells
		}
	}
	return b.String() + "</svg>\n"
}

// kindOf says which cells are drawn in one go: those of a kind, but none of the kind "".
func kindOf(c *uv.Cell) string {
	switch {
	case c.Content == "█" || c.Content == "░":
		return c.Content
	case len(c.Content) == 1:
		return "ASCII"
	}
	return "" // its glyph may be of a font with another width
}

// drawRun draws cells of one kind and style.
func drawRun(b *strings.Builder, x, y, width int, run string, style *uv.Style) {
	front, back := colorOf(style.Fg, ink), colorOf(style.Bg, paper)
	if style.Attrs&uv.AttrReverse != 0 {
		front, back = back, front
	}
	if back != paper {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", x, y, width, cellHeight, back)
	}
	look := ""
	if style.Attrs&uv.AttrFaint != 0 {
		look += ` opacity=".6"`
	}
	if style.Attrs&uv.AttrBold != 0 {
		look += ` font-weight="bold"`
	}
	switch run[:min(len(run), len("█"))] {
	case "░":
		look += ` opacity=".25"`
		fallthrough
	case "█":
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="10" fill="%s"%s/>`+"\n", x, y+4, width, front, look)
		return
	}
	shown := strings.TrimRight(run, " ")
	if width -= (len(run) - len(shown)) * cellWidth; shown == "" {
		return
	}
	var text strings.Builder
	_ = xml.EscapeText(&text, []byte(shown)) // a Builder takes everything
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s"%s textLength="%d">%s</text>`+"\n", x, y+14, front, look, width, &text)
}

// colorOf returns a color as SVG names it.
func colorOf(c color.Color, otherwise string) string {
	switch c := c.(type) {
	case nil:
		return otherwise
	case ansi.BasicColor:
		return palette[int(c)%len(palette)]
	}
	r, g, blue, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, blue>>8)
}
