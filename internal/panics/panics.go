// Package panics owns the end of a panic in code that reads what a server sent or that
// serves a request: its stack is logged once, and it is counted.
//
// It must never know what was read. Everything is in panics.go. The code that decodes
// calls Recover, deferred, at its boundary, with no lock held that is not deferred too.
// Code that a library recovers for calls Note.
package panics

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// maxSites is how many places in the code are told apart.
const maxSites = 256

// sites counts the panics of the process, by where they began.
var sites = struct {
	mu    sync.Mutex
	count map[string]int
	sum   int
}{count: map[string]int{}}

// Recover is to be deferred by a function that reads a response. A panic of it becomes
// an error of some kind, which is put into err. of names what was read, in the log.
func Recover(log *slog.Logger, of string, kind error, err *error) {
	value := recover()
	if value == nil {
		return
	}
	*err = fmt.Errorf("%w: this program failed at reading it, which is a mistake of the program", kind)
	Note(log, of, value)
}

// Note logs and counts a panic of some value that another recovered from. Only a deferred
// call that the panic runs may call it: the stack still shows where the panic began. of
// names what failed, in the log.
func Note(log *slog.Logger, of string, value any) {
	at := origin()
	count := add(at)
	switch {
	case count == 1:
		log.Error("the program panicked, which is a bug; please report it", "of", of, "at", at,
			"panic", words(value), "stack", string(debug.Stack()))
	case isPower(count):
		log.Error("the program panicked again", "of", of, "at", at, "count", count)
	}
}

// words returns what the runtime says of a panic. Words that the code itself chose may
// quote what it was reading, so of these only the type is told.
func words(value any) string {
	if err, ok := value.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", value)
}

// Count returns how many panics the process has recovered from.
func Count() int {
	sites.mu.Lock()
	defer sites.mu.Unlock()
	return sites.sum
}

// add counts a panic, and returns how many began at the same place.
func add(at string) int {
	sites.mu.Lock()
	defer sites.mu.Unlock()
	if _, known := sites.count[at]; !known && len(sites.count) >= maxSites {
		clear(sites.count)
	}
	sites.count[at]++
	sites.sum++
	return sites.count[at]
}

// isPower reports whether n is a power of ten.
func isPower(n int) bool {
	for n > 1 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}

// origin returns where the panic began that is being recovered from, as file:line.
func origin() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	panicked := false
	for {
		frame, more := frames.Next()
		isRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicked && !isRuntime {
			return fmt.Sprintf("%s:%d", frame.File, frame.Line)
		}
		panicked = panicked || frame.Function == "runtime.gopanic"
		if !more {
			return "unknown"
		}
	}
}
