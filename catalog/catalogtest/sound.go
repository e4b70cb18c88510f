package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
)

// maxFolders is how many folders of a catalog the suite looks into.
const maxFolders = 100

// checkTracks looks at what the query finds.
func checkTracks(ctx context.Context, s Service) error {
	found, err := s.Source.Search(ctx, s.Query)
	if err != nil {
		return err
	}
	l, err := reached(ctx, s.Source, s.Query)
	return errors.Join(err, soundListing(found), soundListing(l))
}

// checkFolders looks at the folders from the top down.
func checkFolders(ctx context.Context, s Service) error {
	queue, seen := []string{""}, map[string]bool{"": true}
	for ; len(queue) > 0 && len(seen) <= maxFolders; queue = queue[1:] {
		l, err := s.Source.List(ctx, queue[0])
		if err == nil {
			err = soundListing(l)
		}
		if err != nil {
			return fmt.Errorf("folder %q: %w", queue[0], err)
		}
		for _, f := range l.Folders {
			if !seen[f.ID] {
				seen[f.ID] = true
				queue = append(queue, f.ID)
			}
		}
	}
	return nil
}

func soundListing(l catalog.Listing) error {
	var errs []error
	if !l.Fetched.IsZero() {
		errs = append(errs, errors.New("the time Fetched is set, which is for the package cached to do"))
	}
	seen := map[string]bool{}
	for _, t := range l.Tracks {
		if seen[t.ID] {
			errs = append(errs, fmt.Errorf("track %q is there twice", t.ID))
		}
		seen[t.ID] = true
		if err := soundTrack(t); err != nil {
			errs = append(errs, fmt.Errorf("track %q: %w", t.ID, err))
		}
	}
	clear(seen)
	for _, f := range l.Folders {
		if seen[f.ID] || f.ID == "" || f.Name != "" {
			errs = append(errs, fmt.Errorf("folder %q: there twice, without ID or with a Name", f.ID))
		}
		seen[f.ID] = true
	}
	return errors.Join(errs...)
}

func soundTrack(t catalog.Track) error {
	for what, address := range map[string]string{"URL": t.URL, "Artwork": t.Artwork, "Store": t.Store} {
		if address != "" && catalog.CheckURL(address) != nil {
			return fmt.Errorf("%s %q: %w", what, address, catalog.CheckURL(address))
		}
	}
	_, ext := catalog.MediaOf("", "http://host/name"+t.Ext)
	switch {
	case t.ID == "" || !utf8.ValidString(t.ID):
		return errors.New("its ID is empty or not UTF-8")
	case t.Name != "":
		return errors.New("its Name is set, which is for the package cached to do")
	case t.Size == 0 || t.Size < -1:
		return fmt.Errorf("its Size is %d; unknown is -1", t.Size)
	case t.Duration < 0 || t.Number < 0:
		return fmt.Errorf("its Duration %v or Number %d is negative", t.Duration, t.Number)
	case t.File != "" && t.Ext != "":
		return fmt.Errorf("it has a File, %q, whose extension is in it, and an Ext", t.File)
	case t.Ext != ext:
		return fmt.Errorf("its Ext %q is not one of catalog.MediaOf", t.Ext)
	}
	return nil
}

// checkNames looks at what the package cached makes of the titles, at the top, in the search
// and in its folders.
func checkNames(ctx context.Context, s Service) (err error) {
	library := cached.New(s.Source, cached.Options{})
	defer func() { err = errors.Join(err, library.Close()) }()
	shown, err := walk(ctx, library, s.Query)
	if err != nil {
		return err
	}
	raw, err := walk(ctx, s.Source, s.Query)
	if err != nil {
		return err
	}
	for i := range raw {
		if a, b := len(entries(raw[i])), len(entries(shown[i])); a != b {
			return fmt.Errorf("%d tracks and folders found, %d shown", a, b)
		}
	}
	top, err := library.List(ctx, "")
	if err != nil {
		return err
	}
	for _, l := range append(shown, top) {
		if err := soundNames(l); err != nil {
			return err
		}
	}
	return nil
}

func soundNames(l catalog.Listing) error {
	var names []string
	for _, t := range l.Tracks {
		names = append(names, t.Name)
	}
	for _, f := range l.Folders {
		names = append(names, f.Name)
	}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] || !soundName(name) {
			return fmt.Errorf("%q is no file name, or there twice", name)
		}
		seen[name] = true
	}
	return nil
}

func soundName(name string) bool {
	return name != "" && len(name) <= catalog.MaxTrackName &&
		!strings.HasPrefix(name, ".") && !strings.Contains(name, "/") &&
		!strings.ContainsFunc(name, unicode.IsControl) &&
		norm.NFC.IsNormalString(name) && utf8.ValidString(name) && !catalog.Reserved(name)
}
