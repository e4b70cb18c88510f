package client

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A command for a folder goes first and takes away those below it that it makes needless,
// but never one that must come before it.
func TestQueueReplaces(t *testing.T) {
	for given, want := range map[string]string{
		"start a/1,start a/2,start b/1,pause a":            "pause a,start b/1",
		"start a/1,start b/1,pause ":                       "pause ",
		"cancel a/1,evict a/2,pause a/3,cancel a":          "cancel a,evict a/2",
		"cancel a/1,start a/2,pause a":                     "pause a,cancel a/1",
		"evict a/1,start a/2,pause a":                      "evict a/1,pause a",
		"cancel a/1,pause a/2,start a":                     "cancel a/1,start a",
		"evict b/1,start ,start a/1,pause a":               "evict b/1,start ,pause a",
		"start a,start a/1,cancel a":                       "start a,cancel a",
		"start a/1,start a/2,pause a/1":                    "start a/1,start a/2,pause a/1",
		"start a/1,evict a,refresh a":                      "start a/1,evict a,refresh a",
		"start a/b/c/1,start ab/1,pause a/b,cancel a":      "cancel a,start ab/1",
		"start a/1,pause a,start a/1,resume a/2,cancel a":  "pause a,cancel a",
		"start a/1,pause a,start a/1,evict a/2,resume c/1": "pause a,start a/1,evict a/2,resume c/1",
	} {
		synctest.Test(t, func(t *testing.T) {
			gate, got := make(chan struct{}), []string(nil)
			q := newQueue(func(_ context.Context, path, verb string) error {
				<-gate
				got = append(got, verb+" "+path)
				return nil
			})
			q.add("", "first")
			synctest.Wait()
			var all []*command
			for _, c := range strings.Split(given, ",") {
				verb, path, _ := strings.Cut(c, " ")
				all = append(all, q.add(path, verb))
			}
			close(gate)
			for _, c := range all {
				if err := c.wait(); err != nil {
					t.Errorf("%s %s: %v", c.verb, c.path, err)
				}
			}
			if err := q.close(time.Minute); err != nil || len(q.below) > 0 {
				t.Errorf("%v, %v", err, q.below)
			}
			if text := strings.Join(got[1:], ","); text != want {
				t.Errorf("%s\nis carried out as %s", given, text)
			}
		})
	}
}

// A command for all takes the place of very many that wait, at once.
func TestQueueReplacesMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, n := make(chan struct{}), 0
		q := newQueue(func(context.Context, string, string) error {
			<-gate
			n++
			return nil
		})
		for i := range maxCommands + 1 { // one of them is under way
			q.add(fmt.Sprint("a/", i), "start")
			if i == 0 {
				synctest.Wait()
			}
		}
		last := q.add("", "pause")
		close(gate)
		if err := last.wait(); err != nil || n != 2 {
			t.Errorf("%d commands are carried out, %v", n, err)
		}
		if err := q.close(time.Minute); err != nil {
			t.Error(err)
		}
	})
}
