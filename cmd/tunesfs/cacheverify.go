package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

func newCacheVerify(root func() (string, error)) *cobra.Command {
	var asJSON *bool
	cmd := &cobra.Command{
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
				return verifyPart(cmd.Context(), cmd.OutOrStdout(), p, *asJSON)
			})
		},
	}
	asJSON = addJSON(cmd)
	return cmd
}

// A faultLine is an entry that is damaged or cannot be checked.
type faultLine struct {
	Source string `json:"source"`
	ID     string `json:"id"`
	Error  string `json:"error"`
}

// A verdictLine counts the entries of a catalog that were looked at.
type verdictLine struct {
	Source   string `json:"source"`
	Whole    int    `json:"whole"`    // complete files as they were downloaded
	Unproved int    `json:"unproved"` // complete files that had no digest until now
	Unread   int    `json:"unread"`   // entries that could not be checked
	Damaged  int    `json:"damaged"`  // entries
}

// take counts an entry.
func (v *verdictLine) take(e fetch.Entry) {
	switch {
	case e.Damaged():
		v.Damaged++
	case e.Err != nil:
		v.Unread++
	case e.Unproved:
		v.Unproved++
	case e.State == fetch.Complete:
		v.Whole++
	}
}

// writeText writes a line for each count that tells something.
func (v *verdictLine) writeText(out io.Writer) (err error) {
	say := func(format string, n ...any) {
		if err == nil {
			_, err = fmt.Fprintf(out, "%s: %s\n", v.Source, fmt.Sprintf(format, n...))
		}
	}
	say("%d complete files are as they were downloaded, %d entries are damaged", v.Whole, v.Damaged)
	if v.Unproved > 0 {
		say("%d complete files could not be checked: they had no digest until now", v.Unproved)
	}
	if v.Unread > 0 {
		say("%d entries could not be checked", v.Unread)
	}
	return err
}

// verifyPart tells of every entry that is damaged or cannot be checked, and how many
// were looked at.
func verifyPart(ctx context.Context, out io.Writer, p cachedir.Part, asJSON bool) error {
	if err := p.Check(); err != nil {
		return err
	}
	v := verdictLine{Source: p.Shown()}
	var told error // that a fault could not be written
	err := fetch.Verify(ctx, p.Dir, func(e fetch.Entry) {
		v.take(e)
		if e.Err == nil || told != nil {
			return
		}
		f := faultLine{v.Source, catalog.SanitizeText(e.Key), e.Err.Error()}
		if asJSON {
			told = jsonlines.Write(out, f)
		} else {
			_, told = fmt.Fprintf(out, "%s: %s: %s\n", f.Source, f.ID, f.Error)
		}
	})
	switch {
	case err != nil:
		return err
	case told != nil:
		return told
	case asJSON:
		err = jsonlines.Write(out, v)
	default:
		err = v.writeText(out)
	}
	if err == nil && v.Unread+v.Damaged > 0 {
		return messages.ErrReported
	}
	return err
}
