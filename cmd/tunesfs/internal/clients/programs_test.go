//go:build linux

package clients

import (
	"cmp"
	"time"
)

// A kind says what a program is expected to want.
type kind string

// The kinds.
const (
	indexer kind = "indexer" // tags, and nothing more
	player  kind = "player"  // the files that it plays
	copier  kind = "copy"    // all
)

// A program is one of a user's, and what it does here.
type program struct {
	name   string
	kind   kind
	pkg    string   // of Debian, whose version is shown
	tools  []string // that must be installed
	slow   bool     // it has a window, or takes long
	files  int      // that it opens, at least; 0 means all
	most   time.Duration
	script string // $D is the folder of the recordings, $M the mount, $T a folder of its own, $L the mount's log
}

func (p *program) opens() int { return cmp.Or(p.files, len(recordings)) }

func (p *program) limit() time.Duration { return cmp.Or(p.most, 2*time.Minute) }

// programs are in the order of the table.
var programs = []program{
	{name: "MPD update", kind: indexer, pkg: "mpd", tools: []string{"mpd", "mpc"}, script: startMPD("$D") + `mpc -q update --wait
		test "$(mpc listall | wc -l)" = 7`},
	{name: "minidlna", kind: indexer, pkg: "minidlna", tools: []string{"minidlnad"}, files: 6, script: `
		printf 'media_dir=A,%s\ndb_dir=%s\nlog_dir=%s\ninotify=no\nport=8290\nnetwork_interface=lo\n' "$D" "$T/db" "$T" >conf; mkdir db
		minidlnad -d -f conf -P "$T/pid" >out 2>&1 & until grep -q 'finished (' out; do sleep 0.1; done
		grep -q 'finished (6 files)' out # it knows no opus`},
	{name: "tracker3 extract", kind: indexer, pkg: "tracker-extract", tools: []string{"tracker3", "dbus-run-session"}, script: `
		for f in "$D"/*.*; do dbus-run-session tracker3 extract "$f"; done 2>&1 | grep -c 'nie:title'`},
	// It indexes nothing below the folder of temporary files. D-Bus starts it.
	{name: "tracker-miner-fs", kind: indexer, pkg: "tracker-miner-fs", tools: []string{"tracker3", "gsettings", "dbus-run-session"}, slow: true, script: settled + `
		mkdir tmp; export GSETTINGS_BACKEND=keyfile TMPDIR=$T/tmp
		dbus-run-session bash -euc 'set="gsettings set org.freedesktop.Tracker3.Miner.Files"
			$set index-recursive-directories "[\"$D\"]"; $set index-single-directories "[]"; $set index-applications false
			until tracker3 status >status; do sleep 1; done
			bash settled 7; tracker3 sparql -b org.freedesktop.Tracker3.Miner.Files -q "SELECT ?m { GRAPH tracker:Audio { ?m a nmm:MusicPiece } }" >found
			test "$(grep -c urn: found)" -ge 5' 2>out`},
	{name: "baloo", kind: indexer, pkg: "baloo-kf5", tools: []string{"baloo_file", "balooctl", "dbus-run-session"}, slow: true, files: 4, script: `
		mkdir -p config data; printf '[Basic Settings]\nIndexing-Enabled=true\n[General]\nfolders=%s/\n' "$D" >config/baloofilerc
		export QT_QPA_PLATFORM=offscreen; dbus-run-session bash -euc 'baloo_file >out 2>&1 &
			until timeout 5 balooctl status >status && grep -q "Total files indexed: 8" status && grep -q "content indexing: 0" status; do sleep 1; done' 2>said`},
	{name: "exiftool", kind: indexer, pkg: "libimage-exiftool-perl", tools: []string{"exiftool"}, script: `exiftool -q "$D"/*.* >out; test "$(grep -c ^Title out)" -ge 6`},
	{name: "mutagen-inspect", kind: indexer, pkg: "python3-mutagen", tools: []string{"mutagen-inspect"}, script: `mutagen-inspect "$D"/*.* >out`},
	{name: "kid3-cli", kind: indexer, pkg: "kid3-cli", tools: []string{"kid3-cli"}, slow: true, script: `export QT_QPA_PLATFORM=offscreen
		for f in "$D"/*.*; do kid3-cli -c get "$f"; done >out; test "$(grep -c Signal out)" -ge 7`},
	{name: "beets", kind: indexer, pkg: "beets", tools: []string{"beet"}, script: `export BEETSDIR=$T/beets; mkdir beets
		printf 'directory: %s\nlibrary: %s\n' "$T/lib" "$T/beets/db" >beets/config.yaml
		beet import -q -A -C "$D" 2>out; test "$(beet ls | wc -l)" = 7`},
	{name: "mediainfo", kind: indexer, pkg: "mediainfo", tools: []string{"mediainfo"}, script: `mediainfo "$D"/*.* >out; test "$(grep -c '^Duration ' out)" -ge 7`},
	// It reads the first and the last 7 MiB of each, as a copy does.
	{name: "file", kind: indexer, pkg: "file", tools: []string{"file"}, slow: true, most: 5 * time.Minute, script: `file "$D"/*.* >out`},
	{name: "ffprobe", kind: indexer, pkg: "ffmpeg", tools: []string{"ffprobe"}, script: `for f in "$D"/*.*; do ffprobe -v error -show_format "$f"; done >out`},
	// It has file(1) look at each.
	{name: "ranger", kind: indexer, pkg: "ranger", tools: []string{"ranger", "tmux", "mediainfo", "setpriv"}, slow: true, files: 6, script: asOther + `
		$as ranger --copy-config=scope >out 2>&1 # it shows no previews to root
		$as tmux -S home/tmux new-session -d -x 150 -y 40 "ranger '$D'"
		for i in $(seq 150); do $as tmux -S home/tmux capture-pane -p | grep -q Cover && break; sleep 0.2; done
		for i in 1 2 3 4 5 6 7; do $as tmux -S home/tmux send-keys j; sleep 1; done; sleep 1; $as tmux -S home/tmux kill-server`},
	{name: "cmus adds the folder", kind: indexer, pkg: "cmus", tools: []string{"cmus", "tmux"}, files: 5, script: startCmus + `
		timeout 20 cmus-remote --server "$T/socket" -C "add -l $D"
		until test "$(timeout 9 cmus-remote --server "$T/socket" -C 'save -l -e -' | grep -c '^duration')" -ge 5; do sleep 0.2; done
		tmux -S tmux kill-server`},
	{name: "Thunar and tumbler", kind: indexer, pkg: "thunar", tools: []string{"thunar", "xvfb-run", "dbus-run-session"}, slow: true, most: 4 * time.Minute, script: settled + `
		xvfb-run -a dbus-run-session bash -euc 'thunar "$D" >out 2>&1 & bash settled 7
			test -n "$(find cache/thumbnails -name "*.png")"; thunar -q; wait %1' 2>said`},
	{name: "Dolphin", kind: indexer, pkg: "dolphin", tools: []string{"dolphin", "xvfb-run", "dbus-run-session"}, slow: true, most: 4 * time.Minute, script: settled + `
		mkdir -p config data/dolphin/view_properties/global
		printf '[PreviewSettings]\nPlugins=audiothumbnail,ffmpegthumbs\n' >config/kdeglobals
		printf '[PreviewSettings]\nPlugins=audiothumbnail,ffmpegthumbs\n[General]\nGlobalViewProps=true\n' >config/dolphinrc
		printf '[Dolphin]\nPreviewsShown=true\nVersion=4\n' >data/dolphin/view_properties/global/.directory
		xvfb-run -a dbus-run-session bash -euc 'dolphin "$D" >out 2>&1 & bash settled 7; kill %1' 2>said`},
	{name: "Audacious adds the folder", kind: indexer, pkg: "audacious", tools: []string{"audacious", "audtool", "dbus-run-session"}, slow: true, script: `
		dbus-run-session bash -euc 'audacious --headless >out 2>&1 & until audtool version >/dev/null 2>&1; do sleep 0.2; done
			audtool playlist-addurl "$D"; until test "$(audtool playlist-display | grep -c "Signal.*:[0-9][0-9]$")" = 7; do sleep 0.5; done
			audtool shutdown; wait %1' 2>said`},
	{name: "mpv", kind: player, pkg: "mpv", tools: []string{"mpv"}, most: 3 * time.Minute, script: `
		mpv --no-config --vo=null --ao=null --length=6 "$D" >out 2>&1`},
	{name: "MPD plays", kind: player, pkg: "mpd", tools: []string{"mpd", "mpc"}, slow: true, most: 4 * time.Minute, script: startMPD("") + `
		for f in "$D"/*.*; do mpc -q add "file://$f"; done; test "$(mpc playlist | wc -l)" = 7
		for i in 1 2 3 4 5 6 7; do mpc -q play $i; until mpc status %currenttime% | grep -Eq '0:(0[6-9]|[1-9].)'; do sleep 0.1; done; done; mpc -q stop`},
	{name: "VLC", kind: player, pkg: "vlc-bin", tools: []string{"cvlc", "setpriv"}, slow: true, most: 3 * time.Minute, script: asOther + `
		$as cvlc --no-video --aout=adummy --run-time=6 --play-and-exit "$D"/*.* >out 2>&1`},
	{name: "cmus plays", kind: player, pkg: "cmus", tools: []string{"cmus", "tmux", "pulseaudio", "pactl"}, slow: true, most: 4 * time.Minute, script: startPulse + startCmus + `
		cmus-remote --server "$T/socket" -C 'set output_plugin=pulse'
		for f in "$D"/*.*; do cmus-remote --server "$T/socket" -f "$f"
			until cmus-remote --server "$T/socket" -Q | grep -Eq '^position ([6-9]|..)'; do sleep 0.2; done
		done; tmux -S tmux kill-server`},
	{name: "Audacious plays", kind: player, pkg: "audacious", tools: []string{"audacious", "audtool", "dbus-run-session", "pulseaudio", "pactl"}, slow: true, most: 4 * time.Minute, script: startPulse + `
		dbus-run-session bash -euc 'audacious --headless >out 2>&1 & until audtool version >/dev/null 2>&1; do sleep 0.2; done
			for f in "$D"/*.*; do audtool playlist-clear; audtool playlist-addurl "$f"; audtool playback-play
				until test "$(audtool current-song-output-length-seconds)" -ge 6; do sleep 0.2; done
			done; audtool shutdown; wait %1' 2>said`},
	{name: "ffmpeg", kind: copier, pkg: "ffmpeg", tools: []string{"ffmpeg"}, most: 5 * time.Minute, script: `for f in "$D"/*.*; do ffmpeg -v error -nostdin -i "$f" -map 0:a -f null -; done`},
	{name: "cp", kind: copier, pkg: "coreutils", most: 5 * time.Minute, script: `cp "$D"/*.* .`},
	{name: "rsync", kind: copier, pkg: "rsync", tools: []string{"rsync"}, most: 5 * time.Minute, script: `rsync -a "$D/" copy`},
	{name: "sha256sum", kind: copier, pkg: "coreutils", most: 5 * time.Minute, script: `sha256sum "$D"/*.* >sums`},
	{name: "grep -r", kind: copier, pkg: "grep", slow: true, most: 5 * time.Minute, script: `test "$(grep -rc 'in no recording' "$D" | grep -c ':0$')" = 7`},
	{name: "borg", kind: copier, pkg: "borgbackup", tools: []string{"borg"}, slow: true, most: 5 * time.Minute, script: `
		export BORG_BASE_DIR=$T/borg BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
		borg init -e none repo; borg create repo::all "$D"; test "$(borg list repo::all | grep -c '^-')" = 7`},
	{name: "smbd, to smbclient", kind: copier, pkg: "samba", tools: []string{"smbd", "smbclient"}, slow: true, most: 5 * time.Minute, script: startSamba + `
		smbclient -N -p 18445 //127.0.0.1/music -t 120 -c 'lcd got; prompt off; mget *.*' >out 2>&1; test "$(ls got | wc -l)" = 7`},
}
