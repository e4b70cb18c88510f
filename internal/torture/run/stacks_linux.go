package run

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What a mount may have of goroutines once all is quiet and closed, but for those of
// open connections: whatever is left of a handle, a verb or a request shows in the
// thousands of a run.
const (
	maxGoroutines = 100
	maxOfOneKind  = 40 // that began in one function
)

// wrappers only start another function.
var wrappers = []string{"runtime.goexit", "sync.(*WaitGroup).Go.func1", "golang.org/x/sync/errgroup.(*Group).Go.func1"}

// goroutines counts the goroutines in a dump of all stacks, by the function in which they
// began.
func goroutines(dump string) map[string]int {
	counts := map[string]int{}
	for stack := range strings.SplitSeq(dump, "\n\n") {
		if began := beginning(stack); began != "" {
			counts[began]++
		}
	}
	return counts
}

// beginning returns the function in which a goroutine began, "" if a text is none's stack.
func beginning(stack string) (began string) {
	isStack := false
	for line := range strings.Lines(stack) {
		line = strings.TrimSuffix(line, "\n")
		isHead := strings.HasPrefix(line, "goroutine ") && strings.HasSuffix(line, "]:")
		arguments := strings.LastIndex(line, "(")
		switch {
		case strings.HasPrefix(line, "created by "):
			return began
		case isHead:
			isStack = true
		case isStack && strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "\t") && !slices.Contains(wrappers, line[:arguments]):
			began = line[:arguments]
		}
	}
	return began
}

// tooMany says which goroutines are more than there may be, "" for none.
func tooMany(counts map[string]int) string {
	total := 0
	for began, n := range counts {
		if !strings.HasPrefix(began, "net/http.") { // two of each connection
			total += n
		}
		if n > maxOfOneKind {
			return fmt.Sprintf("%d goroutines of %s, at most %d", n, began, maxOfOneKind)
		}
	}
	if total <= maxGoroutines {
		return ""
	}
	most := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	return fmt.Sprintf("%d goroutines, at most %d; the most are of %s", total, maxGoroutines, strings.Join(most[:min(3, len(most))], ", "))
}
