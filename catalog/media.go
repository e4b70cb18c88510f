package catalog

import (
	"mime"
	"net/url"
	"path"
	"strings"
)

// media lists the kinds of file that a track may be: the extension, its MIME
// type first, then other spellings that servers use. Where several extensions
// share a type, the first is the one that the type stands for.
var media = []struct {
	ext   string
	types []string
}{
	{".m4a", []string{"audio/mp4", "audio/x-m4a", "audio/m4a", "audio/mp4a-latm"}},
	{".mp3", []string{"audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3"}},
	{".flac", []string{"audio/flac", "audio/x-flac"}},
	{".ogg", []string{"audio/ogg", "application/ogg", "audio/vorbis", "audio/x-vorbis"}},
	{".opus", []string{"audio/opus"}},
	{".wav", []string{"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"}},
	{".aac", []string{"audio/aac", "audio/aacp", "audio/x-aac"}},
	{".aiff", []string{"audio/aiff", "audio/x-aiff"}},
	{".wma", []string{"audio/x-ms-wma"}},
	{".weba", []string{"audio/webm"}},
	{".mka", []string{"audio/x-matroska", "audio/matroska"}},
	{".caf", []string{"audio/x-caf"}},
	{".ape", []string{"audio/x-ape", "audio/ape"}},
	{".wv", []string{"audio/x-wavpack", "audio/wavpack"}},
	{".mpc", []string{"audio/x-musepack", "audio/musepack"}},
	{".shn", []string{"audio/x-shn"}},
	{".tta", []string{"audio/x-tta"}},
	{".dsf", []string{"audio/x-dsf", "audio/dsf"}},
	{".amr", []string{"audio/amr"}},
	{".mid", []string{"audio/midi", "audio/x-midi"}},
	{".m4v", []string{"video/x-m4v"}},
	{".mp4", []string{"video/mp4"}},
	{".webm", []string{"video/webm"}},
	{".m4b", []string{"audio/mp4"}},
	{".mp2", []string{"audio/mpeg"}},
	{".oga", []string{"audio/ogg"}},
	{".spx", []string{"audio/ogg"}},
	{".aif", []string{"audio/aiff"}},
}

// asideTypes are the types of files that are no audio, by their extension.
var asideTypes = map[string]string{
	".jpg":  "image/jpeg",
	".jpeg": "image/jpeg",
	".png":  "image/png",
	".webp": "image/webp",
	".gif":  "image/gif",
	".avif": "image/avif",
	".lrc":  "text/plain",
	".txt":  "text/plain",
	".pdf":  "application/pdf",
	".cue":  "application/x-cue",
}

// IsPicture reports whether a file name is that of a picture, as covers are.
func IsPicture(name string) bool {
	return strings.HasPrefix(asideTypes[strings.ToLower(path.Ext(name))], "image/")
}

var extTypes, typeExts = indexMedia()

func indexMedia() (byExt, byType map[string]string) {
	byExt, byType = map[string]string{}, map[string]string{}
	for _, m := range media {
		byExt[m.ext] = m.types[0]
		for _, t := range m.types {
			if byType[t] == "" {
				byType[t] = m.ext
			}
		}
	}
	return byExt, byType
}

// MediaOf returns the MIME type and the file name extension of a track, of
// which a service said the type or the address or both; either may be "" or
// nonsense. The extension of the address is believed first: services are more
// often wrong in the type. Only extensions from a fixed list are returned, so
// no catalog can name its files .desktop or .sh; both are "" if unknown.
func MediaOf(mimeType, address string) (typ, ext string) {
	typ, _, _ = mime.ParseMediaType(mimeType)
	byType := typeExts[typ]
	if byType == "" {
		typ = ""
	}
	if u, err := url.Parse(address); err == nil {
		ext = strings.ToLower(path.Ext(u.Path))
	}
	byExt := extTypes[ext]
	switch {
	case byExt == "":
		return typ, byType
	case typ == "" || extTypes[byType] != byExt:
		return byExt, ext
	}
	return typ, ext
}

// Media returns the type and the extension of a track, of which its service may
// have said anything. A track with File has the type that its name stands for.
func (t Track) Media() (typ, ext string) {
	if t.File != "" {
		return asideTypes[strings.ToLower(path.Ext(t.File))], ""
	}
	typ, _ = MediaOf(t.Type, t.URL)
	return typ, knownExt(t.Ext)
}

// IsTrackName reports whether name ends as the names of tracks do.
func IsTrackName(name string) bool { return knownExt(path.Ext(name)) != "" }

// knownExt returns ext in lower case if a track may have it, else "".
func knownExt(ext string) string {
	if ext = strings.ToLower(ext); extTypes[ext] != "" {
		return ext
	}
	return ""
}
