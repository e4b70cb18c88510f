package world

import (
	"encoding/json"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Secret is the password of a Subsonic origin's user, whose name is "torture".
const Secret = "thumbscrew"

// subsonic is a server of one user's library. The first folder of a path is an artist
// and each folder with files an album of it. The file "a/b/song.mp3", which is the
// seventh of the ledger, is "Artists/a/a∕b/07 - song.mp3" in a mount; for files in the
// root the artist and the album are "Root". A playlist and every search have all songs.
type subsonic struct{}

func (subsonic) Source(host string) string {
	return "subsonic+http://torture@" + host + "/?auth=token&limit=10000"
}

func (subsonic) Flags() []string { return nil }

func (subsonic) MountFolder(dir string) string {
	return "Artists/" + folderName(artistOf(dir)) + "/" + folderName(dir)
}

func (subsonic) UpperFolder(folder, dir string) string {
	if folder == "Artists" {
		return ""
	}
	return artistOf(dir)
}

func (subsonic) MountName(l *Ledger, p string) string { return numbered(l, p) }

func (subsonic) FoundPath(_ *Ledger, p string) string {
	dir, name := split(p)
	return title(artistOf(dir)) + " - " + name
}

func (subsonic) Secret() string { return Secret }

func (subsonic) TellsDigest() bool { return false }

func (subsonic) Told(v Version) (int64, time.Time) { return v.Size, time.Time{} }

// artistOf returns the first folder of a path.
func artistOf(dir string) string {
	artist, _, _ := strings.Cut(dir, "/")
	return artist
}

// songs are asked for by their path, after a sign: no identifier is empty.
const idSign = "."

// asked returns what a call is for, of the identifier id.
func asked(uri *url.URL) (method, id string, ok bool) {
	folder, method := path.Split(uri.Path)
	id, known := strings.CutPrefix(uri.Query().Get("id"), idSign)
	return method, id, folder == "/rest/" && (known || uri.Query().Get("id") == "")
}

func (subsonic) FileOf(uri *url.URL) (string, bool) {
	method, id, ok := asked(uri)
	return id, ok && id != "" && (method == "download" || method == "stream")
}

func (subsonic) FolderOf(uri *url.URL) (string, bool) {
	method, id, ok := asked(uri)
	return id, ok && slices.Contains([]string{"getArtists", "getArtist", "getAlbum", "getPlaylists", "getPlaylist", "search3"}, method)
}

func (s subsonic) Respond(l *Ledger, uri *url.URL) ([]byte, string, bool) {
	method, id, ok := asked(uri)
	if !ok {
		return nil, "", false
	}
	response := map[string]any{"status": "ok", "version": "1.16.1", "type": "torture", "openSubsonic": true}
	if key, value := s.part(l, method, id, uri.Query()); value != nil {
		response[key] = value
	} else if method != "ping" {
		response["status"], response["error"] = "failed", map[string]any{"code": 70, "message": "no such thing"}
	}
	body, err := json.Marshal(map[string]any{"subsonic-response": response})
	return body, "application/json", err == nil
}

// part returns what a response to a method holds beside its status, and its name.
func (s subsonic) part(l *Ledger, method, id string, query url.Values) (string, any) {
	switch method {
	case "getOpenSubsonicExtensions":
		return "openSubsonicExtensions", []any{}
	case "getArtists":
		return "artists", map[string]any{"index": []any{map[string]any{"name": "#", "artist": artists(l)}}}
	case "getArtist":
		if albums := albumsOf(l, id); len(albums) > 0 {
			return "artist", map[string]any{"id": idSign + id, "name": title(id), "album": albums}
		}
	case "getAlbum":
		if l.IsFolder(id) {
			return "album", map[string]any{"id": idSign + id, "name": title(id), "artist": title(artistOf(id)), "song": songsIn(l, id)}
		}
	case "getPlaylists":
		return "playlists", map[string]any{"playlist": []any{map[string]any{"id": idSign, "name": "Everything"}}}
	case "getPlaylist":
		return "playlist", map[string]any{"id": idSign, "name": "Everything", "entry": songs(l)}
	case "search3":
		return "searchResult3", map[string]any{"song": page(songs(l), query)}
	}
	return "", nil
}

// page returns the songs that a search asks for.
func page(all []map[string]any, query url.Values) []map[string]any {
	offset, _ := strconv.Atoi(query.Get("songOffset"))
	count, err := strconv.Atoi(query.Get("songCount"))
	if err != nil {
		count = 20 // which is the protocol's default
	}
	offset = min(max(offset, 0), len(all))
	return all[offset:min(offset+max(count, 0), len(all))]
}

func artists(l *Ledger) (all []map[string]any) {
	for _, dir := range l.dirs() {
		row := map[string]any{"id": idSign + artistOf(dir), "name": title(artistOf(dir))}
		if !slices.ContainsFunc(all, func(o map[string]any) bool { return o["id"] == row["id"] }) {
			all = append(all, row)
		}
	}
	return all
}

func albumsOf(l *Ledger, artist string) (all []map[string]any) {
	for _, dir := range l.dirs() {
		if artistOf(dir) == artist {
			all = append(all, map[string]any{"id": idSign + dir, "name": title(dir), "artist": title(artist)})
		}
	}
	return all
}

func songs(l *Ledger) []map[string]any {
	all := []map[string]any{}
	for _, dir := range l.dirs() {
		all = append(all, songsIn(l, dir)...)
	}
	return all
}

func songsIn(l *Ledger, dir string) []map[string]any {
	all := []map[string]any{}
	_, names := l.Children(dir)
	for _, name := range names {
		v := l.Newest(join(dir, name))
		all = append(all, map[string]any{
			"id": idSign + join(dir, name), "isDir": false, "title": stem(name), "album": title(dir), "artist": title(artistOf(dir)),
			"track": v.File, "size": v.Size, "contentType": mediaType(name), "suffix": strings.TrimPrefix(path.Ext(name), "."),
		})
	}
	return all
}
