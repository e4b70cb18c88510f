//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const (
	gaplessSeconds = 30
	gaplessRate    = 32_000 // bytes a second of the recordings
)

// Players that are to play two tracks without a gap. The script of each leaves the process
// id in $player.
var gaplessPlayers = []struct {
	name   string
	tools  []string
	script string
}{
	{"mpv", []string{"mpv"}, `
		mpv --no-config --vo=null --ao=null --gapless-audio=yes "$A/01 - Tone 0.m4a" "$A/02 - Tone 1.m4a" >out 2>&1 & player=$!`},
	{"MPD", []string{"mpd", "mpc"}, `
		mkdir lists
		printf '%s\n' "music_directory \"$M\"" "playlist_directory \"$T/lists\"" "db_file \"$T/db\"" "log_file \"$T/log\"" \
			"bind_to_address \"$T/socket\"" 'zeroconf_enabled "no"' 'audio_buffer_size "512"' 'audio_output {' 'type "null"' 'name "silence"' '}' >conf
		mpd --no-daemon conf 2>err & player=$!
		export MPD_HOST="$T/socket"; until mpc -q 2>/dev/null; do sleep 0.1; done
		until test "$(mpc listall | grep -c Tone)" = 2; do mpc -q update --wait; done
		for f in "$A"/*.m4a; do setfattr -n user.tunesfs.control -v evict "$f"; done # which the update has read in part
		mpc listall | grep Tone | sort | mpc -q add; mpc -q play`},
}

// TestGapless plays an album over a link of twice the rate at which it plays, 100 ms away:
// much of the second track is there, and that is idle, before the player opens it.
func TestGapless(t *testing.T) {
	t.Parallel()
	needTools(t, "ffmpeg", "getfattr")
	for _, p := range gaplessPlayers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			needTools(t, p.tools...)
			s, o := newSession(t), fetchtest.New(t)
			s.gaplessAlbum(o)
			o.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, Connect: 100 * time.Millisecond, TotalRate: 2 * gaplessRate})
			s.expect(p.script+`
				trap 'kill $player; wait $player || true' EXIT
				next="$A/02 - Tone 1.m4a"
				until test "$(getfattr --absolute-names --only-values -n user.tunesfs.downloaded "$next")" -ge 100000; do sleep 0.1; done
				ls -l /proc/$player/fd | grep -c 'Tone 0'
				ls -l /proc/$player/fd | grep -c 'Tone 1' || true
				getfattr --absolute-names --only-values -n user.tunesfs.state "$next"`, "1\n0\nidle")
		})
	}
}

// gaplessAlbum mounts an album of two recordings; $A is its folder.
func (s *session) gaplessAlbum(o *fetchtest.Origin) {
	s.t.Helper()
	rows := []map[string]any{{"wrapperType": "collection", "collectionId": 7, "artistName": artist, "collectionName": "Tones",
		"releaseDate": "2001-02-03T12:00:00Z"}}
	for i := range 2 {
		path := filepath.Join(s.tmp, fileName(i))
		out, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i",
			fmt.Sprintf("anoisesrc=seed=%d:duration=%d:sample_rate=44100:amplitude=0.3", i+1, gaplessSeconds), "-ac", "2",
			"-c:a", "aac", "-b:a", fmt.Sprint(8*gaplessRate), "-movflags", "+faststart", "-metadata", "title="+tuneTitle(i), path).CombinedOutput()
		if err != nil {
			s.t.Fatalf("ffmpeg: %v\n%s", err, out)
		}
		data, err := os.ReadFile(path)
		s.must(err)
		o.Put(fetchtest.File{Name: fileName(i), Content: fetchtest.Bytes(data), Type: "audio/mp4"})
		rows = append(rows, map[string]any{"wrapperType": "track", "trackId": 10 + i, "collectionId": 7, "artistName": artist,
			"trackName": tuneTitle(i), "trackNumber": 1 + i, "trackTimeMillis": gaplessSeconds * 1000, "previewUrl": o.URL(fileName(i))})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found := rows[:1]
		if r.URL.Path == "/lookup" {
			found = rows
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"resultCount": len(found), "results": found})
	}))
	s.t.Cleanup(server.Close)
	s.mount(fmt.Sprintf("itunes+%s/?entity=album", server.URL))
	s.env = append(s.env, "A="+s.mnt+"/"+query+"/"+artist+" - Tones")
}
