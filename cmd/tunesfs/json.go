package main

import "github.com/spf13/cobra"

// addJSON adds the flag --json to cmd and returns its value. Commands write the objects
// with package jsonlines.
func addJSON(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("json", false, "one JSON object a line")
}
