package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

// helperName is the name under which mount(8) calls this program for the type
// tunesfs, as in the line of /etc/fstab
//
//	itunes: /mnt/tunes tunesfs country=us,allow_other,uid=1000,_netdev 0 0
const helperName = "mount." + mounts.Type

// Exit codes of mount(8).
const (
	exitHelperUsage  = 1
	exitHelperFailed = 32
)

// helperIgnored are the options that mount(8) acts on itself or that the
// mount has anyway.
var helperIgnored = []string{
	"_netdev", "auto", "async", "atime", "defaults", "dev", "exec", "group", "noatime", "noauto",
	"nodev", "nodiratime", "noexec", "nofail", "nosuid", "nouser", "owner", "relatime", "ro", "rw",
	"suid", "user", "users",
}

// runHelper mounts as mount(8) asks for and returns its exit code.
func runHelper(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	translated, err := helperArgs(args)
	if err != nil {
		messages.Report(stderr, err)
		return exitHelperUsage
	}
	if translated == nil {
		return 0
	}
	err = run(ctx, translated, stdin, stdout, stderr)
	messages.Report(stderr, err)
	switch exitCode(err) {
	case 0:
		return 0
	case exitUsage:
		return exitHelperUsage
	}
	return exitHelperFailed
}

// helperArgs turns the words of mount(8), SOURCE DIR [-sfnv] [-N namespace]
// [-o options] [-t type], into those of this program. The result is nil if
// nothing is to be done (-f).
func helperArgs(args []string) ([]string, error) {
	var plain, options []string
	var fake bool
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "-o" || arg == "-N" || arg == "-t":
			if i++; i == len(args) {
				return nil, fmt.Errorf("%s needs a value", arg)
			}
			if arg == "-o" {
				options = append(options, strings.Split(args[i], ",")...)
			}
		case strings.HasPrefix(arg, "-"):
			if strings.Trim(arg[1:], "sfnv") != "" {
				return nil, errUnknownOption
			}
			fake = fake || strings.Contains(arg, "f")
		default:
			plain = append(plain, arg)
		}
	}
	if len(plain) != 2 {
		return nil, errors.New("the form is 'mount.tunesfs SOURCE DIR [-o OPTIONS]'")
	}
	if fake {
		return nil, nil
	}
	flags, query, err := sortOptions(options, func(name string) bool { return source.TakesOption(plain[0], name) })
	if err != nil {
		return nil, err
	}
	if err := checkQuery(plain[0], query); err != nil {
		return nil, err
	}
	return append(append([]string{"mount", "--daemon"}, flags...), "--", withQuery(plain[0], query), plain[1]), nil
}

// checkQuery fails if a document is given options, which would become part of its address.
func checkQuery(text string, query []string) error {
	if s, err := source.Parse(text); err != nil || !s.IsDocument() {
		return nil
	}
	for _, option := range query {
		if name, value, _ := strings.Cut(option, "="); name != source.NetworkOption {
			return unknownOption(name, value)
		}
	}
	return nil
}

// errUnknownOption does not repeat the option, which may be a secret in a wrong place.
var errUnknownOption = errors.New("unknown option; see the options of 'tunesfs mount --help'")

// unknownOption names an option that nothing takes, where that is no secret: it has the
// form of a name and a value, or is nearly one that there is.
func unknownOption(name, value string) error {
	if near, ok := nearOption(name); ok {
		return fmt.Errorf("unknown option %s; did you mean %s?", name, near)
	}
	if value != "" && catalog.IsOptionName(name) {
		return fmt.Errorf("unknown option %s; see the options of 'tunesfs mount --help'", name)
	}
	return errUnknownOption
}

// isMisspelt reports whether a word is nearly an option.
func isMisspelt(name string) bool {
	_, ok := nearOption(name)
	return ok
}

// nearOption returns the option that a misspelt one was to be.
func nearOption(name string) (near string, ok bool) {
	return messages.Near(name, append(config.MountOptions(), helperIgnored...))
}

// sortOptions tells mount's options from the catalog's, which a SOURCE takes
// as a query. An option may be written with _ for -. It fails for one that lacks its
// value: the next option would be taken for that. A catalog's options all have one. It fails
// for one that is nearly mount's, too, unless the catalog takes it.
func sortOptions(options []string, taken func(name string) bool) (flags, query []string, err error) {
	for _, option := range options {
		name, value, hasValue := strings.Cut(option, "=")
		flag := strings.ReplaceAll(name, "_", "-")
		switch {
		case name == "" || slices.Contains(helperIgnored, name) || strings.HasPrefix(name, "x-") || name == "comment":
		case config.IsMountOption(flag) && hasValue:
			flags = append(flags, "--"+flag+"="+value)
		case config.IsMountOption(flag) && config.TakesValue(flag):
			return nil, nil, fmt.Errorf("the option %s needs a value: write %s=VALUE", name, name)
		case config.IsMountOption(flag):
			flags = append(flags, "--"+flag)
		case isMisspelt(name) && !taken(name):
			return nil, nil, unknownOption(name, value)
		default:
			query = append(query, url.QueryEscape(name)+"="+url.QueryEscape(value))
		}
	}
	return flags, query, nil
}

// withQuery adds options to a SOURCE.
func withQuery(source string, query []string) string {
	if len(query) == 0 {
		return source
	}
	mark := "?"
	if strings.Contains(source, "?") {
		mark = "&"
	}
	return source + mark + strings.Join(query, "&")
}
