package archive

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/option"
)

// The service asks for no more than five connections of one client: two for
// calls, so that one that hangs does not hold up all, the others for downloads.
const (
	Calls     = 2 // most calls under way at a time
	Downloads = 3 // most requests for files that should be under way at a time
)

const (
	defaultBase  = "https://archive.org/"
	defaultLimit = 1000
	maxLimit     = 10_000
)

// Formats are what Options.Format may be.
var formats = []string{formatBest, formatFLAC, formatMP3, formatOgg, formatAll}

// Options say which service is asked and what is shown of it. The zero value is
// the Internet Archive, each track in the best format that was uploaded. The
// UserAgent should tell whom to contact.
type Options struct {
	Base   string // http or https URL of the service; "" is the Internet Archive
	Format string // best, flac, mp3, ogg or all; "" is best. A track that does not come in it is shown as it is
	Limit  int    // most items that a search shows, 1 to 10,000; 0 is 1000

	catalog.Env
}

// ParseOptions returns the options that the query of a source's address spells:
// format and limit, each at most once. An unknown key or a bad value is an error
// that names it and says what may stand there.
func ParseOptions(query url.Values) (Options, error) {
	var opt Options
	err := option.Parse(query, map[string]option.Setter{
		"format": option.Choice(&opt.Format, "format", formats...),
		"limit":  option.Int(&opt.Limit, "limit", 1, maxLimit),
	})
	if err != nil {
		return Options{}, fmt.Errorf("archive: %w", err)
	}
	return opt, nil
}

func (o Options) withDefaults() Options {
	if o.Base == "" {
		o.Base = defaultBase
	}
	if o.Format == "" {
		o.Format = formatBest
	}
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	return o
}

func (o Options) check() error {
	switch {
	case !slices.Contains(formats, o.Format):
		return fmt.Errorf("archive: %w", option.Bad("format", "one of "+strings.Join(formats, ", ")))
	case o.Limit < 1 || o.Limit > maxLimit:
		return fmt.Errorf("archive: %w", option.Bad("limit", fmt.Sprintf("a number from 1 to %d", maxLimit)))
	}
	return nil
}
