package plan

import (
	"slices"
	"testing"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	mb   = 1 << 20
	near = 512 << 10 // as ahead of a transfer whose rate is not known
)

func TestPlan(t *testing.T) {
	blocked := func(start, end int64) Want { return Want{ranges.Range{Start: start, End: end}, true} }
	ahead := func(start, end int64) Want { return Want{ranges.Range{Start: start, End: end}, false} }
	for name, c := range map[string]struct {
		d    Demand
		want []ranges.Range
	}{
		"nothing wanted": {Demand{Size: 100, Connections: 1}, nil},
		"whole, fresh":   {Demand{Size: 100, Whole: true, Connections: 1}, []ranges.Range{{Start: 0, End: 100}}},
		"whole, size unknown": {Demand{Size: -1, Whole: true, Connections: 1},
			[]ranges.Range{{Start: 0, End: ranges.Unbounded}}},
		"whole, under way": {Demand{Size: 100, Whole: true, Connections: 1, InFlight: []ranges.Range{{Start: 10, End: 100}}, Held: ranges.Set{{Start: 0, End: 10}}}, nil},
		"whole, all held":  {Demand{Size: 100, Whole: true, Connections: 1, Held: ranges.Set{{Start: 0, End: 100}}}, nil},
		"whole, two gaps, two connections": {Demand{Size: 100, Whole: true, Connections: 2, Held: ranges.Set{{Start: 20, End: 50}}},
			[]ranges.Range{{Start: 0, End: 20}, {Start: 50, End: 100}}},
		"whole, two gaps, one connection": {Demand{Size: 100, Whole: true, Connections: 1, Held: ranges.Set{{Start: 20, End: 50}}},
			[]ranges.Range{{Start: 0, End: 20}}},
		"a window": {Demand{Size: 10 * mb, Wants: []Want{ahead(mb, 2*mb)}}, []ranges.Range{{Start: mb, End: 2 * mb}}},
		"a window at the end": {Demand{Size: mb, Wants: []Want{ahead(mb-10, 2*mb)}},
			[]ranges.Range{{Start: mb - 10, End: mb}}},
		"a window partly held": {Demand{Size: 10 * mb, Held: ranges.Set{{Start: 100, End: 200}}, Wants: []Want{ahead(0, 300)}},
			[]ranges.Range{{Start: 0, End: 100}, {Start: 200, End: 300}}},
		"a window on its way": {Demand{Size: 10 * mb, InFlight: []ranges.Range{{Start: 0, End: 10 * mb}}, Wants: []Want{ahead(5*mb, 6*mb)}}, nil},
		"a second connection takes the second half": {Demand{Size: 10 * mb, Whole: true, Connections: 2, InFlight: []ranges.Range{{Start: 0, End: 10 * mb}}},
			[]ranges.Range{{Start: 5 * mb, End: 10 * mb}}},
		"four connections share alike": {Demand{Size: 8 * mb, Whole: true, Connections: 4},
			[]ranges.Range{{Start: 0, End: 2 * mb}, {Start: 4 * mb, End: 6 * mb}, {Start: 2 * mb, End: 4 * mb}, {Start: 6 * mb, End: 8 * mb}}},
		"no connection for next to nothing": {Demand{Size: minPiece, Whole: true, Connections: 4}, []ranges.Range{{Start: 0, End: minPiece}}},
		"an unknown end is not shared":      {Demand{Size: -1, Whole: true, Connections: 4}, []ranges.Range{{Start: 0, End: ranges.Unbounded}}},
		"blocked near a transfer waits for it": {Demand{Size: 10 * mb, Whole: true, Connections: 1, InFlight: []ranges.Range{{Start: 0, End: 10 * mb}},
			Wants: []Want{blocked(near/2, near/2+1000)}}, nil},
		"blocked at the end does not wait for the middle": {Demand{Size: 10 * mb, Whole: true, Connections: 1, InFlight: []ranges.Range{{Start: 0, End: 10 * mb}},
			Wants: []Want{blocked(10*mb-1000, 10*mb)}}, []ranges.Range{{Start: 10*mb - 1000, End: 10 * mb}}},
		"blocked in a file wanted whole runs on to the end": {Demand{Size: 10 * mb, Whole: true, Connections: 1,
			Wants: []Want{blocked(5*mb, 5*mb+1000)}}, []ranges.Range{{Start: 5 * mb, End: 10 * mb}}},
		"blocked in a file wanted whole stops at what is held": {Demand{Size: 10 * mb, Whole: true, Connections: 1, Held: ranges.Set{{Start: 6 * mb, End: 7 * mb}},
			Wants: []Want{blocked(5*mb, 5*mb+1000)}}, []ranges.Range{{Start: 5 * mb, End: 6 * mb}}},
		"what follows a transfer that ends soon waits for its connection": {Demand{Size: 10 * mb, InFlight: []ranges.Range{{Start: 0, End: 1000}},
			Wants: []Want{blocked(0, mb), ahead(2000, mb)}}, nil},
		"what follows a transfer that ends late does not": {Demand{Size: 10 * mb, InFlight: []ranges.Range{{Start: 0, End: 2 * mb}},
			Wants: []Want{ahead(2*mb-1000, 3*mb)}}, []ranges.Range{{Start: 2 * mb, End: 3 * mb}}},
		"blocked on what follows does not": {Demand{Size: 10 * mb, InFlight: []ranges.Range{{Start: 0, End: 1000}},
			Wants: []Want{blocked(1000, 2000)}}, []ranges.Range{{Start: 1000, End: 2000}}},
		"blocked comes before windows": {Demand{Size: 10 * mb, Wants: []Want{ahead(0, 100), blocked(mb, mb+10)}},
			[]ranges.Range{{Start: mb, End: mb + 10}, {Start: 0, End: 100}}},
		"two blocked on one place ask once": {Demand{Size: 10 * mb, Wants: []Want{blocked(mb, mb+10), blocked(mb, mb+10)}},
			[]ranges.Range{{Start: mb, End: mb + 10}}},
		"a window in a file wanted whole, under way elsewhere": {Demand{Size: 10 * mb, Whole: true, Connections: 1, InFlight: []ranges.Range{{Start: 0, End: 2 * mb}},
			Held: ranges.Set{{Start: 4 * mb, End: 6 * mb}}, Wants: []Want{ahead(5*mb, 7*mb)}}, []ranges.Range{{Start: 6 * mb, End: 10 * mb}}},
		"whole, where a transfer has just ended": {Demand{Size: 100, Whole: true, Connections: 2, Held: ranges.Set{{Start: 0, End: 20}}, InFlight: []ranges.Range{{Start: 20, End: 20}}},
			[]ranges.Range{{Start: 20, End: 100}}},
		"whole, over a merge gap": {Demand{Size: 100, Whole: true, Connections: 1, MergeGap: 10, Held: ranges.Set{{Start: 20, End: 30}, {Start: 50, End: 61}}},
			[]ranges.Range{{Start: 0, End: 50}}},
		"a window in a file wanted whole, coming": {Demand{Size: 10 * mb, Whole: true, Connections: 1, InFlight: []ranges.Range{{Start: 5 * mb, End: 6 * mb}},
			Held: ranges.Set{{Start: 0, End: 5 * mb}}, Wants: []Want{ahead(4*mb, 7*mb)}}, nil},
		"stream from the start":      {Demand{Size: -1, Stream: true, Wants: []Want{blocked(500, 600)}}, []ranges.Range{{Start: 0, End: ranges.Unbounded}}},
		"stream once":                {Demand{Size: 100, Stream: true, Whole: true, InFlight: []ranges.Range{{Start: 5, End: 100}}, Wants: []Want{blocked(50, 60)}}, nil},
		"stream for what is held":    {Demand{Size: 100, Stream: true, Held: ranges.Set{{Start: 0, End: 60}}, Wants: []Want{blocked(50, 60)}}, nil},
		"stream of a file held":      {Demand{Size: 100, Stream: true, Whole: true, Held: ranges.Set{{Start: 0, End: 100}}}, nil},
		"stream with nothing wanted": {Demand{Size: 100, Stream: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.d.Near = near
			if got := Next(c.d); !slices.Equal(got, c.want) {
				t.Errorf("plan(%+v)\n got %v\nwant %v", c.d, got, c.want)
			}
		})
	}
}

// FuzzPlan checks what must hold of every plan: no byte is ordered twice or
// again, orders lie within the file, every wanted byte (in a file that is wanted
// whole: what is needed first) is held, on its way, ordered or next after a
// transfer that ends soon, and a plan carried out is not planned again.
func FuzzPlan(f *testing.F) {
	f.Add([]byte{200, 1, 1, 10, 20, 2, 30, 40, 3, 100, 50, 4, 150, 30})
	f.Add([]byte("\xc8127b\x041071x0")) // what one reader needs later is what another needs first
	f.Fuzz(func(t *testing.T, data []byte) {
		d, ok := demandFrom(data)
		if !ok {
			t.Skip()
		}
		orders := Next(d)
		taken := d.Held
		for _, o := range orders {
			if o.Empty() || o.Start < 0 || o.End > d.Size {
				t.Fatalf("order %v outside of %d bytes", o, d.Size)
			}
			if got := taken.Missing(o); got.Len() != o.Len() {
				t.Fatalf("order %v asks again for what is held or ordered: %v", o, taken)
			}
			taken = taken.Add(o)
		}
		transfers := carryOut(d.InFlight, orders)
		for _, r := range transfers {
			taken = taken.Add(r)
		}
		for _, w := range d.Wants {
			for i, miss := range taken.Missing(w.Intersect(ranges.Range{Start: 0, End: d.Size})) {
				needed := !d.Whole || (i == 0 && miss.Start == w.Start+d.Held.From(w.Start))
				if needed && !endsSoon(d.InFlight, before(taken, miss.Start)) {
					t.Fatalf("%v is wanted, %v neither held nor coming by %v", w, miss, orders)
				}
			}
		}
		d.InFlight = transfers
		if again := Next(d); len(again) > 0 {
			t.Fatalf("plan %v carried out is followed by %v", orders, again)
		}
	})
}

// before returns where the last of rs ends that is not after off.
func before(rs ranges.Set, off int64) (end int64) {
	for _, r := range rs {
		if r.End <= off {
			end = r.End
		}
	}
	return end
}

// endsSoon reports whether a transfer has little to bring up to end.
func endsSoon(transfers []ranges.Range, end int64) bool {
	return slices.ContainsFunc(transfers, func(r ranges.Range) bool { return r.End == end && r.Len() <= near })
}

// carryOut returns what flies after orders: as Download.schedule does it.
func carryOut(transfers []ranges.Range, orders []ranges.Range) []ranges.Range {
	transfers = slices.Clone(transfers)
	for _, o := range orders {
		for i, r := range transfers {
			transfers[i].End = Cut(r, o.Start)
		}
		transfers = append(transfers, o)
	}
	return transfers
}

// demandFrom reads a demand out of fuzz data, with ranges in units that make
// near matter.
func demandFrom(data []byte) (Demand, bool) {
	if len(data) < 3 || data[0] == 0 {
		return Demand{}, false
	}
	const unit = near / 4
	d := Demand{Size: int64(data[0]) * unit, Whole: data[1]%2 == 1, Connections: 1 + int(data[2]%5), Near: near}
	var used ranges.Set
	for data = data[3:]; len(data) >= 3; data = data[3:] {
		r := ranges.Range{Start: int64(data[1]) * unit, End: (int64(data[1]) + int64(data[2])) * unit}.Intersect(ranges.Range{Start: 0, End: d.Size})
		if r.Empty() {
			continue
		}
		switch data[0] % 4 {
		case 0:
			d.Wants = append(d.Wants, Want{r, true})
		case 1:
			d.Wants = append(d.Wants, Want{r, false})
		case 2:
			for _, free := range used.Missing(r) {
				d.Held, used = d.Held.Add(free), used.Add(free)
			}
		case 3:
			for _, free := range used.Missing(r) {
				d.InFlight, used = append(d.InFlight, free), used.Add(free)
			}
		}
	}
	return d, true
}

func TestExtend(t *testing.T) {
	for name, c := range map[string]struct {
		reach     int64
		have      ranges.Set
		transfers []ranges.Range
		want      int64
	}{
		"no further than it reaches":         {300, nil, nil, 300},
		"an answer of its own length":        {200, nil, nil, 200},
		"not answered yet":                   {0, nil, nil, 200},
		"up to the next":                     {900, nil, []ranges.Range{{Start: 0, End: 100}, {Start: 100, End: 200}, {Start: 600, End: 700}, {Start: 400, End: 500}}, 400},
		"not where the next begins":          {900, nil, []ranges.Range{{Start: 200, End: 300}}, 200},
		"up to what is held":                 {900, ranges.Set{{Start: 0, End: 100}, {Start: 500, End: 800}}, nil, 500},
		"over a merge gap":                   {900, ranges.Set{{Start: 200, End: 210}, {Start: 300, End: 310}, {Start: 500, End: 511}}, nil, 500},
		"not over a merge gap to no purpose": {320, ranges.Set{{Start: 310, End: 320}}, nil, 310},
		"not into what is held at the end":   {900, ranges.Set{{Start: 200, End: 900}}, nil, 200},
	} {
		if got := Extend(ranges.Range{Start: 100, End: 200}, c.reach, c.have, c.transfers, 10); got != c.want {
			t.Errorf("%s: to %d, want %d", name, got, c.want)
		}
	}
}
