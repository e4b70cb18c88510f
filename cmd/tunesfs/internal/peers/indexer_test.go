//go:build linux

package peers

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// BenchmarkIndexer looks at 500 files of 30 MiB as indexers do: the size, the
// first 64 KiB and the last 128 bytes of each. Peers get 50: they take longer.
func BenchmarkIndexer(b *testing.B) {
	const albums, each, size = 10, 50, 30 << 20
	o := startOrigin(b, fetchtest.Link{})
	for _, m := range mounters(b) {
		var list []Album
		for len(list) == 0 || m.name == tunesfs.name && len(list) < albums {
			list = append(list, o.album(each, size))
		}
		files := float64(len(list) * each)
		t := m.mount(b, o, list...)
		o.begin()
		began := time.Now()
		for _, a := range list {
			for i := range a.Count {
				glance(b, t.file(a, i))
			}
		}
		took := time.Since(began)
		after, active := o.stats().Active, activeDownloads(b, t)
		s := o.idleStats()
		perFile := float64(s.Sent) / files / (1 << 20)
		goal := ""
		if m.name == tunesfs.name {
			goal = atMost(perFile, 0.5, "MiB") + "; " + atMost(float64(active), 0, "active")
		}
		results.add(b, "5 indexer, files of 30 MiB, "+m.name, fmt.Sprintf(
			"%.3f MiB, %.1f requests and %.1f ms a file; %d answers under way at the end, %d downloads active",
			perFile, float64(s.Requests)/files, 1000*took.Seconds()/files, after, active), goal)
		t.unmount()
	}
}

func glance(b *testing.B, path string) {
	b.Helper()
	h := openFile(b, path)
	defer h.close()
	var st unix.Stat_t
	if err := unix.Fstat(h.fd, &st); err != nil {
		b.Fatal(err)
	}
	h.read(0, 64<<10)
	h.read(st.Size-128, 128)
}

// activeDownloads counts what a mount of tunesfs says is not idle.
func activeDownloads(b *testing.B, t *mount) int {
	b.Helper()
	if t.name != tunesfs.name {
		return 0
	}
	text, err := os.ReadFile(filepath.Join(t.dir, ".tunesfs", "downloads"))
	if err != nil {
		b.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}
