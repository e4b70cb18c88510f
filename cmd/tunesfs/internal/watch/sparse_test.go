package watch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// Sparse lines tell of states and of tenths.
func TestSieve(t *testing.T) {
	s := sieve{}
	var got []string
	send := func(d client.Download) {
		d.ID = "1"
		for _, d := range s.pass([]download{{Mount: "/m", Download: d}}) {
			got = append(got, fmt.Sprintf("%s %d", d.State, d.Held))
		}
	}
	for held := int64(0); held <= 100; held += 4 {
		send(client.Download{State: "downloading", Size: 100, Held: held})
	}
	for range 2 {
		send(client.Download{State: "complete", Size: 100, Held: 100})
	}
	for held := int64(0); held < 3*largeStep; held += largeStep / 2 {
		send(client.Download{State: "downloading", Size: client.Unknown, Held: held})
	}
	for _, why := range []string{"no route", "no route", "refused"} {
		send(client.Download{State: "failed", Size: client.Unknown, Held: 7, Error: why})
	}
	const want = "downloading 0, downloading 12, downloading 20, downloading 32, downloading 40, downloading 52, downloading 60, downloading 72, " +
		"downloading 80, downloading 92, downloading 100, complete 100, complete 100, " +
		"downloading 0, downloading 10000000, downloading 20000000, failed 7, failed 7"
	if got := strings.Join(got, ", "); got != want {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}
	if len(s) != 1 {
		t.Errorf("it knows %d downloads", len(s))
	}
}
