package messages

// CommonStart returns how many bytes two words begin with alike. What a word shares with
// one of the program's own can be repeated, though the rest of it may be a secret.
func CommonStart(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
