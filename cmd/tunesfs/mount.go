package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"
)

func newMount(line []string) *cobra.Command {
	flags := &mountFlags{}
	cmd := &cobra.Command{
		Use:   "mount SOURCE DIR",
		Short: "show a catalogue in a folder until it is unmounted",
		Long: `Show the catalogue SOURCE in the empty folder DIR, in the foreground: Ctrl-C
unmounts, and so does 'tunesfs unmount DIR'. With --daemon the command returns
once the folder is there and every --search is listed, or after 30 seconds.

` + sourceHelp(),
		Args: words(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := flags.complete(cmd, args[0])
			if err != nil {
				return err
			}
			return mount(cmd, line, flags, src, args[1])
		},
	}
	flags.add(cmd)
	return cmd
}

// complete takes what the command line leaves open from the configuration, and
// returns the catalogue that word names.
func (f *mountFlags) complete(cmd *cobra.Command, word string) (source, error) {
	src, err := f.adoptSource(cmd, word)
	if err != nil {
		return source{}, err
	}
	return src, f.check(cmd)
}

// adoptSource is complete for a command that has a few of mount's flags only.
func (f *mountFlags) adoptSource(cmd *cobra.Command, word string) (source, error) {
	c, err := loadConfig(os.Getenv)
	if err != nil {
		return source{}, err
	}
	src, options, err := c.resolve(word)
	for _, o := range options {
		o.apply(f, cmd.Flags().Changed)
	}
	return src, err
}

// mount serves in this process, or starts one that does.
func mount(cmd *cobra.Command, line []string, flags *mountFlags, src source, dir string) error {
	parent := findParent()
	secret, inherited, err := inheritedSecret()
	if err == nil && !inherited {
		secret, err = findSecret(src, flags.passwordFile, cmd.InOrStdin(), cmd.ErrOrStderr())
	}
	if err != nil {
		return err
	}
	if flags.daemon && !parent.exists() {
		log, err := openLog(flags.log, catalogueFolder(src), os.Getenv)
		if err != nil {
			return err
		}
		defer log.Close()
		return startDaemon(line, secret, log, cmd.ErrOrStderr())
	}
	out, toFile, err := logOutput(flags, parent, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	s := &service{source: src, secret: secret, dir: dir, flags: flags, parent: parent, log: newLogger(out, toFile, flags.debug)}
	err = s.run(cmd.Context())
	if err != nil {
		parent.tell(sayFailed, err.Error())
	}
	return err
}

// logOutput returns where a mount logs, and whether that is a file. A daemon's
// standard error is its log already.
func logOutput(flags *mountFlags, p parent, stderr io.Writer) (w io.Writer, toFile bool, err error) {
	if p.exists() || flags.log == "" {
		return stderr, p.exists(), nil
	}
	file, err := openLog(flags.log, "", os.Getenv)
	return file, true, err
}
