//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const (
	crowdTracks  = 200
	crowdReaders = 64

	// crowdMemory is what a mount may take at most, in KiB.
	crowdMemory = 256 << 10
)

// Many programs read many tracks at once: every byte is right, and the process
// neither grows beyond measure nor keeps anything open.
func TestCrowd(t *testing.T) {
	needTools(t, "sha256sum")
	var contents []fetchtest.Content
	sums := make([]string, crowdTracks)
	for n := range crowdTracks {
		contents = append(contents, fetchtest.Random(uint64(n), 200_000+int64(n)*1500))
		hash := sha256.New()
		_, err := io.Copy(hash, io.NewSectionReader(contents[n], 0, contents[n].Size()))
		if err != nil {
			t.Fatal(err)
		}
		sums[n] = fmt.Sprintf("%x  %s\n", hash.Sum(nil), trackName(n))
	}
	s, r := newSession(t), newRemote(t, contents...)
	// What is sent counts. At the speed of loopback whole tracks lie in the buffers of
	// a connection when it is cut, however little was read.
	r.SetLink(fetchtest.Link{ConnRate: 20 << 20})
	m := s.mount(r.source)
	s.expect(`ls "$D" | grep -c m4a`, strconv.Itoa(crowdTracks))
	before := m.descriptors()
	s.sh(`ls -l "$D"`)

	random := rand.New(rand.NewPCG(1, 2))
	var readers []*process
	for n := range crowdReaders {
		list := s.shuffled(random, sums, n)
		switch n % 4 {
		case 0:
			readers = append(readers, s.start("sh", "-euc", `while read -r sum name; do cat "$D/$name" | sha256sum | grep -q "^$sum"; done <`+list))
		default:
			readers = append(readers, s.start("sh", "-euc", `cd "$D"; exec sha256sum --quiet -c `+list))
		}
	}
	for _, reader := range readers {
		if code := reader.wait(testTimeout); code != 0 || reader.errs.String() != "" {
			t.Errorf("a reader ended with code %d\n%s%s", code, &reader.out, &reader.errs)
		}
	}
	s.expect(`tunesfs status "$M" 2>&1`, "tunesfs: nothing is under way")
	// Where many read one file at many places, transfers are cut short, and what
	// was under way of them comes in vain.
	var all int64
	for _, content := range contents {
		all += content.Size()
	}
	t.Logf("%d bytes sent for %d", r.Sent(), all)
	if r.Sent() > all+all/5 { // on a busy disk up to an eighth, now as a hundred commits ago
		t.Errorf("%d bytes sent for %d", r.Sent(), all)
	}

	peak := m.memory()
	t.Logf("at most %d MiB, %d descriptors before", peak>>10, before)
	if peak > crowdMemory {
		t.Errorf("the process took %d KiB", peak)
	}
	r.Drop() // connections that idle do not count
	s.must(r.WaitConnsClosed(s.ctx()))
	m.awaitDescriptors(before)
}

// shuffled writes the sums of some tracks to a file, in an order of its own.
func (s *session) shuffled(random *rand.Rand, sums []string, n int) string {
	s.t.Helper()
	var list bytes.Buffer
	for i, at := range random.Perm(len(sums)) {
		if i < len(sums)/2 && (n%4 != 0 || i < len(sums)/8) { // a process for each file takes its time
			list.WriteString(sums[at])
		}
	}
	path := filepath.Join(s.tmp, "list"+strconv.Itoa(n))
	s.must(os.WriteFile(path, list.Bytes(), 0o600))
	return path
}

// proc returns the path of a file of the process in proc(5).
func (m *mountProcess) proc(name string) string {
	return filepath.Join("/proc", strconv.Itoa(m.cmd.Process.Pid), name)
}

// memory returns the most memory that the process ever had, in KiB.
func (m *mountProcess) memory() int {
	m.t.Helper()
	status, err := os.ReadFile(m.proc("status"))
	m.s.must(err)
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	var peak int
	_, err = fmt.Sscan(string(after), &peak)
	m.s.must(err)
	return peak
}

// descriptors returns how many files and connections the process has open. The
// pipes are go-fuse's, which keeps as many as it ever spliced through at once.
func (m *mountProcess) descriptors() int {
	m.t.Helper()
	open, err := os.ReadDir(m.proc("fd"))
	m.s.must(err)
	count := 0
	for _, fd := range open {
		file, err := os.Readlink(m.proc("fd/" + fd.Name()))
		if err == nil && !strings.HasPrefix(file, "pipe:") && file != os.DevNull {
			count++
		}
	}
	return count
}

// awaitDescriptors waits until no more files are open than most. The kernel
// tells of the last close of a file when it gets round to it, and nothing tells
// when that was, so this asks again.
func (m *mountProcess) awaitDescriptors(most int) {
	m.t.Helper()
	for give := time.Now().Add(endTime); m.descriptors() > most; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(give) {
			m.t.Fatalf("%d descriptors are left open of %d before\n%s", m.descriptors(), most, m.s.sh("ls -l "+m.proc("fd")))
		}
	}
}
