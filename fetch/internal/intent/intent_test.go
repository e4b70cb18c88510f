package intent

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	kb = 1 << 10
	mb = 1 << 20
	ms = time.Millisecond
)

// A step is a read of a program: after a pause, and served after a while.
type step struct {
	pause  time.Duration
	off, n int64
	took   time.Duration
}

// start is when handles are opened.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// span returns the bytes of a step.
func (s step) span() ranges.Range { return ranges.Range{Start: s.off, End: s.off + s.n} }

// repeat returns reads in sequence from off on, each after a pause.
func repeat(times int, pause time.Duration, off, n int64, took time.Duration) (steps []step) {
	for i := range times {
		steps = append(steps, step{pause, off + int64(i)*n, n, took})
	}
	return steps
}

// join returns the steps of several programs, or phases of one.
func join(parts ...[]step) (all []step) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// drive carries steps out, and returns when the last was served.
func (t *Trace) drive(steps []step) time.Time {
	now := start
	for _, s := range steps {
		now = now.Add(s.pause)
		t.Read(s.span(), now)
		now = now.Add(s.took)
		t.Served(s.span(), now)
	}
	return now
}

// slow is how long n bytes take at 200 kB/s with a round trip of 100 ms.
func slow(n int64) time.Duration {
	return 100*ms + time.Duration(n)*time.Second/200_000
}

// TestPrograms holds what programs read, and what that means when they close the file a
// moment later.
func TestPrograms(t *testing.T) {
	const size = 8 * mb
	tags := func(n int64) ranges.Set { return ranges.Set{{Start: 0, End: n}} }
	indexed := ranges.Set{{Start: 0, End: 48}, {Start: 7 * mb, End: size}} // its moov atom comes last
	for name, c := range map[string]struct {
		structure    ranges.Set
		steps        []step
		stays        time.Duration // open after the last read
		means, lasts bool
		kind         Kind
	}{
		"opens, and reads nothing":             {tags(4 * kb), nil, time.Hour, false, false, Probe},
		"MPD updates":                          {tags(4 * kb), repeat(2, 0, 0, 256*kb, ms), 50 * ms, false, false, Probe},
		"MPD updates, over a slow link":        {tags(4 * kb), repeat(2, 0, 0, 256*kb, slow(256*kb)), 10 * ms, true, false, Copy},
		"MPD updates, and looks at the end":    {tags(4 * kb), append(repeat(1, 0, 0, 256*kb, ms), step{0, size - 128, 128, ms}), 10 * ms, false, false, Probe},
		"a cover of 2 MB":                      {tags(2 * mb), repeat(16, 0, 0, 128*kb, slow(128*kb)), time.Second, false, false, Probe},
		"a cover of 2 MB, and a little beyond": {tags(2 * mb), repeat(65, 0, 0, 32*kb, ms), 10 * ms, false, false, Probe},
		"an index at the end":                  {indexed, append(repeat(2, 0, 0, 16, ms), repeat(8, 0, 7*mb, 128*kb, ms)...), time.Hour, false, false, Probe},
		"mutagen":                              {tags(4 * kb), []step{{0, 0, 10, ms}, {0, 10, 4 * kb, ms}, {0, size - 160, 160, ms}, {0, 4 * kb, 8 * kb, ms}}, time.Hour, false, false, Probe},
		"file":                                 {tags(4 * kb), repeat(7, 0, 0, 512*kb, ms), 10 * ms, true, false, Copy},
		"file, over a slow link":               {tags(4 * kb), repeat(7, 0, 0, 512*kb, slow(512*kb)), 10 * ms, true, false, Copy},
		"ffprobe":                              {tags(4 * kb), append(repeat(8, 0, 0, 32*kb, ms), step{0, size - 64*kb, 64 * kb, ms}), 10 * ms, false, false, Probe},
		"mediainfo":                            {tags(4 * kb), []step{{0, 0, 64 * kb, ms}, {0, 4 * mb, 64 * kb, ms}, {0, 5 * mb, 64 * kb, ms}, {0, 6 * mb, 64 * kb, ms}, {0, size - 64*kb, 64 * kb, ms}}, time.Minute, false, false, Random},
		"a look at the middle, kept open":      {tags(4 * kb), []step{{0, 0, 4 * kb, ms}, {0, 4 * mb, 64 * kb, ms}}, time.Hour, false, false, Probe},
		"head, kept open":                      {tags(4 * kb), []step{{0, 0, 4 * kb, ms}, {0, 4 * kb, 8 * kb, ms}}, time.Hour, false, false, Probe},
		"a database":                           {nil, []step{{0, 0, 4 * kb, ms}, {time.Second, 3 * mb, 4 * kb, ms}, {time.Second, mb, 4 * kb, ms}, {time.Second, 5 * mb, 4 * kb, ms}, {time.Second, 2 * mb, 4 * kb, ms}}, time.Second, false, false, Random},
		"cp":                                   {tags(4 * kb), repeat(49, 0, 0, 128*kb, ms), 0, true, true, Copy},
		"cp, stopped early":                    {tags(4 * kb), repeat(45, 0, 0, 128*kb, ms), 0, true, false, Copy},
		"cp, stopped early, over a slow link":  {tags(4 * kb), repeat(45, 0, 0, 128*kb, slow(128*kb)), 0, true, false, Copy},
		"cp of a cover, stopped early":         {tags(3 * mb), repeat(50, 0, 0, 128*kb, ms), 0, true, false, Copy},
		"cp, over a slow link, after a second": {tags(4 * kb), repeat(3, 0, 0, 128*kb, slow(128*kb)), 0, true, false, Copy},
		"cp of a file without structure":       {nil, repeat(49, 0, 0, 128*kb, ms), 0, true, true, Copy},
		"cp of a long cover":                   {tags(2 * mb), repeat(105, 0, 0, 64*kb, slow(64*kb)), 0, true, true, Copy},
		"rsync":                                {tags(4 * kb), repeat(25, 0, 0, 256*kb, ms), 0, true, true, Copy},
		"sha256sum":                            {tags(4 * kb), repeat(195, 0, 0, 32*kb, ms), 0, true, true, Copy},
		"copies out of order":                  {tags(4 * kb), []step{{0, 128 * kb, 128 * kb, ms}, {0, 0, 128 * kb, ms}, {0, 256 * kb, 2 * mb, ms}, {0, 256*kb + 2*mb, 2 * mb, ms}, {0, 256*kb + 4*mb, 2 * mb, ms}}, 0, true, true, Copy},
		"a player begins":                      {tags(4 * kb), []step{{0, 0, 32 * kb, ms}, {0, size - 128, 128, ms}, {0, 32 * kb, 32 * kb, ms}}, Moment, true, false, Copy},
		"a player is left at once":             {tags(4 * kb), []step{{0, 0, 32 * kb, ms}, {0, size - 128, 128, ms}, {0, 32 * kb, 32 * kb, ms}}, Moment / 2, false, false, Probe},
		"a player of 128 kbit/s":               {tags(4 * kb), join(repeat(4, 0, 0, 4*kb, ms), repeat(40, 250*ms, 16*kb, 4*kb, ms)), 0, true, true, Play},
		"MPD plays":                            {tags(4 * kb), repeat(2, 0, 0, 256*kb, ms), 8 * time.Second, true, true, Play},
		"plays with the index at the end":      {indexed, join(repeat(1, 0, 0, 32*kb, ms), repeat(8, 0, 7*mb, 128*kb, ms), repeat(12, time.Second, 32*kb, 32*kb, ms)), 0, true, true, Play},
		"plays, the index at the end":          {indexed, join([]step{{0, 0, 4 * kb, ms}, {0, 7*mb - 1, 512, ms}, {0, 7*mb + 511, mb - 511, slow(mb)}}, repeat(12, time.Second/4, 4*kb, 12*kb, ms)), 0, true, false, Play},
		"plays on from the middle":             {tags(4 * kb), join(repeat(2, 0, 0, 32*kb, ms), repeat(5, time.Second, 4*mb, 32*kb, ms)), time.Second, true, true, Play},
		"plays, over a link of twice the pace": {tags(4 * kb), repeat(20, time.Second/2, 0, 32*kb, time.Second/4), 0, true, true, Play},
		"a burst, and left open":               {tags(4 * kb), repeat(2, 0, 0, 64*kb, ms), time.Hour, true, false, Play},
		"two bursts, and left open":            {tags(4 * kb), join(repeat(2, 0, 0, 64*kb, ms), repeat(1, time.Minute, 128*kb, 64*kb, ms)), time.Hour, true, false, Play},
		"an analyser of two minutes of four":   {tags(4 * kb), repeat(64, 0, 0, 64*kb, slow(64*kb)), 0, true, false, Copy},
		"reads again and again":                {tags(4 * kb), join(repeat(1, 0, 4*kb, 12*kb, ms), repeat(1, 0, 4*kb, 12*kb, ms), repeat(1, 0, 4*kb, 12*kb, ms)), time.Hour, false, false, Probe},
		"a small file":                         {tags(4 * kb), repeat(1, 0, 0, 12*kb, ms), time.Minute, false, false, Probe},
	} {
		t.Run(name, func(t *testing.T) {
			var r Trace
			r.Learn(c.structure, size)
			now := r.drive(c.steps).Add(c.stays)
			if means, lasts := r.Means(now), r.Lasts(now); means != c.means || lasts != c.lasts {
				t.Errorf("means %v, lasts %v; want %v, %v", means, lasts, c.means, c.lasts)
			}
			if kind := r.Kind(now); kind != c.kind {
				t.Errorf("it looks like %v, want %v", kind, c.kind)
			}
		})
	}
}

// TestMuch reads files of several sizes at full speed, as file(1) does: its first 7 MiB and
// its last. How much has to be read for a wish that outlasts the handle depends on the size.
func TestMuch(t *testing.T) {
	for name, c := range map[string]struct {
		size        int64
		steps       []step
		sure, lasts bool
	}{
		"a look":                      {2 * mb, repeat(9, 0, 0, 128*kb, ms), false, false},
		"more, of a small file":       {2 * mb, repeat(11, 0, 0, 128*kb, ms), true, false},
		"most of a small file":        {2 * mb, repeat(13, 0, 0, 128*kb, ms), true, true},
		"all of a small file":         {mb, repeat(8, 0, 0, 128*kb, ms), false, false},
		"less than three quarters":    {10 * mb, repeat(58, 0, 0, 128*kb, ms), true, false},
		"three quarters":              {10 * mb, repeat(60, 0, 0, 128*kb, ms), true, true},
		"file(1)":                     {40 * mb, repeat(14, 0, 0, 512*kb, ms), true, false},
		"file(1), the end":            {40 * mb, append(repeat(14, 0, 0, 512*kb, ms), repeat(14, 0, 33*mb, 512*kb, ms)...), true, false},
		"file(1), over a slow link":   {40 * mb, append(repeat(14, 0, 0, 512*kb, slow(512*kb)), repeat(14, 0, 33*mb, 512*kb, slow(512*kb))...), true, false},
		"file(1), of twice that":      {14 * mb, append(repeat(14, 0, 4*kb, 512*kb, ms), repeat(14, 0, 7*mb+4*kb, 512*kb, ms)...), true, true},
		"8 MiB":                       {40 * mb, repeat(65, 0, 0, 128*kb, ms), true, false},
		"7 MiB, of unknown size":      {-1, repeat(14, 0, 0, 512*kb, ms), true, false},
		"8 MiB, of unknown size":      {-1, repeat(16, 0, 0, 512*kb, ms), true, true},
		"at a pace":                   {40 * mb, repeat(8, time.Second/2, 0, 32*kb, ms), true, true},
		"at a pace, for a second":     {40 * mb, repeat(4, time.Second/2, 0, 32*kb, ms), false, false},
		"from the middle, at the end": {40 * mb, repeat(14, 0, 33*mb, 512*kb, ms), true, false},
		"from the middle, to the end": {20 * mb, repeat(18, 0, 11*mb, 512*kb, ms), true, false},
		"at a pace, for 2.5 seconds":  {40 * mb, repeat(5, time.Second/2, 0, 32*kb, ms), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var r Trace
			r.Learn(nil, c.size)
			now := r.drive(c.steps)
			if sure, lasts := r.Sure(now), r.Lasts(now); sure != c.sure || lasts != c.lasts {
				t.Errorf("sure %v, lasts %v; want %v, %v", sure, lasts, c.sure, c.lasts)
			}
		})
	}
}

// TestPace plays at a pace, after a buffer was filled.
func TestPace(t *testing.T) {
	for name, c := range map[string]struct {
		steps []step
		want  float64
	}{
		"nothing":              {nil, 0},
		"too short":            {repeat(4, 100*ms, 0, 32*kb, 0), 0},
		"128 kbit/s":           {repeat(120, 250*ms, 0, 4*kb, 0), 16_000},
		"a buffer, and then":   {join(repeat(4, 0, 0, 128*kb, 0), repeat(30, time.Second, 512*kb, 16*kb, 0)), 16_000},
		"a copy":               {repeat(60, 0, 0, 128*kb, 100*ms), 1_310_720},
		"a copy to a slow one": {repeat(60, 100*ms, 0, 1*mb, 0), 10_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			var r Trace
			now := r.drive(c.steps)
			if got := r.Pace(now); got < c.want*0.9 || got > c.want*1.1 {
				t.Errorf("%.0f bytes a second, want %.0f", got, c.want)
			}
		})
	}
}

// TestForget begins again after the bytes were dropped.
func TestForget(t *testing.T) {
	var r Trace
	now := r.drive(repeat(12, 0, 0, 128*kb, ms))
	r.Forget()
	if r.Means(now) || !r.Due(now).IsZero() || r.Hurries() {
		t.Error("what was forgotten counts")
	}
}

// TestUnendedReads leaves a read, and has one wait for hours: that is no pace.
func TestUnendedReads(t *testing.T) {
	var r Trace
	now := r.drive(repeat(3, 0, 0, 128*kb, ms)).Add(ms)
	r.Read(ranges.Range{Start: 384 * kb, End: 512 * kb}, now)
	now = now.Add(time.Hour)
	if !r.Means(now) || r.Lasts(now) || r.Kind(now) != Copy || !r.Due(now).IsZero() {
		t.Errorf("while it waits: means %v, lasts %v, %v, due %v", r.Means(now), r.Lasts(now), r.Kind(now), r.Due(now))
	}
	r.Left(now)
	r.Left(now) // one too many harms nothing
	if due := r.Due(now); due.Sub(now) > Idle || due.Before(now) {
		t.Errorf("due %v after it left", due.Sub(now))
	}
}

// FuzzTrace reads at random: what a trace says never contradicts itself.
func FuzzTrace(f *testing.F) {
	f.Add([]byte{0, 10, 5, 1, 0, 10, 5, 1})
	f.Add([]byte{1, 200, 255, 3, 0, 0, 0, 0, 9, 9, 9, 9})
	f.Add([]byte{2, 0, 255, 0, 2, 0, 255, 0, 2, 0, 255, 0, 2, 0, 255, 0, 2, 0, 255, 0, 3, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Trace
		now, size, asked, next := start, int64(4*mb), int64(0), int64(0)
		var pending []ranges.Range
		for ; len(b) >= 4; b = b[4:] {
			now = now.Add(time.Duration(b[3]) * 20 * ms)
			switch b[0] % 6 {
			case 0, 1, 2:
				span := ranges.Range{Start: next, End: next + int64(b[2])*kb}
				if b[0]%6 == 0 {
					span = ranges.Range{Start: int64(b[1]) * 16 * kb, End: int64(b[1])*16*kb + int64(b[2])*kb}
				}
				asked, next = asked+span.Len(), span.End
				r.Read(span, now)
				pending = append(pending, span)
			case 3:
				if len(pending) > 0 {
					r.Served(pending[0], now)
					pending = pending[1:]
				}
			case 4:
				if len(pending) > 0 {
					r.Left(now)
					pending = pending[1:]
				}
			case 5:
				r.Learn(ranges.Set{}.Add(ranges.Range{Start: 0, End: int64(b[1]) * kb}), size)
			}
			check(t, &r, now, asked)
		}
	})
}

// String returns the kind's name.
func (k Kind) String() string { return [...]string{"probe", "random", "copy", "play"}[k] }

// check checks what is true of every trace.
func check(t *testing.T, r *Trace, now time.Time, asked int64) {
	t.Helper()
	means, sure, lasts, due := r.Means(now), r.Sure(now), r.Lasts(now), r.Due(now)
	switch {
	case r.content > asked || r.content < 0 || r.asked < 0 || r.waiting < 0 || r.idle < 0:
		t.Errorf("counts are wrong: %+v of %d asked", r, asked)
	case sure && !means || lasts && !sure:
		t.Errorf("it means %v, is sure %v, lasts %v: %+v", means, sure, lasts, r)
	case means && r.content < Little:
		t.Errorf("%d bytes mean it", r.content)
	case !due.IsZero() && due.Before(now):
		t.Errorf("due %v ago", now.Sub(due))
	case !due.IsZero() && r.Means(due) == means && r.Sure(due) == sure && r.Lasts(due) == lasts:
		t.Errorf("nothing changes when it is due: %+v", r)
	case due.IsZero() && r.waiting == 0 && (r.Means(now.Add(time.Hour)) != means || r.Sure(now.Add(time.Hour)) != sure || r.Lasts(now.Add(time.Hour)) != lasts):
		t.Errorf("it changes, and is not due: %+v", r)
	}
	if k := r.Kind(now); means != (k == Copy || k == Play) || r.Pace(now) < 0 {
		t.Errorf("%v at %f a second, though means is %v", k, r.Pace(now), means)
	}
}
