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
	cannot string   // why it cannot be measured
	most   time.Duration
	script string // $D is the folder of the recordings, $M the mount, $T a folder of its own
}

func (p *program) opens() int { return cmp.Or(p.files, len(recordings)) }

func (p *program) limit() time.Duration { return cmp.Or(p.most, 2*time.Minute) }

// programs are in the order of the table.
var programs = []program{
	{name: "MPD update", kind: indexer, pkg: "mpd", tools: []string{"mpd", "mpc"}, script: startMPD + `mpc -q update --wait
		test "$(mpc listall | wc -l)" = 7`},
	{name: "MPD update and play", kind: player, pkg: "mpd", tools: []string{"mpd", "mpc"}, slow: true, files: 1, script: startMPD + `mpc -q update --wait
		mpc -q add "$(mpc listall | head -1)"; mpc -q play
		until mpc status %currenttime% | grep -q 0:06; do sleep 0.2; done; mpc -q stop`},
	{name: "minidlna", kind: indexer, pkg: "minidlna", tools: []string{"minidlnad"}, files: 6, script: `
		printf 'media_dir=A,%s\ndb_dir=%s\nlog_dir=%s\ninotify=no\nport=8290\nnetwork_interface=lo\n' "$D" "$T/db" "$T" >conf; mkdir db
		minidlnad -d -f conf -P "$T/pid" >out 2>&1 & until grep -q 'finished (' out; do sleep 0.1; done
		grep -q 'finished (6 files)' out # it knows no opus`},
	{name: "tracker3 extract", kind: indexer, pkg: "tracker-extract", tools: []string{"tracker3", "dbus-run-session"}, script: `
		for f in "$D"/*.*; do dbus-run-session tracker3 extract "$f"; done 2>&1 | grep -c 'nie:title'`},
	{name: "tracker-miner-fs", kind: indexer, pkg: "tracker-miner-fs", cannot: "not measured: it indexes nothing without a system bus; its extractor is above"},
	{name: "baloo", kind: indexer, pkg: "baloo-kf5", tools: []string{"baloo_file", "balooctl", "dbus-run-session"}, slow: true, files: 4, script: `
		mkdir -p config data; printf '[Basic Settings]\nIndexing-Enabled=true\n[General]\nfolders=%s/\n' "$D" >config/baloofilerc
		export QT_QPA_PLATFORM=offscreen; timeout 100 dbus-run-session bash -euc 'timeout 90 baloo_file >out 2>&1 &
			for i in $(seq 60); do sleep 1; timeout 5 balooctl status >status || true; grep -q "Total files indexed: 8" status && grep -q "content indexing: 0" status && break; done; sleep 2' 2>said || true
		cat status; grep -q "indexed: 8" status`},
	{name: "exiftool", kind: indexer, pkg: "libimage-exiftool-perl", tools: []string{"exiftool"}, script: `exiftool -q "$D"/*.* >out; test "$(grep -c ^Title out)" -ge 6`},
	{name: "mutagen-inspect", kind: indexer, pkg: "python3-mutagen", tools: []string{"mutagen-inspect"}, script: `mutagen-inspect "$D"/*.* >out`},
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
		for i in $(seq 150); do test "$(timeout 9 cmus-remote --server "$T/socket" -C 'save -l -e -' | grep -c '^duration')" -lt 5 || break; sleep 0.2; done; tmux -S tmux kill-server`},
	{name: "Thunar and tumbler", kind: indexer, pkg: "thunar", tools: []string{"thunar", "xvfb-run", "dbus-run-session"}, slow: true, files: 4, script: `
		xvfb-run -a dbus-run-session bash -euc '/usr/lib/x86_64-linux-gnu/tumbler-1/tumblerd >out 2>&1 & thunar "$D" >>out 2>&1 & sleep 25; ls cache/thumbnails/*/ >>out || true; thunar -q || true' || true`},
	{name: "Dolphin", kind: indexer, pkg: "dolphin", tools: []string{"dolphin", "xvfb-run", "dbus-run-session"}, slow: true, files: 1, script: `
		xvfb-run -a dbus-run-session bash -euc 'dolphin "$D" >out 2>&1 & sleep 25; kill $!' || true`},
	{name: "mpv", kind: player, pkg: "mpv", tools: []string{"mpv"}, most: 3 * time.Minute, script: `
		mpv --no-config --vo=null --ao=null --length=6 "$D" >out 2>&1`},
	{name: "VLC", kind: player, pkg: "vlc-bin", tools: []string{"cvlc", "setpriv"}, slow: true, most: 3 * time.Minute, script: asOther + `
		$as cvlc --no-video --aout=adummy --run-time=6 --play-and-exit "$D"/*.* >out 2>&1`},
	{name: "cmus plays", kind: player, pkg: "cmus", cannot: "not measured: without a sound card it has no output that keeps time"},
	{name: "ffmpeg", kind: copier, pkg: "ffmpeg", tools: []string{"ffmpeg"}, most: 5 * time.Minute, script: `for f in "$D"/*.*; do ffmpeg -v error -nostdin -i "$f" -map 0:a -f null -; done`},
	{name: "cp", kind: copier, pkg: "coreutils", most: 5 * time.Minute, script: `cp "$D"/*.* .`},
	{name: "rsync", kind: copier, pkg: "rsync", tools: []string{"rsync"}, most: 5 * time.Minute, script: `rsync -a "$D/" copy`},
	{name: "sha256sum", kind: copier, pkg: "coreutils", most: 5 * time.Minute, script: `sha256sum "$D"/*.* >sums`},
}

const (
	// asOther has $as run a program as another user, with a home.
	asOther = `mkdir -m 777 home; as="env HOME=$T/home XDG_CONFIG_HOME=$T/home XDG_CACHE_HOME=$T/home XDG_DATA_HOME=$T/home XDG_RUNTIME_DIR=$T/home
			setpriv --reuid=65534 --regid=65534 --clear-groups"
		`
	startMPD = `mkdir lists
		cat >conf <<END
music_directory "$D"
playlist_directory "$T/lists"
db_file "$T/db"
log_file "$T/log"
bind_to_address "$T/socket"
zeroconf_enabled "no"
audio_output {
	type "null"
	name "silence"
}
END
		mpd --no-daemon conf 2>err & export MPD_HOST="$T/socket"; until mpc -q 2>/dev/null; do sleep 0.1; done
		`
	startCmus = `mkdir -p config/cmus
		tmux -S tmux new-session -d -x 120 -y 40 "cmus --listen '$T/socket'"
		until timeout 1 cmus-remote --server "$T/socket" -C 2>/dev/null; do tmux -S tmux send-keys Enter; sleep 0.2; done # it may show an error first
		timeout 20 cmus-remote --server "$T/socket" -C 'set output_plugin=null' "add -l $D" || true
		`
)
