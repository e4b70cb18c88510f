package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/fetch"
)

func newCache() *cobra.Command {
	var named string
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "where listings and audio are kept, and how much",
		Args:  cobra.ArbitraryArgs,
		RunE:  needCommand,
	}
	cacheDirFlag(cmd.PersistentFlags(), &named)
	root := func() (string, error) { return cacheRoot(named, os.Getenv) }
	cmd.AddCommand(newCachePath(root), newCacheList(root), newCacheClear(root))
	return cmd
}

func newCachePath(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "path [SOURCE]",
		Short: "print the cache folder, or the part of it that is a catalogue's",
		Args:  words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := root()
			if err == nil && len(args) > 0 {
				dir, err = catalogueDir(dir, args[0])
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), dir)
			return err
		},
	}
}

func newCacheList(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "list the catalogues that have a part of the cache",
		Args:  words(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := root()
			if err != nil {
				return err
			}
			parts, err := cacheParts(dir)
			if err != nil || len(parts) == 0 {
				return err
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "SOURCE\tSIZE\tFOLDER")
			for _, p := range parts {
				fmt.Fprintf(table, "%s\t%s\t%s\n", p.source, fetch.FormatSize(p.size()), p.dir)
			}
			return table.Flush()
		},
	}
}

func newCacheClear(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "clear [SOURCE]",
		Short: "drop what is cached of a catalogue, or of all",
		Long: `Drop the listings, the audio and the unfinished downloads of a catalogue that is
not mounted, or of all of them. Saved searches stay.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := root()
			if err != nil {
				return err
			}
			parts, err := cacheParts(dir)
			if err == nil && len(args) > 0 {
				parts, err = partsOf(parts, args[0])
			}
			if err != nil {
				return err
			}
			return clearParts(cmd, parts)
		},
	}
}

// clearParts clears what it can and reports the rest.
func clearParts(cmd *cobra.Command, parts []cachePart) error {
	var failed error
	for _, p := range parts {
		err := p.clear()
		if errors.Is(err, fetch.ErrLocked) {
			err = fmt.Errorf("%s is mounted; unmount it first", p.source)
		}
		if err != nil {
			report(cmd.ErrOrStderr(), fmt.Errorf("cannot clear the cache: %w", err))
			failed = errSaid
		}
	}
	return failed
}
