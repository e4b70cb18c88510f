package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/diskspace"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
	"github.com/tunesfs/tunesfs/internal/plain"
)

// errUnwell is what doctor fails with when tunesfs cannot work here.
var errUnwell = errors.New("tunesfs cannot work here as it is")

func newDoctor() *cobra.Command {
	flags := &config.Mount{}
	var asJSON *bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "find out what this system can do, and what to do about the rest",
		Long: `Mount an empty catalog for a moment, in a folder of its own, and look at the
cache and the configuration. It fails if tunesfs cannot work here.`,
		Args: words(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p := patient{ctx: cmd.Context(), cacheDir: flags.CacheDir}
			all := p.examine()
			err := writeDiagnoses(cmd.OutOrStdout(), all, *asJSON)
			if err == nil && slices.ContainsFunc(all, func(d diagnosis) bool { return d.Verdict == verdictBad }) {
				return errUnwell
			}
			return err
		},
	}
	asJSON = addJSON(cmd)
	flags.AddFlags(cmd.Flags(), "cache-dir")
	return cmd
}

// Verdicts: works, works but could be better, does not work.
const (
	verdictGood = "ok"
	verdictFair = "so-so"
	verdictBad  = "bad"
)

// A diagnosis is what was found out of one thing.
type diagnosis struct {
	Verdict string `json:"verdict"`
	Subject string `json:"subject"`
	Words   string `json:"words"`
}

// writeDiagnoses writes a table, or JSON.
func writeDiagnoses(w io.Writer, all []diagnosis, asJSON bool) error {
	if asJSON {
		return jsonlines.Write(w, all...)
	}
	table := newTable(w)
	for _, d := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\n", d.Verdict, d.Subject, d.Words)
	}
	return table.Flush()
}

// diagnose returns what err, or its absence, means for a subject.
func diagnose(subject, well string, err error) diagnosis {
	if err != nil {
		return diagnosis{verdictBad, subject, messages.WithoutSecrets(plain.Text(err))}
	}
	return diagnosis{verdictGood, subject, well}
}

// A patient is the system as this user has it.
type patient struct {
	ctx      context.Context
	cacheDir string // as named
}

func (p patient) examine() []diagnosis {
	_, configErr := config.Load(os.Getenv)
	file := config.Path(os.Getenv)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		file += " is not there, and need not be"
	}
	all := []diagnosis{diagnose("configuration", file, configErr)}
	root, err := cachedir.Root(p.cacheDir, os.Getenv)
	if err == nil {
		err = makeHolder(root)
	}
	if err != nil {
		return append(all, diagnose("cache", "", fmt.Errorf("%w; name another folder with --cache-dir", err)))
	}
	return append(append(all, p.cache(root)), append(p.mount(root), p.others())...)
}

// cache looks at the disk of the cache.
func (p patient) cache(root string) diagnosis {
	free, err := config.DefaultMinFree.On(root)
	var space diskspace.Space
	if err == nil {
		space, err = diskspace.Of(root)
	}
	if err != nil {
		return diagnose("cache", "", err)
	}
	words := fmt.Sprintf("%s, %s free", root, fetch.FormatSize(space.Free))
	if space.Free <= free {
		return diagnosis{verdictFair, "cache", words + ": less than --min-free leaves alone; files are read without being kept"}
	}
	return diagnosis{verdictGood, "cache", words}
}

// mount mounts for a moment, with a cache where that of a real mount would be.
func (p patient) mount(root string) (all []diagnosis) {
	own, err := os.MkdirTemp(root, ".doctor-")
	if err != nil {
		return []diagnosis{diagnose("cache", "", err)}
	}
	defer os.RemoveAll(own)
	dir, err := os.MkdirTemp(sessionFolder(os.Getenv), "tunesfs-doctor-")
	if err != nil {
		return []diagnosis{diagnose("mounting", "", err)}
	}
	defer os.Remove(dir)
	s := &service{
		source: source.Source{Scheme: "demo"}, dir: dir, log: slog.New(slog.DiscardHandler),
		flags: &config.Mount{CacheDir: filepath.Join(own, "cache"), UID: -1, GID: -1, TTL: time.Hour, MinFree: config.DefaultMinFree},
	}
	err = s.mount(p.ctx)
	passing := err == nil && s.fs.PassesThrough()
	if err == nil {
		err = s.unmount(p.ctx)
	}
	all = append(all, diagnose("mounting", "works", errors.Join(err, s.close(p.ctx))))
	switch {
	case passing:
		all = append(all, diagnosis{verdictGood, "passthrough", "complete files are read at the disk's own speed"})
	case err == nil:
		words := "complete files are read through this program; the kernel does it for root, since Linux 6.9"
		all = append(all, diagnosis{verdictFair, "passthrough", words})
	}
	return all
}

// others tells whether the mount can be shown to other users.
func (p patient) others() diagnosis {
	if os.Geteuid() == 0 || checkAllowOther(fuseConf) == nil {
		return diagnosis{verdictGood, "--allow-other", "works"}
	}
	return diagnosis{verdictFair, "--allow-other", "needs the line user_allow_other in " + fuseConf + ", which root can write"}
}
