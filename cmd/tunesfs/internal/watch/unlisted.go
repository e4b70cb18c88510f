package watch

import (
	"fmt"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// An unlisted folder is one that its catalog could not list, or not again.
type unlisted struct{ path, why string }

// readUnlisted returns which of some folders could not be listed.
func readUnlisted(paths ...string) (all []unlisted) {
	for _, path := range paths {
		if why, err := mounted.ReadXattr(path, xattrs.Error); err == nil && why != "" {
			all = append(all, unlisted{path, why})
		}
	}
	return all
}

// folders returns the mount at dir and the folder that was named, if it is another.
func (s View) folders(dir string) []string {
	folder := s.below(dir)
	if folder == "" {
		return []string{dir}
	}
	return []string{dir, filepath.Join(dir, folder)}
}

// writeUnlisted writes a line for each folder. JSON is for downloads alone, so the
// lines go to standard error beside it.
func (s View) writeUnlisted(all []unlisted) error {
	for _, u := range all {
		line := fmt.Sprintf("%s cannot be listed: %s", u.path, u.why)
		if s.JSON {
			fmt.Fprintln(s.Errs, messages.Prefix+line)
		} else if _, err := fmt.Fprintln(s.Out, cut(line, s.Width)); err != nil {
			return err
		}
	}
	return nil
}
