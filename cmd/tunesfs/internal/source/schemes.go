package source

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// A scheme is a kind of catalog that a SOURCE can name.
type scheme struct {
	name     string
	usual    string   // the address that the bare name stands for; "" if there is none
	server   bool     // a server may be named: name+https://host/
	needs    bool     // a server must be named
	document bool     // the address is one document, whose query is its own and may be a secret
	local    bool     // the document may be a file of this machine: name:/path
	signsIn  bool     // with a secret; the address may name a user: name+https://user@host/
	options  []string // the names of those that it takes
	examples []example
	open     opener

	connections int // most that its servers want downloads to take; 0: as many as are worth it
}

// An example is a SOURCE and what it shows, for the help.
type example struct{ Source, Shows string }

// An opener returns the service that s names, and what ends it.
type opener func(s Source, env Environment) (catalog.Source, func() error, error)

// An Environment is what every catalog is opened with.
type Environment struct {
	Client *http.Client
	Agent  string // what every server hears of us
	Log    *slog.Logger
	Secret string // of a scheme that signs in
}

// schemes are all there are, in the order of the help.
func schemes() []scheme {
	return []scheme{itunesScheme, archiveScheme, subsonicScheme, podcastScheme, indexScheme, playlistScheme, demoScheme}
}

// findScheme returns the scheme of a name. Its error suggests others by the words of this
// package alone: a name may be a secret in a wrong place.
func findScheme(name string) (scheme, error) {
	all := schemes()
	if i := slices.IndexFunc(all, func(s scheme) bool { return s.name == name }); i >= 0 {
		return all[i], nil
	}
	if name == "http" || name == "https" {
		return scheme{}, Errorf("write before it what its server has: %s", strings.Join(serverKinds(all, name), ", "))
	}
	if near, ok := nearest(all, name); ok {
		return scheme{}, Errorf("its scheme is none of a catalog; did you mean %s:?", near.name)
	}
	names := make([]string, 0, len(all))
	for _, s := range all {
		names = append(names, s.name+":")
	}
	slices.Sort(names)
	return scheme{}, Errorf("its scheme is none of a catalog; supported are %s", strings.Join(names, ", "))
}

// TakesOption reports whether the catalog of an address takes an option of some name. Of a
// text that is no address, as the name of a source is, any catalog may be meant.
func TakesOption(text, name string) bool {
	s, err := Parse(text)
	return name == NetworkOption || slices.ContainsFunc(schemes(), func(kind scheme) bool {
		return (err != nil || kind.name == s.Scheme) && slices.Contains(kind.options, name)
	})
}

// serverKinds returns how the address of a server begins for each scheme that takes one.
func serverKinds(all []scheme, transport string) (kinds []string) {
	for _, s := range all {
		if s.server {
			kinds = append(kinds, s.name+"+"+transport+"://")
		}
	}
	return kinds
}

// likeness is how many letters a misspelt scheme has to begin with as the right one.
const likeness = 3

// nearest returns the scheme with the longest common start with name, or else the one that
// differs from it in the fewest letters.
func nearest(all []scheme, name string) (near scheme, ok bool) {
	longest := likeness - 1
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.name
		if n := messages.CommonStart(name, s.name); n > longest {
			longest, near, ok = n, s, true
		}
	}
	if word, found := messages.Near(name, names); found && !ok {
		return all[slices.Index(names, word)], true
	}
	return near, ok
}

// Examples returns the examples of every scheme, in the order of the help.
func Examples() (all []example) {
	for _, s := range schemes() {
		all = append(all, s.examples...)
	}
	return all
}

// Help says what a SOURCE may be, with an example or two of each kind.
func Help() string {
	var b strings.Builder
	b.WriteString("A SOURCE names a catalog:\n")
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, e := range Examples() {
		fmt.Fprintf(table, "  %s\t%s\n", e.Source, e.Shows)
	}
	table.Flush()
	b.WriteString(`
A catalog whose server was reached on the Internet leads nowhere in the local
network until it is unmounted. Where its name is one of your own network, and
public on the road, add ?network=home, or &network=home after other options.`)
	return b.String()
}

// Open returns the service that s names, and what ends it.
func (s Source) Open(env Environment) (catalog.Source, func() error, error) {
	found, err := findScheme(s.Scheme)
	if err != nil {
		return nil, nil, err
	}
	return found.open(s, env)
}

// endless is what ends a service that holds nothing open.
func endless() error { return nil }
