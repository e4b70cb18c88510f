package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
	"github.com/tunesfs/tunesfs/internal/plain"
)

func newCacheList(root func() (string, error)) *cobra.Command {
	var asJSON *bool
	cmd := &cobra.Command{
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
				return nil
			}
			if len(args) > 0 {
				return listEntries(cmd.OutOrStdout(), parts[0], *asJSON)
			}
			return listParts(cmd.OutOrStdout(), parts, *asJSON)
		},
	}
	asJSON = addJSON(cmd)
	return cmd
}

// A partLine is a catalog's part of the cache.
type partLine struct {
	Source string         `json:"source"`
	Size   jsonlines.Size `json:"size"`
	Folder string         `json:"folder"`
}

func listParts(out io.Writer, parts []cachedir.Part, asJSON bool) error {
	lines := make([]partLine, len(parts))
	for i, p := range parts {
		lines[i] = partLine{p.Shown(), jsonlines.Size(p.Size()), p.Dir}
	}
	if asJSON {
		return jsonlines.Write(out, lines...)
	}
	table := newTable(out)
	fmt.Fprintln(table, "SOURCE\tSIZE\tFOLDER")
	for _, l := range lines {
		fmt.Fprintf(table, "%s\t%s\t%s\n", l.Source, fetch.FormatSize(int64(l.Size)), l.Folder)
	}
	return table.Flush()
}

// An entryLine is a file that has bytes in the cache. Its name is the mount's; here it goes
// by its id.
type entryLine struct {
	ID       string         `json:"id"`
	State    string         `json:"state"` // damaged, or that of its download
	Size     jsonlines.Size `json:"size"`
	Held     jsonlines.Size `json:"held"`
	Progress string         `json:"progress"`
	Used     time.Time      `json:"used,omitzero"`
	From     string         `json:"from,omitempty"`
	Error    string         `json:"error,omitempty"`
}

func newEntryLine(e fetch.Entry) entryLine {
	l := entryLine{
		ID: catalog.SanitizeText(e.Key), State: e.State.String(), Size: jsonlines.Size(e.Size), Held: jsonlines.Size(e.Held),
		Progress: e.Progress(), Used: e.Used, From: e.URL,
	}
	if e.Err != nil {
		l.State, l.Error = "damaged", plain.Text(e.Err)
	}
	return l
}

// listEntries lists a catalog's files that have bytes in the cache.
func listEntries(out io.Writer, p cachedir.Part, asJSON bool) error {
	entries, err := fetch.List(p.Dir)
	if err != nil {
		return err
	}
	lines := make([]entryLine, len(entries))
	for i, e := range entries {
		lines[i] = newEntryLine(e)
	}
	if asJSON {
		return jsonlines.Write(out, lines...)
	}
	table := newTable(out)
	fmt.Fprintln(table, "ID\tSTATE\tPROGRESS\tUSED\tFROM")
	for _, l := range lines {
		used := "-"
		if !l.Used.IsZero() {
			used = l.Used.Format(time.DateTime)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", l.ID, l.State, l.Progress, used, l.From)
	}
	return table.Flush()
}
