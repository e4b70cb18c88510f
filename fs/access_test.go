package fs

import (
	"os"
	"strings"
	"testing"
)

// typing runs a command on a terminal as another user, who answers each question with n.
const typing = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.setgroups([]); os.setgid(12345); os.setuid(12345)
    os.environ["LC_ALL"] = "C"
    os.execvp(sys.argv[1], sys.argv[1:])
text = b""
while True:
    try:
        more = os.read(terminal, 1000)
    except OSError:
        break
    if not more:
        break
    text += more
    if text.endswith(b"? "):
        os.write(terminal, b"n\n")
os.waitpid(pid, 0)
print(text.decode().count("? "), "asked;", text.decode().count("write-protected"), "protected")
`

// On a terminal rm(1) asks for what is write-protected. Removing a search asks nothing.
func TestRemovingOnATerminal(t *testing.T) {
	need(t, "python3", "rm")
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	w := newWorld(t, 1000)
	w.cfg.AllowOther, w.cfg.UID = true, owner
	w.mnt = openFolder(t)
	w.mount()
	w.abba()
	quoted := "python3 -c '" + strings.ReplaceAll(typing, "'", `"`) + "' "
	w.expect(quoted+`rm "$A/ABBA - SOS.m4a"; ls "$A" | wc -l`, "1 asked; 1 protected\n3")
	w.expect(quoted+`rm -r "$A"; ls -A "$M"`, "3 asked; 3 protected") // the folder goes, full or not
	w.abba()
	w.expect(quoted+`rm -f "$A/ABBA - SOS.m4a"; ls "$A" | wc -l`, "0 asked; 0 protected\n2")
	w.expect(quoted+`rmdir "$A"; ls -A "$M"`, "0 asked; 0 protected")
}
