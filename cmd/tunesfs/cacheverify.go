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
)

func newCacheVerify(root func() (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "verify [SOURCE]",
		Short: "compare what is cached with what was downloaded, and drop what is damaged",
		Long: `Read every complete file of a catalog that is not mounted, or of all of them,
and compare it with its digest: the catalog's, or else one made when the file
became complete. Damaged ones are dropped, so that they are downloaded anew.
Exit code 1 tells that there was one, or one that cannot be read. Of a file that
has no digest, because tunesfs was killed before it was made, it is made now.`,
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
			fmt.Fprintf(out, "%s: %s: %v\n", p.Source, catalog.SanitizeText(e.Key), e.Err)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d complete files are as they were downloaded, %d entries are damaged\n", p.Source, whole, damaged)
	if unproved > 0 {
		fmt.Fprintf(out, "%s: %d complete files could not be checked: they had no digest until now\n", p.Source, unproved)
	}
	if unread > 0 {
		fmt.Fprintf(out, "%s: %d entries could not be checked\n", p.Source, unread)
	}
	if unread+damaged > 0 {
		return messages.ErrReported
	}
	return nil
}
