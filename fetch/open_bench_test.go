package fetch

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// BenchmarkOpen opens a store of 100,000 records, 100 of them of downloads to go
// on with, and tells how much memory that leaves in use; and then, as a store
// with a quota does behind its users' backs, looks how much each record holds.
func BenchmarkOpen(b *testing.B) {
	const records, active = 100_000, 100
	dir := b.TempDir()
	fillStore(b, dir, records, active)
	unreachable := func(ctx context.Context, _ string) (Location, error) {
		<-ctx.Done()
		return Location{}, ctx.Err()
	}
	for _, scan := range []bool{false, true} {
		b.Run(map[bool]string{false: "open", true: "scan"}[scan], func(b *testing.B) {
			used := heapInUse()
			for b.Loop() {
				s, err := Open(dir, Options{Logger: slog.New(slog.DiscardHandler), Locate: unreachable})
				if err != nil {
					b.Fatal(err)
				}
				if scan {
					s.cache.Scan(s.ctx)
				}
				b.StopTimer()
				if got := len(s.Active()); got != active {
					b.Fatalf("%d downloads go on, want %d", got, active)
				}
				b.ReportMetric((heapInUse()-used)/(1<<20), "MiB-in-use")
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// heapInUse returns bytes, those that could be collected included.
func heapInUse() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse)
}

// fillStore makes records as a store would have left them.
func fillStore(b *testing.B, dir string, records, active int) {
	b.Helper()
	const size, held = 3 << 20, 16 << 10
	write := func(path string, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, diskcache.ActiveDir), 0o700); err != nil {
		b.Fatal(err)
	}
	for i := range records {
		r := diskcache.Record{
			Key: fmt.Sprint("track", i), URL: fmt.Sprintf("https://audio.example.org/%d.m4a", i), Exact: true, State: Idle.String(),
			File: validator.Validator{Size: size, ETag: fmt.Sprintf(`"%d"`, i)}, Type: "audio/mp4", Held: ranges.Set{{Start: 0, End: held}},
		}
		p := diskcache.PlaceOf(dir, diskcache.NameOf(r.Key))
		if i < active {
			r.State = Downloading.String()
			write(p.ActivePath(), nil)
		}
		text, err := r.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(p.RecordPath()), 0o700); err != nil {
			b.Fatal(err)
		}
		write(p.RecordPath(), text)
		write(dataFile(p), []byte{1}) // takes a block
		if err := os.Truncate(dataFile(p), size); err != nil {
			b.Fatal(err)
		}
	}
}
