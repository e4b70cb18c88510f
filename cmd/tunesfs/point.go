package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/fs"
	"github.com/tunesfs/tunesfs/internal/owned"
)

// checkDir finds early what is plainly wrong with the mount point.
func (s *service) checkDir(ctx context.Context) error {
	if err := s.makeDir(); err != nil {
		return explainMount(err, s.dir)
	}
	s.clearDead(ctx)
	if _, ok := mounted.At(s.dir); ok {
		return explainMount(fmt.Errorf("%s: %w", s.dir, fs.ErrAlreadyMounted), s.dir)
	}
	if s.flags.AllowOther && os.Geteuid() != 0 {
		return explainMount(checkAllowOther(fuseConf), s.dir)
	}
	return nil
}

// makeDir makes the mount point if nothing is there and its parent is the user's own,
// and names it without symbolic links.
func (s *service) makeDir() error {
	point, err := mounted.Point(s.dir)
	if errors.Is(err, os.ErrNotExist) && isMine(filepath.Dir(filepath.Clean(s.dir))) {
		if err = os.Mkdir(s.dir, 0o750); err == nil {
			s.made = true
			point, err = mounted.Point(s.dir)
		}
	}
	if err == nil {
		s.dir = point
	}
	return err
}

// isMine reports whether a folder belongs to the user of this process.
func isMine(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && owned.IsMine(info)
}
