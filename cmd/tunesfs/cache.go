package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

func newCache() *cobra.Command {
	flags := &config.Mount{}
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "where listings and audio are kept, and how much",
		Args:  cobra.ArbitraryArgs,
		RunE:  needCommand,
	}
	flags.AddFlags(cmd.PersistentFlags(), "cache-dir")
	root := func() (string, error) { return cachedir.Root(flags.CacheDir, os.Getenv) }
	cmd.AddCommand(newCachePath(root), newCacheList(root), newCacheVerify(root), newCacheClear(root))
	return cmd
}

// errEmptyCache is said where no catalog has a part of the cache.
var errEmptyCache = errors.New("nothing is cached")

func newCachePath(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "path [SOURCE]",
		Short: "print the cache folder, or the part of it that is a catalog's",
		Args:  words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := root()
			if err == nil && len(args) > 0 {
				dir, err = catalogDir(dir, args[0])
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(terminal.Exact(cmd.OutOrStdout()), dir)
			return err
		},
	}
}

// catalogDir returns the folder below root of the catalog that text names.
func catalogDir(root, text string) (string, error) {
	s, err := config.Find(text)
	if err != nil {
		return "", err
	}
	return filepath.Join(root, s.Folder()), nil
}

// askedParts returns the parts of the cache that a command is about: that of
// the catalog it names, or all.
func askedParts(root func() (string, error), args []string) ([]cachedir.Part, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	parts, err := cachedir.Parts(dir)
	if err == nil && len(args) > 0 {
		return partsOf(parts, args[0])
	}
	return parts, err
}

// partsOf returns the part that is of the catalog that text names.
func partsOf(parts []cachedir.Part, text string) ([]cachedir.Part, error) {
	s, err := config.Find(text)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if filepath.Base(p.Dir) == s.Folder() {
			return []cachedir.Part{p}, nil
		}
	}
	return nil, fmt.Errorf("nothing is cached of %s", s.Shown())
}

// eachPart does something to every part that is not in use, and reports those
// with which it cannot be done.
func eachPart(stderr io.Writer, verb string, parts []cachedir.Part, do func(cachedir.Part) error) error {
	var failed error
	for _, p := range parts {
		err := do(p)
		switch {
		case err == nil:
			continue
		case errors.Is(err, fetch.ErrLocked):
			err = fmt.Errorf("%s is mounted; unmount it first", p.Shown())
		}
		if !errors.Is(err, messages.ErrReported) {
			messages.Report(stderr, fmt.Errorf("cannot %s the cache: %w", verb, err))
		}
		failed = messages.ErrReported
	}
	return failed
}

func newTable(out io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
}
