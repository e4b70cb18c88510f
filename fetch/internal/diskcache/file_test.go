package diskcache

import (
	"errors"
	"io/fs"
	"os"
	"sync"
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
	f := newFile(&p, new(sync.Mutex), nil)
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
	f.discard()
	if err := f.remove(); err != nil {
		t.Error(err)
	}
	if err := f.Acquire(); !errors.Is(err, ErrDropped) {
		t.Errorf("acquired once it was dropped: %v", err)
	}
}

// TestStraysGoWithTheFirstWrite has a killed process have left data: it goes when the
// first generation of a session is written. A late write to one that was discarded
// removes nothing of the next.
func TestStraysGoWithTheFirstWrite(t *testing.T) {
	for name, discarded := range map[string]bool{"written in time": false, "written late": true} {
		t.Run(name, func(t *testing.T) {
			e := openDir(t, Options{}).Entry(NameOf("a"))
			f := e.File()
			if err := f.Acquire(); err != nil {
				t.Fatal(err)
			}
			defer f.Release()
			stray := e.DataPath("01234567")
			if err := os.WriteFile(stray, []byte("stray"), 0o600); err != nil {
				t.Fatal(err)
			}
			if discarded {
				e.Lock()
				next := e.DiscardLocked()
				e.Unlock()
				if err := next.Acquire(); err != nil {
					t.Fatal(err)
				}
				defer next.Release()
			}
			if err := f.Put([]byte("x"), 0); err != nil {
				t.Fatal(err)
			}
			_, err := os.Stat(stray)
			if gone := errors.Is(err, fs.ErrNotExist); gone == discarded {
				t.Errorf("the stray: %v", err)
			}
			if paths, err := e.dataPaths(); err != nil || discarded && len(paths) != 3 || !discarded && len(paths) != 1 {
				t.Errorf("there are %q, %v", paths, err)
			}
		})
	}
}
