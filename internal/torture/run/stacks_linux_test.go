package run

import (
	"strings"
	"testing"
)

const dump = `time=... level=INFO msg=mounted
SIGQUIT: quit
PC=0x493a61 m=0 sigcode=0

goroutine 0 gp=0x12ea5c0 m=0 mp=0x12ebba0 [idle]:
runtime.futex(0x12ebcf8, 0x80, 0x0, 0x0, 0x0, 0x0)
	/usr/local/go/src/runtime/sys_linux_amd64.s:569 +0x21

goroutine 1 gp=0x3bf89df761e0 m=nil [sync.WaitGroup.Wait, 1 minutes, locked to thread]:
runtime.gopark(0x3bf89e02b878?, 0x4c706f?, 0x0?, 0x15?, 0x12e9c01?)
	/usr/local/go/src/runtime/proc.go:462 +0xce
main.main()
	/src/cmd/tunesfs/main.go:20 +0x1
runtime.main()
	/usr/local/go/src/runtime/proc.go:290 +0x1
runtime.goexit({})
	/usr/local/go/src/runtime/asm_amd64.s:1771 +0x1

goroutine 11 gp=0x3bf89dfff2c0 m=nil [select, 1 minutes]:
runtime.selectgo(0x3bf89dfc6f48, 0x3bf89dfc6eb0, 0x5?, 0x0, 0xa38d7?, 0x1)
	/usr/local/go/src/runtime/select.go:351 +0xaa5
example.com/fetch.(*changes).deliver(0x3bf89e0f1648, {0xc5e8b0, 0x3bf89df98aa0}, 0x3bf89dfa34e0)
	/src/fetch/changes.go:57 +0xa9
sync.(*WaitGroup).Go.func1()
	/usr/local/go/src/sync/waitgroup.go:258 +0x4a
runtime.goexit({})
	/usr/local/go/src/runtime/asm_amd64.s:1771 +0x1
created by sync.(*WaitGroup).Go in goroutine 1
	/usr/local/go/src/sync/waitgroup.go:238 +0x73

rax    0xca
`

func TestGoroutines(t *testing.T) {
	got := goroutines(dump)
	want := map[string]int{"runtime.futex": 1, "runtime.main": 1, "example.com/fetch.(*changes).deliver": 1}
	if len(got) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for began, n := range want {
		if got[began] != n {
			t.Errorf("%d of %s, want %d: %v", got[began], began, n, got)
		}
	}
}

func TestTooMany(t *testing.T) {
	for name, tt := range map[string]struct {
		counts map[string]int
		want   string // a part of the text
	}{
		"few":                      {map[string]int{"a": 3, "b": 40}, ""},
		"of one kind":              {map[string]int{"a": 3, "b": 41}, "41 goroutines of b"},
		"of many kinds":            {map[string]int{"a": 35, "b": 34, "c": 33}, "102 goroutines"},
		"those of the connections": {map[string]int{"net/http.x": 39, "net/http.y": 39, "a": 30}, ""},
	} {
		if got := tooMany(tt.counts); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
