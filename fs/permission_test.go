package fs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// With --allow-other everybody reads, and only the owner and root control.
func TestOtherUsers(t *testing.T) {
	need(t, "setfattr", "getfattr")
	if os.Getuid() != 0 {
		t.Skip("needs root to be somebody else")
	}
	w := newWorld(t, 300_000)
	w.cfg.AllowOther = true
	w.mnt = openFolder(t)
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >mine`)
	w.await(3, fetch.Complete)
	const other = 65534
	as := func(script string) *exec.Cmd {
		cmd := w.command(script)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: other, Gid: other}}
		return cmd
	}
	for _, s := range []step{
		{what: "list", script: `ls "$M" "$A"`},
		{what: "read", script: sos + `cat "$S" "$S.progress" "$S.pause" "$M/.tunesfs/downloads" >/dev/null`},
		{what: "read a partial one", script: `head -c 10 "$A/ABBA - Waterloo.m4a" >/dev/null`},
		{what: "attributes", script: sos + `getfattr -n user.tunesfs.state "$S" "$A"`},
		{what: "access", script: sos + `test -r "$S" && test -x "$A" && ! test -w "$S" && ! test -w "$A"`},
		{what: "control", script: sos + `setfattr -n user.tunesfs.control -v cancel "$S"`, fails: "Permission denied"},
		{what: "a folder", script: `setfattr -n user.tunesfs.control -v cancel "$A"`, fails: "Permission denied"},
		{what: "a button", script: sos + `echo >"$S.cancel"`, fails: "Permission denied"},
		{what: "touch", script: sos + `touch "$S.cancel"`, fails: "Permission denied"},
		{what: "truncate", script: sos + `truncate -s 0 "$S.cancel"`, fails: "Permission denied"},
		{what: "mkdir", script: `mkdir "$M/x"`, fails: "Permission denied"},
		{what: "rmdir", script: `rmdir "$A"`, fails: "Permission denied"},
		{what: "rm", script: sos + `rm -f "$S"`, fails: "Permission denied"},
		{what: "rm of a sidecar", script: sos + `rm -f "$S.pause"`, fails: "Permission denied"},
	} {
		out, err := as(s.script).CombinedOutput()
		if failed := err != nil; failed != (s.fails != "") || failed && !bytes.Contains(out, []byte(s.fails)) {
			t.Errorf("%s: %v\n%s", s.what, err, out)
		}
	}
	if st := w.status(3).State; st != fetch.Complete {
		t.Errorf("the track is %v now", st)
	}
	w.expect(`stat -c '%u %g' "$A"; find "$M" -perm /6000; find `+w.cache+` -perm /077`, "0 0")
}

// openFolder returns an empty folder that other users can reach.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tunesfs-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	mnt := filepath.Join(dir, "m")
	for _, d := range []string{dir, mnt} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return mnt
}
