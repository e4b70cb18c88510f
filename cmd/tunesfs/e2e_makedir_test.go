//go:build linux

package main

import (
	"os"
	"strings"
	"testing"
)

// A mount makes its folder where that lies in a folder of the user's, takes it away again
// if it fails, and says in a line where it is and how to search it.
func TestMountMakesItsFolder(t *testing.T) {
	s := newSession(t)
	s.must(os.Remove(s.mnt))
	s.expect(`tunesfs mount --cache-dir /dev/null/cache demo: "$M" 2>&1 | grep -c cannot || true; ls -d "$M" 2>&1 | sed "s/.*: //"`,
		"1\nNo such file or directory")
	s.expect(`tunesfs mount --daemon demo: "$T/new/" --search tones; ls "$T/new"; tunesfs unmount "$T/new"; rmdir "$T/new"`, "tones")
	m := s.mount("demo:")
	s.sh(`ls "$M/tones" >/dev/null`)
	m.unmount()
	want := "tunesfs: demo: is mounted at " + s.mnt + "; search it with mkdir '" + s.mnt + "/SEARCH WORDS'; Ctrl-C unmounts\n"
	if got := m.errs.String(); got != want || m.out.String() != "" {
		t.Errorf("it says %q, want %q, and prints %q", got, want, &m.out)
	}
	if os.Geteuid() != 0 {
		return
	}
	s.must(os.Remove(s.mnt))
	s.must(os.Chmod(s.tmp, 0o755))
	s.must(os.Chown(s.tmp, 1, 1))
	got := s.sh(`tunesfs mount demo: "$T/mnt" 2>&1 || true; ls "$T"`)
	if !strings.HasSuffix(got, "make it with mkdir") {
		t.Errorf("in a folder of another's: %s", got)
	}
}
