package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

func newSources() *cobra.Command {
	return &cobra.Command{
		Use:   "sources",
		Short: "list the kinds of catalog, and the sources that your configuration names",
		Long: `List the kinds of catalog with an example each, and the sources that your
configuration names. It is read from ` + config.Path(os.Getenv) + `:

  [mount]                    # for every mount; keys are the flags of 'tunesfs mount'
  cache-size = "20G"

  [sources.home]             # then: tunesfs mount home DIR
  source = "itunes+http://nas:8080/"
  search = ["daft punk"]
  keep = true`,
		Args: words(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(os.Getenv)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
				s, err := source.Parse(c.Sources[name].Source)
				if err != nil {
					return err
				}
				fmt.Fprintf(table, "%s\t%s\n", catalog.SanitizeText(name), s.Shown())
			}
			for _, e := range source.Examples() {
				fmt.Fprintf(table, "%s\t%s\n", e.Source, e.Shows)
			}
			return table.Flush()
		},
	}
}
