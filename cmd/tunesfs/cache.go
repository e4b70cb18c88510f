package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
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

func newCacheList(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "list [SOURCE]",
		Short: "list the catalogs that have a part of the cache, or what is in one",
		Args:  words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parts, err := askedParts(root, args)
			if err != nil {
				return err
			}
			if len(parts) == 0 {
				messages.Report(cmd.ErrOrStderr(), errEmptyCache)
			}
			if len(args) > 0 {
				return listEntries(cmd.OutOrStdout(), parts[0])
			}
			return listParts(cmd.OutOrStdout(), parts)
		},
	}
}

func listParts(out io.Writer, parts []cachedir.Part) error {
	if len(parts) == 0 {
		return nil
	}
	table := newTable(out)
	fmt.Fprintln(table, "SOURCE\tSIZE\tFOLDER")
	for _, p := range parts {
		fmt.Fprintf(table, "%s\t%s\t%s\n", p.Shown(), fetch.FormatSize(p.Size()), p.Dir)
	}
	return table.Flush()
}

// listEntries lists what is cached of a catalog's files. Their names are the
// mount's; here they go by id.
func listEntries(out io.Writer, p cachedir.Part) error {
	entries, err := fetch.List(p.Dir)
	if err != nil {
		return err
	}
	table := newTable(out)
	fmt.Fprintln(table, "ID\tSTATE\tPROGRESS\tUSED\tFROM")
	for _, e := range entries {
		state := e.State.String()
		if e.Err != nil {
			state = "damaged"
		}
		used := "-"
		if !e.Used.IsZero() {
			used = e.Used.Format(time.DateTime)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", catalog.SanitizeText(e.Key), state, e.Progress(), used, e.URL)
	}
	return table.Flush()
}

func newTable(out io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
}

func newCacheVerify(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "verify [SOURCE]",
		Short: "compare what is cached with what was downloaded, and drop what is damaged",
		Long: `Read every complete file of a catalog, or of all of them, and compare it with
its digest: the catalog's, or else one made when the file became complete.
Damaged ones are dropped, so that they are downloaded again when they are opened
next. Exit code 1 tells that there was one, or one that cannot be read. A catalog
may be mounted meanwhile. If it is not, a file that has no digest, because tunesfs
was killed before it was made, gets one now.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parts, err := askedParts(root, args)
			if err != nil {
				return err
			}
			return eachPart(cmd.ErrOrStderr(), "verify", parts, func(p cachedir.Part) error {
				return verifyPart(cmd.Context(), cmd.OutOrStdout(), p)
			})
		},
	}
}

// verifyPart tells of every entry that is damaged or cannot be checked, and how many
// were looked at.
func verifyPart(ctx context.Context, out io.Writer, p cachedir.Part) error {
	if err := p.Check(); err != nil {
		return err
	}
	var whole, unproved, unread, damaged int
	err := fetch.Verify(ctx, p.Dir, func(e fetch.Entry) {
		switch {
		case e.Damaged():
			damaged++
		case e.Err != nil:
			unread++
		case e.Unproved:
			unproved++
		case e.State == fetch.Complete:
			whole++
		}
		if e.Err != nil {
			fmt.Fprintf(out, "%s: %s: %v\n", p.Shown(), catalog.SanitizeText(e.Key), e.Err)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d complete files are as they were downloaded, %d entries are damaged\n", p.Shown(), whole, damaged)
	if unproved > 0 {
		fmt.Fprintf(out, "%s: %d complete files could not be checked: they had no digest until now\n", p.Shown(), unproved)
	}
	if unread > 0 {
		fmt.Fprintf(out, "%s: %d entries could not be checked\n", p.Shown(), unread)
	}
	if unread+damaged > 0 {
		return messages.ErrReported
	}
	return nil
}
