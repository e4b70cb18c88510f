package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseLine(t *testing.T) {
	for _, tt := range []struct {
		line string
		want Download
		kind lineKind
	}{
		{`{"id":"3","path":"a/b","state":"paused","size":20,"held":3,"progress":"15.0% of 20 bytes","error":"e","waiting":"cat (1)"}`,
			Download{ID: "3", Path: "a/b", State: "paused", Size: 20, Held: 3, Progress: "15.0% of 20 bytes", Error: "e", Waiting: "cat (1)"}, statusLine},
		{`{"id":"3","state":"queued","size":-7,"held":-2}`, Download{ID: "3", State: "queued", Size: Unknown}, statusLine},
		{`{"id":"3","state":"queued","size":null,"held":2}`, Download{ID: "3", State: "queued", Size: Unknown, Held: 2}, statusLine},
		{`{"id":"3","state":"of a later version","new":1}`, Download{ID: "3", State: "of a later version", Size: Unknown}, statusLine},
		{`{"lost":true}`, Download{}, gapLine},
		{``, Download{}, gapLine},
		{`{`, Download{}, gapLine},
		{`null`, Download{}, gapLine},
		{`[]`, Download{}, gapLine},
		{`{"id":3,"state":"queued"}`, Download{}, gapLine},
		{`{"id":"3"}`, Download{}, gapLine},
		{`{"state":"queued"}`, Download{}, gapLine},
	} {
		if got, kind := parseLine([]byte(tt.line + "\n")); got != tt.want || kind != tt.kind {
			t.Errorf("%s is %+v, %v", tt.line, got, kind)
		}
	}
}

func TestReadDownloads(t *testing.T) {
	line := `{"id":"%d","state":"queued"}` + "\n"
	list, err := readDownloads(strings.NewReader(fmt.Sprintf(line, 1) + "junk\n" + fmt.Sprintf(line, 2)))
	if err != nil || len(list) != 2 || list[1].ID != "2" || list[1].Rate != Unknown {
		t.Errorf("got %+v, %v", list, err)
	}
	var many strings.Builder
	for i := range MaxNames + 1 {
		fmt.Fprintf(&many, line, i)
	}
	if list, err = readDownloads(strings.NewReader(many.String())); err != ErrTooMany || len(list) != MaxNames {
		t.Errorf("got %d, %v", len(list), err)
	}
	if _, err := readDownloads(strings.NewReader(strings.Repeat("x", maxLine+1))); err == nil {
		t.Error("a line without an end is taken")
	}
}

// known returns the states that a program knows after events.
func known(events []Event) map[string]string {
	states := map[string]string{}
	for _, e := range events {
		if e.Kind == Reset {
			clear(states)
		}
		for _, d := range e.Downloads {
			states[d.ID] = d.State
			if d.State == "idle" || d.State == "complete" {
				delete(states, d.ID)
			}
		}
	}
	return states
}

// However the stream comes in pieces, and wherever it has a gap, no state that is over
// stays.
func TestStream(t *testing.T) {
	const (
		a1  = `{"id":"a","state":"queued"}` + "\n"
		a2  = `{"id":"a","state":"complete"}` + "\n"
		b1  = `{"id":"b","state":"downloading"}` + "\n"
		gap = `{"lost":true}` + "\n"
	)
	b := []Download{{ID: "b", State: "downloading"}}
	for _, tt := range []struct {
		name, text string
		all        []Download
		allErr     error
		want       map[string]string
	}{
		{"nothing", "", nil, nil, map[string]string{}},
		{"opened", "\n", b, nil, map[string]string{"b": "downloading"}},
		{"complete", "\n" + a1 + a2, nil, nil, map[string]string{}},
		{"lost its end", "\n" + a1 + gap, nil, nil, map[string]string{}},
		{"lost, and told again", "\n" + a1 + gap + b1, b, nil, map[string]string{"b": "downloading"}},
		{"lost, and the list cannot be read", "\n" + a1 + gap + b1, nil, ErrHung, map[string]string{"b": "downloading"}},
		{"garbage is a gap", "\n" + a1 + "{\n" + b1, b, nil, map[string]string{"b": "downloading"}},
		{"half a line at the end", "\n" + a1 + `{"id"`, nil, nil, map[string]string{"a": "queued"}},
		{"a line without an end", "\n" + a1 + strings.Repeat("x", 2*maxLine), nil, nil, map[string]string{"a": "queued"}},
	} {
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(tt.text), "lines": &pieces{tt.text}} {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				var events []Event
				s := newStream(in, func(context.Context) ([]Download, error) { return tt.all, tt.allErr }, time.Now)
				s.run(t.Context(), func(e Event) bool {
					events = append(events, e)
					return true
				})
				if got := known(events); !reflect.DeepEqual(got, tt.want) {
					t.Errorf("known are %v, want %v, after %+v", got, tt.want, events)
				}
			})
		}
	}
}

// pieces is a Reader that gives a line at a time.
type pieces struct{ text string }

func (p *pieces) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	end := strings.IndexByte(p.text, '\n') + 1
	if end == 0 {
		end = len(p.text)
	}
	n := copy(b, p.text[:end])
	p.text = p.text[n:]
	return n, nil
}

// A stream whose reader has gone is read no further.
func TestStreamWithoutReader(t *testing.T) {
	sent := 0
	s := newStream(strings.NewReader("\n\n\n"), func(context.Context) ([]Download, error) { return nil, nil }, time.Now)
	s.run(t.Context(), func(Event) bool {
		sent++
		return false
	})
	if sent != 1 {
		t.Errorf("%d events are sent", sent)
	}
}

// A stream that panics says so, and does not end the program.
func TestStreamPanics(t *testing.T) {
	var events []Event
	s := newStream(strings.NewReader("\n"), func(context.Context) ([]Download, error) { panic("a fault") }, time.Now)
	s.protectedRun(t.Context(), func(e Event) bool {
		events = append(events, e)
		return true
	})
	if len(events) != 1 || events[0].Kind != Unfollowed || !strings.Contains(events[0].Err.Error(), "a fault") {
		t.Errorf("it sends %+v", events)
	}
}

// What comes at once is few events, each of bounded size.
func TestBatches(t *testing.T) {
	const lines = 10_000
	text := "\n" + strings.Repeat(`{"id":"a","state":"downloading"}`+"\n", lines)
	var events, got int
	s := newStream(strings.NewReader(text), func(context.Context) ([]Download, error) { return nil, nil }, time.Now)
	s.run(t.Context(), func(e Event) bool {
		events, got = events+1, got+len(e.Downloads)
		if len(e.Downloads) > maxBatch {
			t.Errorf("%d in one event", len(e.Downloads))
		}
		return true
	})
	if got != lines || events > 2*lines/maxBatch+2 {
		t.Errorf("%d lines in %d events", got, events)
	}
}

func TestRates(t *testing.T) {
	start := time.Unix(1000, 0)
	r := newRates()
	for i, step := range []struct {
		state string
		after time.Duration
		held  int64
		want  int64
	}{
		{"queued", 0, 0, 0},
		{"downloading", 0, 0, Unknown},
		{"downloading", 500 * time.Millisecond, 100, Unknown},
		{"downloading", time.Second, 300, 300},
		{"downloading", 1500 * time.Millisecond, 9000, 300},
		{"downloading", 3 * time.Second, 500, 100},
		{"downloading", 4 * time.Second, 10, Unknown}, // begun again
		{"downloading", 3 * time.Second, 20, Unknown}, // the clock was set back
		{"paused", 5 * time.Second, 20, 0},
		{"downloading", 9 * time.Second, 90, Unknown},
	} {
		if got := r.of(Download{ID: "a", State: step.state, Held: step.held}, start.Add(step.after)); got != step.want {
			t.Errorf("step %d: %d, want %d", i, got, step.want)
		}
	}
	for i := range MaxNames + 5 {
		r.of(Download{ID: fmt.Sprint(i), State: "downloading"}, start)
	}
	if len(r.known) > MaxNames {
		t.Errorf("%d are known", len(r.known))
	}
	r.reset()
	if len(r.known) > 0 {
		t.Error("a reset forgets nothing")
	}
}

func TestHealth(t *testing.T) {
	gone, hung := unmounted("/m"), ErrHung
	h := newHealth()
	for i, step := range []struct {
		look error
		kind Kind
		news bool
	}{
		{nil, 0, false}, {hung, Hung, true}, {hung, 0, false}, {nil, Alive, true}, {gone, Gone, true},
		{dead("/m"), 0, false}, {hung, Hung, true}, {gone, Gone, true}, {nil, Alive, true}, {nil, 0, false},
	} {
		event, news := h.observe(step.look)
		if news != step.news || event.Kind != step.kind || news && !errors.Is(event.Err, step.look) {
			t.Errorf("step %d: %+v, %v", i, event, news)
		}
	}
}
