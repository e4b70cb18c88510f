//go:build linux

package main

import "testing"

// What programs do that only read. In these scripts $R is the folder that nginx serves and $D shows, and $L, $F,
// $P and $X are the names of the recordings in it. Each begins
// with nothing cached.
var toolTests = []struct {
	name   string
	tools  []string
	script string
	want   string
}{
	{"ls", nil, `
		ls -l "$D" | awk '$NF !~ /m3u8$/ && NR > 1 { print $1, $2, $5 }' >shown
		ls -l "$R" | awk 'NR > 1 { print $1, $2, $5 }' >real
		diff shown real
		ls -l --time-style=+%F "$D/$L" | awk '{ print $6 }'`, "2001-02-03"},
	{"stat", nil, `stat -c '%s %F' "$D"/Signal* | sort >shown; stat -c '%s %F' "$R"/* | sort >real; diff shown real`, ""},
	{"cp", nil, `cp "$D"/Signal* out; diff -r out "$R"`, ""},
	{"cp of all", nil, `cp -r "$D" out/all; diff -r out/all "$R"`, ""},
	{"cp with attributes", []string{"getfattr"}, `
		cp -a "$D"/Signal* out; diff -r out "$R"; stat -c %y "out/$L"
		getfattr -n user.dublincore.title --only-values "out/$L"`, "2001-02-03 12:00:00.000000000 +0000\nIndex Last"},
	{"cmp", nil, `for f in "$L" "$F" "$P" "$X"; do cmp "$D/$f" "$R/$f"; done`, ""},
	{"diff", nil, `diff -r "$D" "$R"`, ""},
	{"rsync", []string{"rsync"}, `
		ls "$D" >/dev/null # a folder has its time when it was listed
		rsync -a "$D"/ out; diff -r out "$R"
		rsync -ai "$D"/ out`, ""},
	{"dd", nil, `
		for f in "$L" "$X"; do
			for part in '997 1301 41' '1 262143 2' '65537 7 3' '4095 0 1' '131072 3 9' '100003 11 100'; do
				set -- $part
				dd if="$D/$f" bs=$1 skip=$2 count=$3 status=none >got
				dd if="$R/$f" bs=$1 skip=$2 count=$3 status=none >want
				cmp got want
			done
		done`, ""},
	{"dd without the page cache", nil, `
		dd if="$D/$L" iflag=direct bs=64k skip=5 count=4 status=none >got
		dd if="$R/$L" bs=64k skip=5 count=4 status=none >want; cmp got want`, ""},
	{"tail", nil, `
		for f in "$L" "$F" "$P" "$X"; do
			tail -c 12345 "$D/$f" >got; tail -c 12345 "$R/$f" >want; cmp got want
			tail -c +100001 "$D/$f" | head -c 777 >got; tail -c +100001 "$R/$f" | head -c 777 >want; cmp got want
		done`, ""},
	{"ffprobe", []string{"ffprobe"}, `
		for f in "$L" "$F" "$P" "$X"; do
			ffprobe -v error -show_entries format=duration,size:format_tags=title:stream=codec_name -of csv=p=0 "$D/$f" >got
			ffprobe -v error -show_entries format=duration,size:format_tags=title:stream=codec_name -of csv=p=0 "$R/$f" >want
			diff got want; sed -n 1p got
		done`, "aac\naac\nmp3\nflac"},
	{"ffmpeg", []string{"ffmpeg"}, `
		for f in "$L" "$F" "$P" "$X"; do
			ffmpeg -v error -nostdin -i "$D/$f" -f md5 - >got; ffmpeg -v error -nostdin -i "$R/$f" -f md5 - >want; diff got want
		done`, ""},
	{"mpv", []string{"mpv"}, `
		play="mpv --no-config --msg-level=all=warn --vo=null --ao=null --ao-null-untimed --gapless-audio=no"
		for f in "$L" "$F" "$P" "$X"; do
			$play --start=5 --length=2 "$D/$f"
		done
		$play --frames=10 "$D/$X"
		$play --length=1 "$D/playlist.m3u8"`, ""},
	{"attributes", []string{"setfattr", "getfattr"}, `
		cd "$D"
		getfattr -n user.tunesfs.state "$L"
		setfattr -n user.tunesfs.control -v start "$L"
		cat "$L" | cmp - "$R/$L"
		test "$(getfattr -n user.tunesfs.size --only-values "$L")" = "$(stat -c %s "$R/$L")"
		getfattr -d "$L" | grep -E 'state|mime|title|creator'
		getfattr -d "$L" | grep control || echo not listed
		getfattr -n user.tunesfs.control --only-values "$L"`, `# file: Signal - Index Last.m4a
user.tunesfs.state="idle"

user.dublincore.creator="Signal"
user.dublincore.title="Index Last"
user.mime_type="audio/mp4"
user.tunesfs.state="complete"
not listed
start pause resume cancel evict`},
	{"find", nil, `
		touch -d 2001-01-01 old; touch -d 2001-03-01 new
		find "$D" -type f -newer old | wc -l
		find "$D" -name 'Signal*' -newer new | wc -l
		find "$D" -type f -name '*.m4a' -size +100k | wc -l
		find "$M" -type d | wc -l
		find "$D" -type f -links 1 ! -empty | wc -l`, "4\n0\n2\n2\n4"},
	{"rm", nil, `
		head -c 300000 "$D/$L" >/dev/null
		rm "$D/$F"; ! test -e "$D/$F"
		rm -r "$D"; ls -A "$M"`, ""},
	{"rmdir", nil, `rmdir "$D"; ls -A "$M"; mkdir "$M/more"; ls "$M/more" | wc -l; rmdir "$M/more"; ls -A "$M"`, "4"},
	{"tar", nil, `tar -C "$D" -cf - . | tar -C out -xf -; diff -r out "$R"`, ""},
	{"sha256sum", nil, `cd "$R"; sha256sum * >"$T/sums"; cd "$D"; sha256sum --quiet -c "$T/sums"`, ""},
	{"du and wc", nil, `
		du -bc "$D"/Signal* | tail -1 >got; du -bc "$R"/Signal* | tail -1 >want; diff got want
		wc -c "$D"/Signal* | tail -1 >got; wc -c "$R"/Signal* | tail -1 >want; diff got want
		grep -c . "$D/playlist.m3u8" >/dev/null; grep -rqs 'no such words' "$D" || echo none`, "none"},
	{"python3", []string{"python3"}, `python3 - "$D" "$R" <<'END'
import mmap, os, random, sys
shown, real = sys.argv[1:]
random.seed(7)
for name in sorted(os.listdir(real)):
    with open(os.path.join(real, name), "rb") as f: want = f.read()
    with open(os.path.join(shown, name), "rb") as f:
        f.seek(0, 2); assert f.tell() == len(want), name
        for _ in range(20):
            at, n = random.randrange(len(want)), random.randrange(100_000)
            f.seek(at); assert f.read(n) == want[at:at + n], (name, at, n)
        with mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ) as m:
            for _ in range(20):
                at, n = random.randrange(len(want)), random.randrange(100_000)
                assert m[at:at + n] == want[at:at + n], (name, at, n)
            assert m[:] == want, name
END`, ""},
}

// Real programs use real audio from a real server.
func TestRealPrograms(t *testing.T) {
	needMounts(t)
	needTools(t, "nginx", "ffmpeg", "setfattr", "getfattr")
	dir := t.TempDir()
	record(t, dir+"/root/audio", recordings)
	server := newNginx(t, dir)
	for _, tt := range toolTests {
		t.Run("read/"+tt.name, func(t *testing.T) {
			needTools(t, tt.tools...)
			s := newSession(t)
			s.see(server)
			s.mount(server.fast)
			s.expect("mkdir out\n"+tt.script, tt.want)
		})
	}
	for _, tt := range controlTests {
		t.Run("control/"+tt.name, func(t *testing.T) {
			s := newSession(t)
			s.see(server)
			s.mount(server.slow, "--connections", "2")
			s.expect(`
				state() { getfattr -n user.tunesfs.state --only-values "$L" | sed s/queued/downloading/; echo; }
				cd "$D"`+tt.script, s.expand(tt.want))
		})
	}
}

// see lets scripts compare with what a server has.
func (s *session) see(server *nginxServer) {
	s.env = append(s.env, "R="+server.audio)
	for i, name := range []string{"L", "F", "P", "X"} {
		s.env = append(s.env, name+"="+artist+" - "+recordings[i].name)
	}
}
