package cachedir

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

// The note stays until the cache is cleared. A folder that cannot be asked has it.
func TestNotePublic(t *testing.T) {
	s, err := source.Parse("itunes+http://music.example/")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := Make(t.TempDir(), s)
	if err != nil {
		t.Fatal(err)
	}
	if WasPublic(dir) {
		t.Error("a new folder has the note")
	}
	for range 2 {
		if err := NotePublic(dir); err != nil || !WasPublic(dir) {
			t.Errorf("it is not noted: %v", err)
		}
	}
	if _, err := (Part{Dir: dir}).Clear(); err != nil || WasPublic(dir) {
		t.Errorf("the note outlasts the rest: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !WasPublic(file) {
		t.Error("what cannot be told counts as at home")
	}
}
