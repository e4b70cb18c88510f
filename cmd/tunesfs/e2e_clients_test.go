//go:build linux

package main

import "testing"

// What the programs do that people play and keep music with. The table of
// clients in the README is made of these and of toolTests. $A lists every
// recording, and $B names the one that fio wrote.
var clientTests = []struct {
	name   string
	tools  []string
	script string
	want   string
}{
	{"ffprobe and ffmpeg on every format", []string{"ffmpeg", "ffprobe"}, `
		ls "$R" | while read -r f; do
			case $f in *Blocks*) continue;; esac
			for from in "$D" "$R"; do
				ffprobe -v error -show_entries format=duration,size:format_tags=title:stream=codec_name -of csv=p=0 "$from/$f"
				ffmpeg -v error -nostdin -i "$from/$f" -f md5 -
				ffmpeg -v error -nostdin -ss 7 -t 2 -i "$from/$f" -f md5 -
			done >both
			n=$(($(wc -l <both) / 2)); head -n $n both >shown; tail -n +$((n + 1)) both >real; diff shown real
			head -1 shown
		done`, "vorbis\naac\naac\nflac\npcm_s16le\nmp3"},
	{"mpv seeks back and forth", []string{"mpv"}, `
		cat >jump.lua <<'END'
local targets = {12, 3, 9}
mp.register_event("playback-restart", function()
	local at = table.remove(targets, 1)
	if at then mp.commandv("seek", at, "absolute", "exact") else print(("at %d"):format(mp.get_property_number("time-pos") + 0.5)); mp.command("quit") end
end)
END
		for f in "$L" "$P" "$X"; do
			mpv --no-config --pause --msg-level=all=warn,jump=info --vo=null --ao=null --script=jump.lua "$D/$f" | sed 's/.*\] //; s/ *$//'
		done`, "at 9\nat 9\nat 9"},
	{"mpv plays the playlist", []string{"mpv"}, `
		mpv --no-config --vo=null --ao=null --ao-null-untimed --length=1 "$D/playlist.m3u8" 2>/dev/null | grep -c '^Playing: .*Signal'`, "7"},
	{"mpv plays the folder once", []string{"mpv"}, `
		mpv --no-config --vo=null --ao=null --ao-null-untimed --length=1 "$D" 2>/dev/null | grep -c '^Playing: .*Signal'`, "7"},
	{"MPD updates, adds and plays", []string{"mpd", "mpc"}, `
		mkdir lists
		cat >mpd.conf <<END
music_directory "$M"
playlist_directory "$T/lists"
db_file "$T/db"
log_file "$T/log"
bind_to_address "$T/mpd.socket"
zeroconf_enabled "no"
audio_output { 
	type "null" 
	name "silence" 
}
END
		mpd --no-daemon mpd.conf 2>/dev/null & server=$!
		trap 'kill $server; wait $server' EXIT
		export MPD_HOST="$T/mpd.socket"
		until mpc -q 2>/dev/null; do sleep 0.1; done
		until test "$(mpc listall | grep -c -v playlist)" = 6; do mpc -q update --wait; done; echo 6
		mpc search title 'Index Last.m4a' | grep -c 'Index Last'
		mpc -q add "$(mpc listall | grep Tagged)" "$(mpc listall | grep Lossless)"
		mpc -q play 1; mpc -q seek 00:00:10; until mpc status '%currenttime%' | grep -q '0:1[1-9]'; do sleep 0.1; done
		mpc -q next; mpc status '%state% %songpos%/%length%'
		mpc -q stop; ! grep -i 'failed' log`, "6\n1\nplaying 2/2"},
	{"fio verifies what it reads", []string{"fio"}, `
		job="--readonly --verify=crc32c --bs=4k --verify_fatal=1 --group_reporting --minimal"
		fio --name=pages $job --filename="$D/$B" --rw=randread --numjobs=4 --thread --randseed=7 >/dev/null
		fio --name=whole $job --filename="$D/$B" --rw=read --ioengine=psync >/dev/null
		fio --name=mapped $job --filename="$D/$B" --rw=randread --ioengine=mmap >/dev/null
		fio --name=direct $job --filename="$D/$B" --rw=randread --direct=1 >/dev/null
		cmp "$D/$B" "$R/$B"`, ""},
	{"random pages, as a data base reads", []string{"python3"}, `
		python3 - "$D/$X" "$R/$X" <<'END'
import os, random, sys
from concurrent.futures import ThreadPoolExecutor
shown, real = (os.open(p, os.O_RDONLY) for p in sys.argv[1:])
pages = os.fstat(real).st_size // 4096 + 1
assert os.fstat(shown).st_size == os.fstat(real).st_size
def same(n): return os.pread(shown, 4096, n * 4096) == os.pread(real, 4096, n * 4096)
random.seed(3)
with ThreadPoolExecutor(8) as pool:
    assert all(pool.map(same, random.choices(range(pages), k=2000)))
END`, ""},
	{"cp by reflink or copy_file_range", []string{"python3"}, `
		for f in "$L" "$X"; do
			cp --reflink=auto "$D/$f" a; cmp a "$R/$f"
			cp --reflink=never --sparse=never "$D/$f" b; cmp b "$R/$f"
			! cp --reflink=always "$D/$f" c 2>/dev/null
			python3 - "$D/$f" d <<'END'
import os, sys
with open(sys.argv[1], "rb") as f, open(sys.argv[2], "wb") as to:
    size = os.fstat(f.fileno()).st_size
    try:
        while to.tell() < size and os.copy_file_range(f.fileno(), to.fileno(), 1 << 20): to.seek(0, 1)
    except OSError:
        pass  # between file systems of different kinds
    os.lseek(f.fileno(), os.fstat(to.fileno()).st_size, 0)
    to.seek(0, 2)
    while os.sendfile(to.fileno(), f.fileno(), None, 1 << 20): pass
END
			cmp d "$R/$f"
		done`, ""},
	{"Go's os and io/fs", nil, `gofiles "$D" "$R"`, "7 files"},
	{"du and df", nil, `
		du -s --apparent-size -B1 "$D"/Signal* | awk '{ n += $1 } END { print n }' >got
		ls -l "$R" | awk '{ n += $5 } END { print n }' >want; diff got want
		df --output=avail -B1 "$M" | tail -1 | grep -q '[1-9]'; df --output=source "$M" | tail -1 | grep -c itunes`, "1"},
	{"grep", nil, `
		grep -rl ID3 "$D" --include='*.mp3' | wc -l
		grep -c 'Index Last' "$D/playlist.m3u8"
		grep -rqs 'no such words' "$D" || echo none`, "1\n2\nnone"},
}

// The programs that the README's table of clients is about find what they look
// for, also in a cache that holds nothing yet.
func TestClients(t *testing.T) {
	needMounts(t)
	needTools(t, "nginx", "ffmpeg", "fio")
	dir := t.TempDir()
	audio := dir + "/root/audio"
	record(t, audio, append(recordings, moreRecordings...))
	recordBlocks(t, audio)
	server := newNginx(t, dir)
	for _, tt := range clientTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			needTools(t, tt.tools...)
			s := newSession(t)
			s.see(server)
			s.env = append(s.env, "B="+blocksName)
			s.mount(server.fast)
			s.expect(tt.script, tt.want)
		})
	}
}
