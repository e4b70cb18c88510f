package demo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPace(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	for _, test := range []struct {
		name      string
		perSecond int64
		at        int64
		count     int
		want      time.Duration
	}{
		{"the head at once", 100_000, 0, headSize, 0},
		{"the head of a slow one too", 1, 1000, 4096, 0},
		{"the rest at its pace", 100_000, 0, headSize + 105_000, time.Second},
		{"a default", 0, headSize, DefaultRate/20 + DefaultRate, time.Second},
		{"a range elsewhere", 100_000, 500_000, 205_000, 2 * time.Second},
		{"a slow one", 100, headSize, minBurst + 1000, 10 * time.Second},
		{"no limit", -1, 0, len(content), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := pace(t.Context(), newPacer(test.perSecond), bytes.NewReader(content))
				if _, err := r.Seek(test.at, io.SeekStart); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				got := make([]byte, test.count)
				if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, content[test.at:][:test.count]) {
					t.Errorf("other bytes, %v", err)
				}
				if took := time.Since(began).Round(time.Millisecond); took != test.want {
					t.Errorf("took %v, want %v", took, test.want)
				}
			})
		})
	}
}

// TestPaceIsShared: two readers of one tune have its pace between them.
func TestPaceIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const each = 52_500 // together a second's, and the first burst
		pacer, began := newPacer(100_000), time.Now()
		var readers sync.WaitGroup
		for range 2 {
			readers.Go(func() {
				r := pace(t.Context(), pacer, bytes.NewReader(make([]byte, headSize+each)))
				if _, err := io.ReadFull(r, make([]byte, headSize+each)); err != nil {
					t.Error(err)
				}
			})
		}
		readers.Wait()
		if took := time.Since(began).Round(time.Millisecond); took != time.Second {
			t.Errorf("took %v, want 1s", took)
		}
	})
}

func TestPaceEndsWithTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()
		_, err := io.ReadAll(pace(ctx, newPacer(100), bytes.NewReader(make([]byte, 2*headSize))))
		if !errors.Is(err, context.Canceled) || time.Since(began) != 3*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}
