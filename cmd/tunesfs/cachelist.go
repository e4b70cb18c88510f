package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/fetch"
)

func newCacheList(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "list [SOURCE]",
		Short: "list the catalogs that have a part of the cache, or what is in one",
		Args:  words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parts, err := askedParts(root, args)
			if err != nil || len(parts) == 0 {
				return err
			}
			if len(args) > 0 {
				return listEntries(cmd.OutOrStdout(), parts[0])
			}
			return listParts(cmd.OutOrStdout(), parts)
		},
	}
}

func listParts(out io.Writer, parts []cachedir.Part) error {
	table := newTable(out)
	fmt.Fprintln(table, "SOURCE\tSIZE\tFOLDER")
	for _, p := range parts {
		fmt.Fprintf(table, "%s\t%s\t%s\n", p.Source, fetch.FormatSize(p.Size()), p.Dir)
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
