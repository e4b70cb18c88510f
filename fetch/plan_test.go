package fetch

import (
	"slices"
	"testing"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

const mb = 1 << 20

func TestPlan(t *testing.T) {
	blocked := func(start, end int64) want { return want{ranges.Range{Start: start, End: end}, true} }
	ahead := func(start, end int64) want { return want{ranges.Range{Start: start, End: end}, false} }
	for name, c := range map[string]struct {
		d    demand
		want []ranges.Range
	}{
		"nothing wanted": {demand{size: 100, fill: 1}, nil},
		"whole, fresh":   {demand{size: 100, whole: true, fill: 1}, []ranges.Range{{Start: 0, End: 100}}},
		"whole, size unknown": {demand{size: -1, whole: true, fill: 1},
			[]ranges.Range{{Start: 0, End: ranges.Unbounded}}},
		"whole, under way": {demand{size: 100, whole: true, fill: 1, flying: []ranges.Range{{Start: 10, End: 100}}, have: ranges.Set{{Start: 0, End: 10}}}, nil},
		"whole, all held":  {demand{size: 100, whole: true, fill: 1, have: ranges.Set{{Start: 0, End: 100}}}, nil},
		"whole, two gaps, two connections": {demand{size: 100, whole: true, fill: 2, have: ranges.Set{{Start: 20, End: 50}}},
			[]ranges.Range{{Start: 0, End: 20}, {Start: 50, End: 100}}},
		"whole, two gaps, one connection": {demand{size: 100, whole: true, fill: 1, have: ranges.Set{{Start: 20, End: 50}}},
			[]ranges.Range{{Start: 0, End: 20}}},
		"a window": {demand{size: 10 * mb, wants: []want{ahead(mb, 2*mb)}}, []ranges.Range{{Start: mb, End: 2 * mb}}},
		"a window at the end": {demand{size: mb, wants: []want{ahead(mb-10, 2*mb)}},
			[]ranges.Range{{Start: mb - 10, End: mb}}},
		"a window partly held": {demand{size: 10 * mb, have: ranges.Set{{Start: 100, End: 200}}, wants: []want{ahead(0, 300)}},
			[]ranges.Range{{Start: 0, End: 100}, {Start: 200, End: 300}}},
		"a window on its way": {demand{size: 10 * mb, flying: []ranges.Range{{Start: 0, End: 10 * mb}}, wants: []want{ahead(5*mb, 6*mb)}}, nil},
		"a second connection takes the second half": {demand{size: 10 * mb, whole: true, fill: 2, flying: []ranges.Range{{Start: 0, End: 10 * mb}}},
			[]ranges.Range{{Start: 5 * mb, End: 10 * mb}}},
		"four connections share alike": {demand{size: 8 * mb, whole: true, fill: 4},
			[]ranges.Range{{Start: 0, End: 2 * mb}, {Start: 4 * mb, End: 6 * mb}, {Start: 2 * mb, End: 4 * mb}, {Start: 6 * mb, End: 8 * mb}}},
		"no connection for next to nothing": {demand{size: minPiece, whole: true, fill: 4}, []ranges.Range{{Start: 0, End: minPiece}}},
		"an unknown end is not shared":      {demand{size: -1, whole: true, fill: 4}, []ranges.Range{{Start: 0, End: ranges.Unbounded}}},
		"blocked near a transfer waits for it": {demand{size: 10 * mb, whole: true, fill: 1, flying: []ranges.Range{{Start: 0, End: 10 * mb}},
			wants: []want{blocked(defaultNear/2, defaultNear/2+1000)}}, nil},
		"blocked at the end does not wait for the middle": {demand{size: 10 * mb, whole: true, fill: 1, flying: []ranges.Range{{Start: 0, End: 10 * mb}},
			wants: []want{blocked(10*mb-1000, 10*mb)}}, []ranges.Range{{Start: 10*mb - 1000, End: 10 * mb}}},
		"blocked in a file wanted whole runs on to the end": {demand{size: 10 * mb, whole: true, fill: 1,
			wants: []want{blocked(5*mb, 5*mb+1000)}}, []ranges.Range{{Start: 5 * mb, End: 10 * mb}}},
		"blocked in a file wanted whole stops at what is held": {demand{size: 10 * mb, whole: true, fill: 1, have: ranges.Set{{Start: 6 * mb, End: 7 * mb}},
			wants: []want{blocked(5*mb, 5*mb+1000)}}, []ranges.Range{{Start: 5 * mb, End: 6 * mb}}},
		"what follows a transfer that ends soon waits for its connection": {demand{size: 10 * mb, flying: []ranges.Range{{Start: 0, End: 1000}},
			wants: []want{blocked(0, mb), ahead(2000, mb)}}, nil},
		"what follows a transfer that ends late does not": {demand{size: 10 * mb, flying: []ranges.Range{{Start: 0, End: 2 * mb}},
			wants: []want{ahead(2*mb-1000, 3*mb)}}, []ranges.Range{{Start: 2 * mb, End: 3 * mb}}},
		"blocked on what follows does not": {demand{size: 10 * mb, flying: []ranges.Range{{Start: 0, End: 1000}},
			wants: []want{blocked(1000, 2000)}}, []ranges.Range{{Start: 1000, End: 2000}}},
		"blocked comes before windows": {demand{size: 10 * mb, wants: []want{ahead(0, 100), blocked(mb, mb+10)}},
			[]ranges.Range{{Start: mb, End: mb + 10}, {Start: 0, End: 100}}},
		"two blocked on one place ask once": {demand{size: 10 * mb, wants: []want{blocked(mb, mb+10), blocked(mb, mb+10)}},
			[]ranges.Range{{Start: mb, End: mb + 10}}},
		"a window in a file wanted whole, under way elsewhere": {demand{size: 10 * mb, whole: true, fill: 1, flying: []ranges.Range{{Start: 0, End: 2 * mb}},
			have: ranges.Set{{Start: 4 * mb, End: 6 * mb}}, wants: []want{ahead(5*mb, 7*mb)}}, []ranges.Range{{Start: 6 * mb, End: 10 * mb}}},
		"whole, where a transfer has just ended": {demand{size: 100, whole: true, fill: 2, have: ranges.Set{{Start: 0, End: 20}}, flying: []ranges.Range{{Start: 20, End: 20}}},
			[]ranges.Range{{Start: 20, End: 100}}},
		"whole, over crumbs": {demand{size: 100, whole: true, fill: 1, crumb: 10, have: ranges.Set{{Start: 20, End: 30}, {Start: 50, End: 61}}},
			[]ranges.Range{{Start: 0, End: 50}}},
		"a window in a file wanted whole, coming": {demand{size: 10 * mb, whole: true, fill: 1, flying: []ranges.Range{{Start: 5 * mb, End: 6 * mb}},
			have: ranges.Set{{Start: 0, End: 5 * mb}}, wants: []want{ahead(4*mb, 7*mb)}}, nil},
		"stream from the start":      {demand{size: -1, stream: true, wants: []want{blocked(500, 600)}}, []ranges.Range{{Start: 0, End: ranges.Unbounded}}},
		"stream once":                {demand{size: 100, stream: true, whole: true, flying: []ranges.Range{{Start: 5, End: 100}}, wants: []want{blocked(50, 60)}}, nil},
		"stream for what is held":    {demand{size: 100, stream: true, have: ranges.Set{{Start: 0, End: 60}}, wants: []want{blocked(50, 60)}}, nil},
		"stream of a file held":      {demand{size: 100, stream: true, whole: true, have: ranges.Set{{Start: 0, End: 100}}}, nil},
		"stream with nothing wanted": {demand{size: 100, stream: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.d.near = defaultNear
			if got := plan(c.d); !slices.Equal(got, c.want) {
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
		orders := plan(d)
		taken := d.have
		for _, o := range orders {
			if o.Empty() || o.Start < 0 || o.End > d.size {
				t.Fatalf("order %v outside of %d bytes", o, d.size)
			}
			if got := taken.Missing(o); got.Len() != o.Len() {
				t.Fatalf("order %v asks again for what is held or ordered: %v", o, taken)
			}
			taken = taken.Add(o)
		}
		flying := carryOut(d.flying, orders)
		for _, r := range flying {
			taken = taken.Add(r)
		}
		for _, w := range d.wants {
			for i, miss := range taken.Missing(w.Intersect(ranges.Range{Start: 0, End: d.size})) {
				needed := !d.whole || (i == 0 && miss.Start == w.Start+d.have.From(w.Start))
				if needed && !endsSoon(d.flying, before(taken, miss.Start)) {
					t.Fatalf("%v is wanted, %v neither held nor coming by %v", w, miss, orders)
				}
			}
		}
		d.flying = flying
		if again := plan(d); len(again) > 0 {
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
func endsSoon(flying []ranges.Range, end int64) bool {
	return slices.ContainsFunc(flying, func(r ranges.Range) bool { return r.End == end && r.Len() <= defaultNear })
}

// carryOut returns what flies after orders: as Download.schedule does it.
func carryOut(flying []ranges.Range, orders []ranges.Range) []ranges.Range {
	flying = slices.Clone(flying)
	for _, o := range orders {
		for i, r := range flying {
			flying[i].End = cut(r, o.Start)
		}
		flying = append(flying, o)
	}
	return flying
}

// demandFrom reads a demand out of fuzz data, with ranges in units that make
// near matter.
func demandFrom(data []byte) (demand, bool) {
	if len(data) < 3 || data[0] == 0 {
		return demand{}, false
	}
	const unit = defaultNear / 4
	d := demand{size: int64(data[0]) * unit, whole: data[1]%2 == 1, fill: 1 + int(data[2]%5), near: defaultNear}
	var used ranges.Set
	for data = data[3:]; len(data) >= 3; data = data[3:] {
		r := ranges.Range{Start: int64(data[1]) * unit, End: (int64(data[1]) + int64(data[2])) * unit}.Intersect(ranges.Range{Start: 0, End: d.size})
		if r.Empty() {
			continue
		}
		switch data[0] % 4 {
		case 0:
			d.wants = append(d.wants, want{r, true})
		case 1:
			d.wants = append(d.wants, want{r, false})
		case 2:
			for _, free := range used.Missing(r) {
				d.have, used = d.have.Add(free), used.Add(free)
			}
		case 3:
			for _, free := range used.Missing(r) {
				d.flying, used = append(d.flying, free), used.Add(free)
			}
		}
	}
	return d, true
}
