package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

func newVersion() *cobra.Command {
	var asJSON *bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Args:  words(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if *asJSON {
				return jsonlines.Write(cmd.OutOrStdout(), thisBuild())
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), versionLine())
			return err
		},
	}
	asJSON = addJSON(cmd)
	return cmd
}

// A build identifies a program.
type build struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func thisBuild() build { return build{version(), runtime.Version(), runtime.GOOS, runtime.GOARCH} }

func versionLine() string {
	b := thisBuild()
	return fmt.Sprintf("tunesfs %s %s %s/%s", b.Version, b.Go, b.OS, b.Arch)
}

// version is the module's version as the go command stamped it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// userAgent is what every server hears of us.
func userAgent() string { return "tunesfs/" + version() + " (+https://github.com/tunesfs/tunesfs)" }
