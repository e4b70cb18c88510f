package diskcache

import (
	"errors"
	"testing"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// TestSlowOpenBlocksOnlyItself has the disk take its time to open a file: who only
// counts references, as under a download's lock, does not wait for it.
func TestSlowOpenBlocksOnlyItself(t *testing.T) {
	opening, goOn := make(chan struct{}), make(chan struct{})
	p := PlaceOf(t.TempDir(), NameOf("a"))
	p.files = durable.Files{Hook: func(s durable.Step) error {
		if s.Kind == "emptied" {
			close(opening)
			<-goOn
		}
		return nil
	}}
	f := newFile(&p)
	acquired := make(chan error)
	go func() { acquired <- f.Acquire() }()
	<-opening
	f.Rest()
	if f.Share() {
		t.Error("it is shared before it is open")
	}
	close(goOn)
	if err := <-acquired; err != nil {
		t.Fatal(err)
	}
	if err := f.Put([]byte("late"), 0); err != nil {
		t.Error(err)
	}
	f.Release()
	if err := f.drop(); err != nil {
		t.Error(err)
	}
	if err := f.Acquire(); !errors.Is(err, ErrDropped) {
		t.Errorf("acquired once it was dropped: %v", err)
	}
}
