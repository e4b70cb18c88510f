package archive

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// thumb is the small picture that the service makes for every item.
const thumb = "__ia_thumb.jpg"

// coverOf returns the picture that shows an item best: one that was uploaded,
// rather a cover than any other, else the service's own.
func coverOf(files []file) (file, bool) {
	var pictures []file
	for _, f := range files {
		if catalog.IsPicture(string(f.Name)) && (f.isOriginal() || f.Name == thumb) {
			pictures = append(pictures, f)
		}
	}
	if len(pictures) == 0 {
		return file{}, false
	}
	return slices.MinFunc(pictures, func(a, b file) int {
		return cmp.Or(cmp.Compare(coverRank(a), coverRank(b)), natural(string(a.Name), string(b.Name)))
	}), true
}

// coverRank says how unlikely a picture is the cover, by its name.
func coverRank(f file) int {
	name := strings.ToLower(path.Base(string(f.Name)))
	stem := strings.TrimSuffix(name, path.Ext(name))
	switch {
	case f.Name == thumb:
		return 5
	case slices.Contains([]string{"cover", "folder", "front"}, stem):
		return 0
	case strings.Contains(name, "cover") || strings.Contains(name, "front"):
		return 1
	case strings.Contains(name, "back") || strings.Contains(name, "label") || strings.Contains(name, "inlay"):
		return 4
	case strings.HasSuffix(name, ".jpg") || strings.HasSuffix(name, ".jpeg"):
		return 2
	}
	return 3
}

// cover returns the picture of an item as the file beside its tracks.
func (i item) cover(s site, id string, f file) catalog.Track {
	t := i.file(s, id, f)
	t.File = "cover" + strings.Replace(f.ext(), ".jpeg", ".jpg", 1)
	t.Title, t.Album = "Cover", i.Metadata.Value.Title.First()
	return t
}
