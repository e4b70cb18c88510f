package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

func newSources() *cobra.Command {
	var asJSON *bool
	cmd := &cobra.Command{
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
			all, err := sourceLines(c)
			if err != nil {
				return err
			}
			if *asJSON {
				return jsonlines.Write(cmd.OutOrStdout(), all...)
			}
			table := newTable(cmd.OutOrStdout())
			for _, l := range all {
				if l.Name != "" {
					fmt.Fprintf(table, "%s\t%s\n", l.Name, l.Source)
				} else {
					fmt.Fprintf(table, "%s\t%s\n", l.Source, l.Shows)
				}
			}
			return table.Flush()
		},
	}
	asJSON = addJSON(cmd)
	return cmd
}

// A sourceLine is a source that the configuration names, or an example of a kind.
type sourceLine struct {
	Name   string `json:"name,omitempty"` // empty for an example
	Source string `json:"source"`
	Shows  string `json:"shows,omitempty"`
}

// sourceLines returns the sources of a configuration by name, and the examples.
func sourceLines(c config.File) (all []sourceLine, err error) {
	for _, name := range slices.Sorted(maps.Keys(c.Sources)) {
		s, err := source.Parse(c.Sources[name].Source)
		if err != nil {
			return nil, err
		}
		all = append(all, sourceLine{Name: catalog.SanitizeText(name), Source: s.Shown()})
	}
	for _, e := range source.Examples() {
		all = append(all, sourceLine{Source: e.Source, Shows: e.Shows})
	}
	return all, nil
}
