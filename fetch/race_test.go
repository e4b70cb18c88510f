//go:build race

package fetch

// raced is whether the race detector, which makes everything some ten times
// slower, watches.
const raced = true
