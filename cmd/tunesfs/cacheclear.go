package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

func newCacheClear(root func() (string, error)) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "clear [SOURCE]",
		Short: "drop what is cached of a catalog, or of all",
		Long: `Drop the listings, the audio and the unfinished downloads of a catalog that is
not mounted, or of all of them. Saved searches stay. It says first what it will
drop and, on a terminal, asks; then how many bytes are free by that.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			parts, err := askedParts(root, args)
			if err != nil {
				return err
			}
			c := clearing{in: cmd.InOrStdin(), out: cmd.OutOrStdout(), errs: cmd.ErrOrStderr(), yes: yes}
			return c.clear(parts)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// A clearing is one run of the command.
type clearing struct {
	in        io.Reader
	out, errs io.Writer
	yes       bool // no question is asked
}

// errKept is the error of a clearing that was called off.
var errKept = errors.New("nothing was dropped")

// clear drops the parts that no mount uses, once it has said which and the user agrees.
func (c clearing) clear(parts []cachedir.Part) error {
	var unused []cachedir.Part
	refused := eachPart(c.errs, "clear", parts, func(p cachedir.Part) error {
		if err := p.Unused(); err != nil {
			return err
		}
		messages.Report(c.errs, fmt.Errorf("to be dropped: %s of %s", fetch.FormatSize(p.Droppable()), p.Shown()))
		unused = append(unused, p)
		return nil
	})
	switch {
	case len(parts) == 0:
		messages.Report(c.errs, errEmptyCache)
	case len(unused) > 0 && !c.agreed():
		return errKept
	}
	return errors.Join(refused, c.drop(unused))
}

// agreed reports whether the user agrees to drop it. Only a user at a terminal is asked.
func (c clearing) agreed() bool {
	if c.yes || !terminal.Is(c.in) {
		return true
	}
	fmt.Fprint(c.errs, messages.Prefix+"drop it? [y/N] ")
	answer, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil {
		fmt.Fprintln(c.errs) // the end of the input shows as nothing
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

// drop clears parts and lists the bytes that are free by that.
func (c clearing) drop(parts []cachedir.Part) error {
	if len(parts) == 0 {
		return nil
	}
	table := newTable(c.out)
	fmt.Fprintln(table, "SOURCE\tFREED")
	err := eachPart(c.errs, "clear", parts, func(p cachedir.Part) error {
		freed, err := p.Clear()
		fmt.Fprintf(table, "%s\t%s\n", p.Shown(), fetch.FormatSize(freed))
		return err
	})
	return errors.Join(table.Flush(), err)
}
