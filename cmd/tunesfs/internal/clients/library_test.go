//go:build linux

package clients

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// encoded is how many seconds are encoded, and repeated for longer recordings.
const encoded = 10

// recordings are one of each kind, of 2 to 8 MB: small enough to be quick, and so large
// that the bytes of the tags are a small part. The largest is more than file(1) reads.
var recordings = []struct {
	name    string
	seconds int
	cover   bool
	codec   string
	options string
}{
	{"01 - Cover.mp3", 80, true, "-c:a libmp3lame -b:a 256k", "-id3v2_version 3 -write_id3v1 1"},
	{"02 - Index Last.m4a", 80, true, "-c:a aac -b:a 256k", ""},
	{"03 - Index First.m4a", 80, true, "-c:a aac -b:a 256k", "-movflags +faststart"},
	{"04 - Lossless.flac", 80, true, "-c:a flac -ar 22050", ""},
	{"05 - Vorbis.ogg", 80, false, "-c:a libvorbis -b:a 256k", ""},
	{"06 - Opus.opus", 80, false, "-c:a libopus -b:a 256k -ar 48000", ""},
	{"07 - Raw.wav", 90, false, "-c:a pcm_s16le -ac 1", ""},
}

// pictureLeast is more than any program reads ahead of a header.
const pictureLeast = 256 << 10

// makeLibrary makes the recordings in dir.
func makeLibrary(dir string) error {
	picture := filepath.Join(dir, "picture.jpg")
	defer os.Remove(picture)
	if err := ffmpeg("-f lavfi -i nullsrc=s=720x720,geq=random(1)*255:128:128 -frames:v 1 -q:v 3 -update 1", picture); err != nil {
		return err
	}
	if st, err := os.Stat(picture); err != nil || st.Size() <= pictureLeast {
		return fmt.Errorf("the picture is too small: %v, %w", st, err)
	}
	for i, r := range recordings {
		sound := filepath.Join(dir, "sound"+filepath.Ext(r.name))
		noise := fmt.Sprintf("-f lavfi -i anoisesrc=seed=%d:duration=%d:sample_rate=44100:amplitude=0.3 -ac 2 ", i+1, encoded)
		if err := ffmpeg(noise+r.codec, sound); err != nil {
			return err
		}
		args := fmt.Sprintf("-stream_loop %d -i %s", r.seconds/encoded-1, sound)
		if r.cover {
			args += " -i " + picture + " -map 0 -map 1 -c:v copy -disposition:v attached_pic"
		}
		args += " -c:a copy -metadata artist=Signal -metadata album=Kinds -metadata title=" + strings.Fields(r.name)[2] + " " + r.options
		if err := ffmpeg(args, filepath.Join(dir, r.name)); err != nil {
			return err
		}
		if err := os.Remove(sound); err != nil {
			return err
		}
	}
	return os.Chmod(dir, 0o755)
}

// ffmpeg runs ffmpeg on words, and has it write a file.
func ffmpeg(words, to string) error {
	args := append([]string{"-v", "error", "-nostdin"}, append(strings.Fields(words), to)...)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ffmpeg %s: %w: %s", words, err, out)
	}
	return nil
}
