package demo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// connection returns the context of a connection with a pacer.
func connection(perSecond int64) context.Context {
	return pacedConnections(perSecond)(context.Background(), nil)
}

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
				r := pace(connection(test.perSecond), bytes.NewReader(content))
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

// TestPaceIsOfTheConnection: two readers on one connection share its pace.
func TestPaceIsOfTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, began := connection(100_000), time.Now()
		for range 2 {
			r := pace(ctx, bytes.NewReader(make([]byte, headSize+52_500)))
			if _, err := io.Copy(io.Discard, struct{ io.Reader }{io.LimitReader(r, headSize+52_500)}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began).Round(time.Millisecond); took != time.Second {
			t.Errorf("took %v, want 1s", took)
		}
	})
}

func TestPaceEndsWithTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(connection(100))
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()
		_, err := io.ReadAll(pace(ctx, bytes.NewReader(make([]byte, 2*headSize))))
		if !errors.Is(err, context.Canceled) || time.Since(began) != 3*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}
