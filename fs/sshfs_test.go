package fs

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// sftpServer is where Debian has the server of openssh-sftp-server.
const sftpServer = "/usr/lib/openssh/sftp-server"

// TestTouchOverSSHFS has a user of another machine press buttons: sshfs sends times, and
// does not say that they are now.
func TestTouchOverSSHFS(t *testing.T) {
	need(t, "sshfs", "fusermount3", sftpServer)
	w, _ := held(t, 2_000_000)
	ssh := filepath.Join(w.tmp, "ssh")
	w.must(os.WriteFile(ssh, fmt.Appendf(nil, "#!/bin/sh\nexec %s\n", sftpServer), 0o700))
	w.sh(`mkdir far; sshfs -o ssh_command="$PWD/ssh" here:"$M" far`)
	t.Cleanup(func() { w.sh(`fusermount3 -u far`) })
	const far = sos + `F="far/abba/ABBA - SOS.m4a.pause"; stat "$S" >/dev/null; setfattr -n user.tunesfs.control -v start "$S"; `
	const state = `; getfattr --absolute-names --only-values -n user.tunesfs.state "$S"`
	for script, want := range map[string]string{
		`touch "$F"`:    "paused",
		`touch -c "$F"`: "paused",
		`echo >"$F"`:    "paused",
		`touch -d "10 seconds ago" "$F" 2>/dev/null`: "downloading",
		`touch -r /bin/sh "$F" 2>/dev/null`:          "downloading",
	} {
		w.expect(far+script+state, want)
	}
}
