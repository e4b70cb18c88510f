package fs

import (
	"strings"
	"testing"
)

// partReads read all that there is of SOS, each in its own way, and print how many bytes
// came before an error. heldAt lies within a page.
var partReads = map[string]struct {
	script string
	want   string
}{
	"dd of large blocks":     {`dd if="$S" bs=512K 2>/dev/null | wc -c`, "300000"},
	"dd of the whole":        {`dd if="$S" bs=2M 2>/dev/null | wc -c`, "300000"},
	"dd of blocks, from 1":   {`dd if="$S" bs=64K skip=1 2>/dev/null | wc -c`, "234464"},
	"cat":                    {`cat "$S" 2>/dev/null | wc -c`, "300000"},
	"cp":                     {`cp "$S" part 2>/dev/null; stat -c %s part`, "300000"},
	"past the page cache":    {`dd if="$S" iflag=direct bs=512K 2>/dev/null | wc -c`, "300000"},
	"sendfile, by pages":     {`python3 -c "$SEND" "$S" part; stat -c %s part`, "299008"},
	"a mapping, by pages":    {`python3 -c "$MAP" "$S" 299008 | wc -c`, "299008"},
	"a mapping, of too much": {`(python3 -c "$MAP" "$S" 299009 | wc -c) 2>/dev/null`, "0"},
}

const partTools = `
SEND='
import os, sys
with open(sys.argv[1], "rb") as f, open(sys.argv[2], "wb") as g:
    try:
        while os.sendfile(g.fileno(), f.fileno(), None, 1 << 20): pass
    except OSError: pass
'
MAP='
import mmap, sys
with open(sys.argv[1], "rb") as f:
    sys.stdout.buffer.write(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)[:int(sys.argv[2])])
'
`

// TestPartReads reads a paused file in several ways: all get what is held, as soon as the
// pause that they wait out allows, and no way of reading takes that for the whole file.
func TestPartReads(t *testing.T) {
	need(t, "python3", "setfattr", "dd")
	w, release := held(t, 2_000_000)
	w.sh(sos + `setfattr -n user.tunesfs.control -v start "$S"; head -c 300000 "$S" >/dev/null; touch "$S.pause"`)
	outputs := map[string]func() string{}
	for name, c := range partReads {
		outputs[name] = w.start(`mkdir "` + name + `"; cd "` + name + `"` + partTools + sos + c.script)
	}
	for name, output := range outputs {
		if got := strings.TrimSpace(output()); got != partReads[name].want {
			t.Errorf("%s: %q bytes, want %s", name, got, partReads[name].want)
		}
	}
	release()
	w.sh(sos + `touch "$S.resume"`)
	w.sh(partTools + sos + `python3 -c "$MAP" "$S" 2000000 >mapped`)
	w.copied("mapped", "SOS")
}
