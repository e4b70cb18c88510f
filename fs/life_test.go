package fs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// Readers that are blocked stall nobody else, end by a signal, and do not keep
// the mount from ending.
func TestBlockedReaders(t *testing.T) {
	w, _ := held(t, 2_000_000)
	var blocked []func() string
	for range 40 {
		blocked = append(blocked, w.start(sos+`cat "$S" >/dev/null`))
	}
	w.await(3, fetch.Downloading)
	w.must(w.origin.WaitSent(w.ctx(), heldAt))
	w.run([]step{
		{what: "the mount is alive", script: `ls "$A" | wc -l; mkdir "$M/x"; rmdir "$M/x"`, prints: "6"},
		{what: "held bytes are served", script: sos + `head -c 100000 "$S" | wc -c`, prints: "100000"},
		{what: "another track", script: `head -c 100000 "$A/ABBA - Waterloo.m4a" | wc -c`, prints: "100000"},
	})
	for _, sig := range endings {
		for _, program := range []string{
			`cat "$S" >/dev/null`, `cp --reflink=auto "$S" x`, `cp --reflink=never "$S" x`, // by itself or by the kernel
			`dd if="$S" of=x bs=1M status=none`, `tail -c 1000 "$S" >x`,
		} {
			w.endsBy(sig, sos, program)
		}
	}
	w.sh(sos + `touch "$S.pause"`)
	w.endsBy(syscall.SIGTERM, sos, `cat "$S" >/dev/null`)
	w.sh(sos + `touch "$S.resume"`)
	if st := w.status(3).State; st != fetch.Downloading {
		t.Errorf("a signal made the download %v", st)
	}
	began := time.Now()
	w.unmount()
	t.Log("the unmount took", time.Since(began)) // should be below two seconds
	for _, end := range blocked {
		if got := end(); !strings.Contains(got, "not connected") {
			t.Fatalf("a reader says: %s", got)
		}
	}
}

// A shell whose folder is the mount does not keep it from ending.
func TestUnmountUnderAShell(t *testing.T) {
	w := mounted(t, 1000)
	w.abba()
	ctx, leave := context.WithCancel(w.ctx())
	defer leave()
	shell := w.command(`cd "$A" && echo in && exec sleep 1000`)
	shell.Cancel = func() error { return shell.Process.Kill() }
	out, err := shell.StdoutPipe()
	w.must(err)
	w.must(shell.Start())
	context.AfterFunc(ctx, func() { _ = shell.Process.Kill() })
	if _, err := out.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	served, began := w.fs.conn.served, time.Now()
	w.unmount()
	if took := time.Since(began); took < 500*time.Millisecond {
		t.Errorf("the last user was given %v", took)
	}
	w.expect(`ls "$M"`, "")
	leave()
	_ = shell.Wait()
	select {
	case <-served:
	case <-w.ctx().Done():
		t.Error("the requests go on after the last user has left")
	}
}

// Somebody else unmounts.
func TestUnmountFromOutside(t *testing.T) {
	w := mounted(t, 1000)
	w.abba()
	if os.Getuid() == 0 {
		need(t, "umount")
		w.sh(`umount "$M"`)
	} else {
		w.sh(`fusermount3 -u "$M"`)
	}
	w.fs.Wait()
}

func TestMountErrors(t *testing.T) {
	w := mounted(t, 1000)
	again, err := New(w.cfg)
	w.must(err)
	if err := again.Mount(w.mnt, w.store); !errors.Is(err, ErrAlreadyMounted) {
		t.Errorf("mounted again: %v", err)
	}
	if err := again.Mount(w.tmp+"/nothing", w.store); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("mounted on nothing: %v", err)
	}
	odd := w.cfg
	odd.Source = "no system takes this:\x00"
	failing, err := New(odd)
	w.must(err)
	dir := t.TempDir()
	if err := failing.Mount(dir, w.store); err == nil || !strings.Contains(err.Error(), "mounting on "+dir) || isMounted(dir) {
		t.Errorf("a mount that the system refuses: %v", err)
	}
	bad := w.cfg
	bad.Searches = []string{"abba", "../x"}
	if _, err := New(bad); err == nil {
		t.Error("a search has a dot at its start")
	}
}

// Downloads and their paths outlast the mount.
func TestRemount(t *testing.T) {
	need(t, "setfattr")
	w, release := held(t, 2_000_000)
	before := w.sh(sos + `stat -c %i "$S" "$A" "$A/playlist.m3u8" "$S.pause"; setfattr -n user.tunesfs.control -v start "$S"; cat "$S.progress" >/dev/null`)
	w.must(w.origin.WaitSent(w.ctx(), heldAt))
	w.sh(sos + `: >"$S.pause"`)
	for range 3 {
		w.unmount()
		w.mount()
		w.expect(`until grep -q '"path"' "$M/.tunesfs/downloads"; do sleep 0.01; done; cut -d, -f1-3 <"$M/.tunesfs/downloads"`, `{"id":"3","path":"abba/ABBA - SOS.m4a","state":"paused"`)
	}
	w.expect(sos+`stat -c %i "$S" "$A" "$A/playlist.m3u8" "$S.pause"`, before)
	release()
	w.sh(sos + `: >"$S.resume"; cat "$S" >copy`)
	w.copied("copy", "SOS")
}

// A change of the remote is not mixed into an open file, and what is opened
// afterwards is the new version.
func TestRemoteChanges(t *testing.T) {
	w, release := held(t, 2_000_000)
	reader := w.start(sos + `cat "$S" >old`)
	w.await(3, fetch.Downloading)
	w.must(w.origin.WaitSent(w.ctx(), heldAt))
	w.expect(sos+`head -c 1000 "$S" | wc -c`, "1000")
	w.origin.Replace("SOS.m4a", fetchtest.Random(99, 1_500_000))
	w.origin.Drop()
	release()
	if got := reader(); !strings.Contains(got, "Stale file handle") {
		t.Errorf("the reader of the old version says: %s", got)
	}
	w.expect(sos+`cat "$S" >new; stat -c %s "$S"`, "1500000")
	w.copied("new", "SOS")
}

// Both ways of reading a complete file, with and without the kernel's help.
func TestCompleteFiles(t *testing.T) {
	for _, passthrough := range []bool{true, false} {
		t.Run(fmt.Sprint(passthrough), func(t *testing.T) {
			w := newWorld(t, 3_000_000)
			if !passthrough {
				w.cfg.CacheDir = "/proc" // where no file can be made to find out
			}
			w.mount()
			if passthrough && !w.fs.conn.passthrough {
				t.Skip("this kernel or user cannot")
			}
			if w.fs.conn.passthrough != passthrough {
				t.Fatal("passthrough is on")
			}
			w.abba()
			w.expect(sos+`cat "$S" >first; tail -c 1000 "$S" | cmp - "$S" -i 0:2999000; dd if="$S" bs=7777 skip=3 count=5 2>/dev/null | cmp - "$S" -n 38885 -i 0:23331`, "")
			w.copied("first", "SOS")
			w.await(3, fetch.Complete)
			w.expect(sos+`cat "$S" >second; cp --reflink=auto "$S" third; cat "$S" "$S" | tail -c 3000000 >fourth`, "")
			for _, name := range []string{"second", "third", "fourth"} {
				w.copied(name, "SOS")
			}
			requests := w.origin.Stats().Requests
			w.sh(`cat "$A/ABBA - SOS.m4a" >/dev/null`)
			if w.origin.Stats().Requests != requests {
				t.Error("a complete file was asked for again")
			}
		})
	}
}
