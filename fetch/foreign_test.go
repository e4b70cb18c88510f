package fetch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// TestForeignRecord finds the record and the data of one file under the name of
// another, as after a careless copy of a cache folder: the other file does not
// take them over.
func TestForeignRecord(t *testing.T) {
	other := fetchtest.File{Name: "b", Content: fetchtest.Random(99, mb)}
	bubble(t, func(f *fixture) {
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		time.Sleep(2 * time.Second) // until it is recorded
		f.close()
		from, to := diskcache.PlaceOf(f.dir, diskcache.NameOf("a")), diskcache.PlaceOf(f.dir, diskcache.NameOf("b"))
		if err := os.MkdirAll(filepath.Dir(to.RecordPath()), 0o700); err != nil {
			t.Fatal(err)
		}
		data := dataFile(from)
		foreign := strings.Replace(data, from.Name[:2]+"/"+from.Name, to.Name[:2]+"/"+to.Name, 1)
		if err := errors.Join(os.Rename(from.RecordPath(), to.RecordPath()), os.Rename(data, foreign)); err != nil {
			t.Fatal(err)
		}
		f.open()
		if s := f.download("b").Status(); s.State != Idle || s.Held != 0 || s.Size != -1 {
			t.Errorf("%+v", s)
		}
		if _, err := os.Stat(to.RecordPath()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the foreign record: %v", err)
		}
		f.readAll("b")
		f.readAll("a")
	}, file("a", mb), other)
}
