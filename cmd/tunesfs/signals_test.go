package main

import (
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A second signal counts only when it is a second wish.
func TestAwaitSignals(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pause time.Duration // between one signal and the next, of three
		want  []string
	}{
		{"at once", 0, []string{"soft"}},
		{"within the second", sameWish / 4, []string{"soft"}},
		{"later", sameWish + 1, []string{"soft", "hard"}},
		{"the third is later", sameWish * 3 / 4, []string{"soft", "hard"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got []string
				signals, over, ended := make(chan os.Signal, 3), make(chan struct{}), make(chan struct{})
				go func() {
					defer close(ended)
					awaitSignals(signals, over, func() { got = append(got, "soft") }, func() { got = append(got, "hard") })
				}()
				for range 3 {
					signals <- os.Interrupt
					synctest.Wait()
					time.Sleep(tt.pause)
				}
				close(over)
				<-ended
				if !slices.Equal(got, tt.want) {
					t.Errorf("three signals came to %v, want %v", got, tt.want)
				}
			})
		})
	}
}
