package demo

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/tunesfs/tunesfs/catalog/demo/internal/abc"
	"github.com/tunesfs/tunesfs/catalog/demo/internal/synth"
)

//go:embed tunes/*.abc
var scores embed.FS

// renderers bounds how many tunes are played at once: each needs some 15 MB
// until it is done.
const renderers = 2

// A library is every tune of the demo, by number. Once played, a tune is kept:
// all together they are below 50 MiB.
type library struct {
	tunes     []*tune
	rendering chan struct{}
}

// A tune is a score and, once somebody wants to hear it, its sound.
type tune struct {
	*abc.Tune
	slug   string // names it in URLs
	score  []byte
	notes  []synth.Note
	number int           // within its book, from 1
	inBook int           // tunes in its book
	pacer  *rate.Limiter // of all who fetch the recording; nil: none

	playing chan struct{} // has an element while a request uses wav
	wav     []byte        // the recording, a WAVE file, once played
}

// loadLibrary reads every score; each tune is to be served at a pace in bytes a
// second, as newPacer has it.
func loadLibrary(perSecond int64) (*library, error) {
	l := &library{rendering: make(chan struct{}, renderers)}
	entries, err := scores.ReadDir("tunes")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		t, err := l.load(path.Join("tunes", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		t.pacer = newPacer(perSecond)
		l.tunes = append(l.tunes, t)
	}
	slices.SortFunc(l.tunes, func(a, b *tune) int { return cmp.Compare(a.Number, b.Number) })
	l.numberBooks()
	return l, nil
}

func (l *library) load(name string) (*tune, error) {
	score, err := scores.ReadFile(name)
	if err != nil {
		return nil, err
	}
	parsed, err := abc.Parse(string(score))
	if err != nil {
		return nil, err
	}
	if synth.Instruments[parsed.Program] == nil {
		return nil, fmt.Errorf("there is no instrument for program %d", parsed.Program)
	}
	t := &tune{
		Tune: parsed, slug: strings.TrimSuffix(path.Base(name), ".abc"), score: score, playing: make(chan struct{}, 1),
	}
	for _, n := range parsed.Notes {
		t.notes = append(t.notes, synth.Note{
			Start: t.samples(n.Start), Length: t.samples(n.Length), Key: n.Key, Velocity: n.Velocity,
		})
	}
	return t, nil
}

// recording returns a tune's sound. The first call plays it, and others wait for that. It
// fails if ctx ends before it begins to play, and later only if life ends: on a machine with
// much to do the next request finds the sound.
func (l *library) recording(ctx, life context.Context, t *tune) (wav []byte, err error) {
	if err := enter(ctx, t.playing); err != nil {
		return nil, err
	}
	defer leave(t.playing)
	if t.wav != nil {
		return t.wav, nil
	}
	if err := enter(ctx, l.rendering); err != nil {
		return nil, err
	}
	defer leave(l.rendering)
	t.wav, err = t.render(life)
	return t.wav, err
}

// enter waits for a place in a room.
func enter(ctx context.Context, room chan<- struct{}) error {
	if err := ctx.Err(); err != nil { // of two cases that are ready select takes any
		return err
	}
	select {
	case room <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func leave(room <-chan struct{}) { <-room }

// samples converts ticks of the score.
func (t *tune) samples(ticks int) int {
	return int(int64(ticks) * 60 * synth.Rate / (int64(t.Tempo) * abc.Whole / 4))
}

// duration returns how long the recording lasts.
func (t *tune) duration() time.Duration {
	return time.Duration(synth.Length(t.notes)) * time.Second / synth.Rate
}

// tags are those of the recording.
func (t *tune) tags() []synth.Tag {
	return []synth.Tag{
		{ID: "INAM", Text: t.Title},
		{ID: "IART", Text: t.Composer},
		{ID: "IPRD", Text: t.Book},
		{ID: "IGNR", Text: t.Group},
		{ID: "ICMT", Text: t.Origin},
		{ID: "ICRD", Text: t.Released.Format(time.DateOnly)},
	}
}

// size returns how many bytes the recording has.
func (t *tune) size() int64 { return int64(synth.Size(synth.Length(t.notes), t.tags())) }

// header returns the first bytes of the recording, which say what follows.
func (t *tune) header() []byte { return synth.Header(synth.Length(t.notes), t.tags()) }

func (t *tune) render(ctx context.Context) ([]byte, error) {
	samples, err := synth.Render(ctx, t.notes, synth.Instruments[t.Program])
	if err != nil {
		return nil, err
	}
	return synth.WAV(samples, t.tags()), nil
}

// numberBooks counts the tunes of each book, in the order of their numbers.
func (l *library) numberBooks() {
	count := map[string]int{}
	for _, t := range l.tunes {
		count[t.Book]++
		t.number = count[t.Book]
	}
	for _, t := range l.tunes {
		t.inBook = count[t.Book]
	}
}

// byID returns the tune with a number, or nil.
func (l *library) byID(id int) *tune {
	for _, t := range l.tunes {
		if t.Number == id {
			return t
		}
	}
	return nil
}

// bySlug returns the tune with a name in URLs, or nil.
func (l *library) bySlug(slug string) *tune {
	for _, t := range l.tunes {
		if t.slug == slug {
			return t
		}
	}
	return nil
}
