package demo

import (
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strconv"
	"strings"
)

// maxArtwork bounds the side of a picture, in pixels.
const maxArtwork = 600

// artwork serves a tune's picture: the notes as on a piano roll. The file is
// named by its size, as Apple's are: 100x100bb.png.
func (h *handler) artwork(w http.ResponseWriter, r *http.Request) {
	t := h.library.bySlug(r.PathValue("slug"))
	size, ok := strings.CutSuffix(r.PathValue("file"), "bb.png")
	width, height, square := strings.Cut(size, "x")
	side, err := strconv.Atoi(width)
	if t == nil || !ok || !square || width != height || err != nil || side < 1 || side > maxArtwork {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_ = png.Encode(w, t.pianoRoll(side)) // a client that has gone needs no picture
}

// pianoRoll draws time from left to right and pitch from bottom to top.
func (t *tune) pianoRoll(side int) image.Image {
	const lowest, keys = 28, 64
	img := image.NewPaletted(image.Rect(0, 0, side, side), t.palette())
	for _, n := range t.Notes {
		left, right := n.Start*side/t.Length, (n.Start+n.Length)*side/t.Length
		bottom := side - (n.Key-lowest)*side/keys
		top := bottom - max(1, side/keys)
		for y := max(0, top); y < min(side, bottom); y++ {
			for x := left; x < min(side, max(right, left+1)); x++ {
				img.SetColorIndex(x, y, uint8(1+n.Velocity/32))
			}
		}
	}
	return img
}

// palette is a dark ground and four lights, by how loud a note is; each tune
// leans to another colour.
func (t *tune) palette() color.Palette {
	lean := func(i int) uint8 { return uint8(40 * ((t.Number + i) % 3)) }
	p := color.Palette{color.RGBA{R: 16 + lean(0)/3, G: 16 + lean(1)/3, B: 24 + lean(2)/3, A: 255}}
	for light := uint8(70); light <= 175; light += 35 {
		p = append(p, color.RGBA{R: light + lean(0), G: light + lean(1), B: light + lean(2), A: 255})
	}
	return p
}
