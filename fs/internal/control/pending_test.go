package control

import (
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

// An order is pending until it is carried out, and those of other folders do not matter.
func TestIsPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		life := lifetime.New()
		c := New(life, slog.New(slog.DiscardHandler), nil)
		var told, other Queue
		listed := make(chan struct{})
		c.InOrder(&told, func() { <-listed }, func(Order) {})
		synctest.Wait()
		if !c.IsPending(&told) || c.IsPending(&other) {
			t.Error("an order for a folder that is not listed is not pending, or one for another is")
		}
		close(listed)
		synctest.Wait()
		if c.IsPending(&told) {
			t.Error("it is pending when it is carried out")
		}
		life.Close()
		life.Wait()
	})
}
