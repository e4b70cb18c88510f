package archive

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// A work is one track of an item, in all formats that there are of it.
type work struct {
	key   string // its path without the extension
	files []file // the best first
	num   int
}

// works returns the tracks among files, in the order of playing. What was
// derived of a file belongs to it, and so does what was uploaded under the same
// name with another extension.
func works(files []file) []work {
	var all []work
	index := map[string]int{}
	for _, f := range files {
		if !f.isAudio() {
			continue
		}
		key := f.key()
		i, ok := index[key]
		if !ok {
			i = len(all)
			index[key] = i
			all = append(all, work{key: key})
		}
		all[i].files = append(all[i].files, f)
	}
	for i := range all {
		slices.SortFunc(all[i].files, better)
		all[i].num = parseNumber(all[i].tag(func(f file) lenient.Texts { return f.Track }))
	}
	number(all)
	return all
}

func (f file) key() string {
	name := string(f.Name)
	if f.Source == "derivative" && f.Original.First() != "" {
		name = f.Original.First()
	}
	return strings.TrimSuffix(name, path.Ext(name))
}

// number sorts tracks and gives each a number of its own: that which it has, or
// its place by name where some have none, or the same as others, such as those
// of several discs.
func number(all []work) {
	seen := map[int]bool{0: true}
	own := true
	for _, w := range all {
		own = own && !seen[w.num]
		seen[w.num] = true
	}
	slices.SortFunc(all, func(a, b work) int {
		if own {
			return cmp.Compare(a.num, b.num)
		}
		return cmp.Or(natural(a.key, b.key), strings.Compare(a.key, b.key))
	})
	for i := range all {
		if !own {
			all[i].num = i + 1
		}
	}
}

// tag returns the first value that a file of the work has for a tag: derivatives
// are often tagged where originals are not.
func (w work) tag(get func(file) lenient.Texts) string {
	for _, f := range w.files {
		if text := catalog.SanitizeText(get(f).First()); text != "" {
			return text
		}
	}
	return ""
}

// in returns the files to be shown of a work.
func (w work) in(format string) []file {
	if format == formatAll {
		return w.files
	}
	exts := formatExts[format]
	if i := slices.IndexFunc(w.files, func(f file) bool { return slices.Contains(exts, f.ext()) }); i >= 0 {
		return w.files[i : i+1]
	}
	return w.files[:1]
}

// leadingNumber is how names begin that have the number of their track in them.
var leadingNumber = regexp.MustCompile(`^\d{1,3}([\s._-]+|$)`)

// areNumbered reports whether the names of most files begin with the numbers of
// their tracks. Those of single ones may begin with a number of their own.
func areNumbered(all []work) bool {
	n := 0
	for _, w := range all {
		if leadingNumber.MatchString(path.Base(w.key)) {
			n++
		}
	}
	if len(all) == 1 {
		return n == 1 && parseNumber(path.Base(all[0].key)) == all[0].num
	}
	return 2*n > len(all)
}

// title returns what a work is called: as it is tagged, else by its file's name
// without the number that the track gets anyway, if it has that.
func (w work) title(numbered bool) string {
	if title := w.tag(func(f file) lenient.Texts { return f.Title }); title != "" {
		return title
	}
	name := path.Base(w.key)
	if rest := leadingNumber.ReplaceAllString(name, ""); numbered && rest != "" {
		return rest
	}
	return name
}

// tracks returns the audio of an item.
func (i item) tracks(s site, id, format string, files []file) []catalog.Track {
	var tracks []catalog.Track
	all := works(files)
	numbered := areNumbered(all)
	for _, w := range all {
		for _, f := range w.in(format) {
			t := i.file(s, id, f)
			t.Title, t.Number = w.title(numbered), w.num
			t.Artist = cmp.Or(w.tag(func(f file) lenient.Texts { return f.Artist }),
				w.tag(func(f file) lenient.Texts { return f.Creator }), i.Metadata.Value.Creator.First())
			t.Album = cmp.Or(w.tag(func(f file) lenient.Texts { return f.Album }), i.Metadata.Value.Title.First())
			t.Genre = w.tag(func(f file) lenient.Texts { return f.Genre })
			t.Duration = parseLength(w.tag(func(f file) lenient.Texts { return f.Length }))
			t.Tags.AlbumArtist = i.Metadata.Value.Creator.First()
			t.Tags.Track = catalog.Position(int64(parseNumber(w.tag(func(f file) lenient.Texts { return f.Track }))))
			t.Tags.Disc = catalog.Position(int64(parseNumber(w.tag(func(f file) lenient.Texts { return f.Disc }))))
			t.Tags.BitRate = f.bitRate()
			t.Type, t.Ext = catalog.MediaOf("", t.URL)
			tracks = append(tracks, t)
		}
	}
	return tracks
}

// file returns what holds of any file of an item.
func (i item) file(s site, id string, f file) catalog.Track {
	t := catalog.Track{
		ID:       trackID(id, string(f.Name)),
		Released: parseDate(i.Metadata.Value.Date.First()),
		Size:     f.size(),
		Digest:   f.digest(),
		URL:      s.download(id, string(f.Name)),
		Artwork:  s.picture(id),
		Store:    s.page(id),
		License:  cmp.Or(i.Metadata.Value.License.First(), i.Metadata.Value.Rights.First()),
	}
	if t.DigestOf(catalog.MD5) == "" {
		t.Tags.MD5 = f.md5()
	}
	if t.Released.IsZero() {
		t.Released = parseDate(i.Metadata.Value.Year.First())
	}
	return t
}
