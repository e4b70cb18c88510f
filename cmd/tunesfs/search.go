package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/cached"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/netguard"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/secret"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

func newSearch() *cobra.Command {
	var asJSON *bool
	flags := &config.Mount{}
	cmd := &cobra.Command{
		Use:   "search SOURCE QUERY...",
		Short: "show what a search finds, without mounting",
		Long: "Show what a search finds, in the catalog's own order, without mounting. The words\n" +
			"of QUERY need no quotes.\n\n" + source.Help(),
		Args: words(2, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			listing, err := search(ctx, cmd, flags, args[0], strings.Join(args[1:], " "))
			if err != nil && ctx.Err() != nil {
				return messages.ErrInterrupted
			}
			if err != nil {
				return err
			}
			if *asJSON {
				return writeLines(cmd.OutOrStdout(), listing)
			}
			return writeTable(cmd.OutOrStdout(), listing)
		},
	}
	asJSON = addJSON(cmd)
	flags.AddFlags(cmd.Flags(), "debug", "password-file")
	return cmd
}

func search(ctx context.Context, cmd *cobra.Command, flags *config.Mount, word, query string) (catalog.Listing, error) {
	s, err := flags.AdoptSource(word, os.Getenv, cmd.Flags().Changed)
	if err != nil {
		return catalog.Listing{}, err
	}
	password, err := secret.Find(s, flags.PasswordFile, cmd.InOrStdin(), cmd.ErrOrStderr())
	if err != nil {
		return catalog.Listing{}, err
	}
	log := messages.NewLogger(cmd.ErrOrStderr(), false, flags.Debug)
	net := netguard.New(netguard.Options{Base: s.Server(), AtHome: s.AtHome, Log: log})
	src, end, err := s.Open(source.Environment{Client: net.Client, Agent: userAgent(), Log: log, Secret: password})
	if err != nil {
		return catalog.Listing{}, err
	}
	library := cached.New(src, cached.Options{})
	listing, err := library.Search(ctx, query)
	for err == nil && listing.Next != "" {
		listing, err = library.SearchMore(ctx, query)
	}
	return listing, errors.Join(err, library.Close(), end(), net.Close())
}

// A trackLine is a track as JSON: as it is kept, but for the fields that have another
// form there.
type trackLine struct {
	catalog.Track
	Duration  jsonlines.Seconds `json:"duration"`
	Precision jsonlines.Seconds `json:"precision,omitempty"`
	Size      jsonlines.Size    `json:"size"`
	Listed    uint64            `json:"listed,omitempty"` // none: they are about the listing
	Refreshed uint64            `json:"refreshed,omitempty"`
}

// writeLines writes one JSON object a line for each folder and track.
func writeLines(w io.Writer, listing catalog.Listing) error {
	if err := jsonlines.Write(w, listing.Folders...); err != nil {
		return err
	}
	lines := make([]trackLine, len(listing.Tracks))
	for i, t := range listing.Tracks {
		lines[i] = trackLine{
			Track: t, Duration: jsonlines.Seconds(t.Duration), Precision: jsonlines.Seconds(t.Precision), Size: jsonlines.Size(t.Size),
		}
	}
	return jsonlines.Write(w, lines...)
}

// writeTable writes a line for each folder and track under a heading; nothing
// found is nothing written.
func writeTable(w io.Writer, listing catalog.Listing) error {
	if len(listing.Tracks)+len(listing.Folders) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FILE\tALBUM\tLENGTH\tRELEASED")
	for _, f := range listing.Folders {
		fmt.Fprintf(table, "%s/\t\t-\t%s\n", f.Name, day(f.Modified))
	}
	for _, t := range listing.Tracks {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", t.Name, catalog.SanitizeText(t.Album), minutes(t.Duration), day(t.Released))
	}
	return table.Flush()
}

// minutes writes a duration as M:SS.
func minutes(d time.Duration) string {
	if d <= 0 {
		return "-"
	}
	seconds := int(d.Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}
