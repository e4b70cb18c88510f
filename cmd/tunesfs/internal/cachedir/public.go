package cachedir

import (
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// publicFile names the file by which a catalog's folder tells that some of it may come
// from the Internet. It is empty, and goes with the rest by Clear.
const publicFile = "public"

// WasPublic reports whether a mount found the catalog of the folder dir on the
// Internet. If that cannot be told, it counts as found there.
func WasPublic(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, publicFile))
	return !os.IsNotExist(err)
}

// NotePublic notes in the folder dir of a catalog that it was found on the
// Internet. When it returns without an error, a power cut does not lose the note.
func NotePublic(dir string) error {
	if path := filepath.Join(dir, publicFile); !WasPublic(dir) {
		return durable.Files{}.Write(path, nil)
	}
	return nil
}
