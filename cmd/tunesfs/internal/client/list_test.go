package client

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/xattrs"
)

func TestHiddenNames(t *testing.T) {
	f := &nameFilter{folder: "abba", left: MaxNames}
	for _, step := range []struct {
		name   string
		folder bool
		hides  bool
	}{
		{".tunesfs", true, true}, {"playlist.m3u8", false, true}, {"playlist.m3u8", true, false},
		{"SOS.m4a", false, false}, {"SOS.m4a.cancel", false, true}, {"SOS.m4a.pause", false, true}, {"SOS.m4a.progress", false, true},
		{"SOS.m4a.resume", false, true}, {"Other.m4a.pause", false, false}, {"SOS.m4a.cancel", false, false}, {"Please.pause", true, false},
	} {
		if got := f.hides(step.name, step.folder); got != step.hides {
			t.Errorf("%s: %v", step.name, got)
		}
	}
}

// Names come in batches, the first of them a small one, and too many are an error after
// those that fit.
func TestReadNames(t *testing.T) {
	dir := t.TempDir()
	const names = 2500
	for i := range names {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.mp3", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, left := range []int{names, names - 1} {
		var sizes []int
		got := 0
		err := readNames(dir, &nameFilter{folder: "abba", left: left}, func(batch []Entry) error {
			sizes, got = append(sizes, len(batch)), got+len(batch)
			if want := "abba/" + batch[0].Name; batch[0].Path != want {
				t.Errorf("%s is at %s", want, batch[0].Path)
			}
			return nil
		})
		if errors.Is(err, ErrTooMany) != (left < names) || got != left || sizes[0] != firstBatch || slices.Max(sizes) > laterBatch {
			t.Errorf("%d in %v, %v", got, sizes, err)
		}
	}
	if err := readNames(filepath.Join(dir, "none"), &nameFilter{}, nil); !errors.Is(explain(err), ErrNotFound) {
		t.Error(err)
	}
}

func TestReadFacts(t *testing.T) {
	track := map[string]string{
		xattrs.State: "paused", xattrs.Progress: "15.0% of 2 MB", xattrs.ID: "3", xattrs.Size: "2000000", xattrs.Downloaded: "300000",
		xattrs.Duration: "29.98", xattrs.Album: "Waterloo", titleXattr: "SOS", artistXattr: "ABBA", xattrs.Error: "why", xattrs.Year: "1974",
		xattrs.Waiting:   "cat (1)",
		"user.mime_type": "audio/mp4",
	}
	for _, tt := range []struct {
		values map[string]string
		want   Facts
	}{
		{track, Facts{
			Path: "p", ID: "3", Title: "SOS", Artist: "ABBA", Album: "Waterloo", Length: 29980 * time.Millisecond, Size: 2000000, Held: 300000,
			State: "paused", Progress: "15.0% of 2 MB", Error: "why", Waiting: "cat (1)",
		}},
		{map[string]string{xattrs.State: "idle", xattrs.ID: "3", xattrs.Size: "x", xattrs.Duration: "NaN"},
			Facts{Path: "p", ID: "3", State: "idle", Size: Unknown, Held: Unknown}},
		{map[string]string{xattrs.State: "2 idle", xattrs.Progress: "x"},
			Facts{Path: "p", Folder: true, State: "2 idle", Progress: "x", Size: Unknown, Held: Unknown}},
	} {
		got, err := readFacts("p", reader(tt.values, unix.ENXIO))
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
		}
	}
	if _, err := readFacts("p", reader(nil, unix.ENXIO)); err == nil {
		t.Error("what has no state has facts")
	}
	if _, err := readFacts("p", reader(map[string]string{xattrs.State: "idle"}, unix.ENOTCONN)); !errors.Is(explain(err), ErrGone) {
		t.Errorf("a mount that goes meanwhile gives %v", err)
	}
	more, err := readMore([]string{"user.mime_type", xattrs.State, xattrs.ID, xattrs.Year, xattrs.Genre}, reader(track, unix.ENXIO))
	if want := []Fact{{"mime_type", "audio/mp4"}, {"year", "1974"}}; err != nil || !slices.Equal(more, want) {
		t.Errorf("more are %v, %v", more, err)
	}
}

// reader reads values, and fails with err for all others.
func reader(values map[string]string, err error) readXattr {
	return func(name string) (string, error) {
		if value, ok := values[name]; ok {
			return value, nil
		}
		return "", err
	}
}

// Errors for users have no words of Go or of system calls.
func TestPlainErrors(t *testing.T) {
	for number, want := range map[unix.Errno]error{
		unix.ENOTCONN: ErrGone, unix.ECONNABORTED: ErrGone, unix.ENOENT: ErrNotFound, unix.EACCES: ErrDenied, unix.EPERM: ErrDenied,
		unix.EIO: unix.EIO, unix.ETIMEDOUT: unix.ETIMEDOUT, unix.EXDEV: unix.EXDEV,
	} {
		err := explain(&fs.PathError{Op: "lstat", Path: "/m/x", Err: number})
		if !errors.Is(err, want) || strings.Contains(err.Error(), "lstat") {
			t.Errorf("%v is %v", number, err)
		}
	}
	for number, want := range map[unix.Errno]error{unix.EBUSY: ErrInUse, unix.EINVAL: ErrNoCommand, unix.EOPNOTSUPP: ErrNoCommand, unix.ENOTCONN: ErrGone} {
		if err := explainControl(number); !errors.Is(err, want) {
			t.Errorf("%v is %v", number, err)
		}
	}
	if err := explain(nil); err != nil {
		t.Error(err)
	}
	err := &ControlError{"", "pause", ErrGone}
	if got := err.Error(); got != "cannot pause all: the mount is gone" {
		t.Error(got)
	}
}

func TestPath(t *testing.T) {
	m := &Mount{dir: "/m"}
	for below, want := range map[string]string{
		"": "/m", ".": "/m", "a": "/m/a", "a/b c": "/m/a/b c", "..": "", "a/../..": "", "/etc": "", "a/": "", "a//b": "",
	} {
		if got, err := m.path(below); got != want || (err != nil) != (want == "") {
			t.Errorf("%q is %q, %v", below, got, err)
		}
	}
}

// A mount of another user cannot be looked into, and says nothing itself.
func TestListingDenied(t *testing.T) {
	m := &Mount{dir: t.TempDir(), attributes: newCalls(1)}
	err := m.explainListing(t.Context(), m.dir, unix.EACCES)
	if !errors.Is(err, ErrDenied) || !strings.Contains(err.Error(), "is another user's") {
		t.Errorf("it is explained as %v", err)
	}
}
