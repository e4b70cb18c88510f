package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
)

func newSources() *cobra.Command {
	return &cobra.Command{
		Use:   "sources",
		Short: "list the kinds of catalogue, and the sources that your configuration names",
		Long: `List the kinds of catalogue with an example each, and the sources that your
configuration names. It is read from ` + configPath(os.Getenv) + `:

  [mount]                    # for every mount; keys are the flags of 'tunesfs mount'
  cache-size = "20G"

  [sources.home]             # then: tunesfs mount home DIR
  source = "itunes+http://nas:8080/"
  search = ["daft punk"]
  keep = true`,
		Args: words(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(os.Getenv)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
				s, err := parseSource(c.Sources[name].Source)
				if err != nil {
					return err
				}
				fmt.Fprintf(table, "%s\t%s\n", catalog.SanitizeText(name), s)
			}
			for _, e := range examples() {
				fmt.Fprintf(table, "%s\t%s\n", e.source, e.shows)
			}
			return table.Flush()
		},
	}
}
