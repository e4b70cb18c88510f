package watch

// A step is what a sparse line tells of a download. The next line is due when it differs.
type step struct {
	state, reason, waiting string
	part                   int64
}

// largeStep is how many bytes make a step of a file of unknown size.
const largeStep = 10_000_000

func stepOf(d download) step {
	part := max(d.Held, 0) / largeStep
	if d.Size > 0 {
		part = int64(10 * float64(d.Held) / float64(d.Size))
	}
	return step{d.State, d.Error, d.Waiting, part}
}

// A sieve lets the first line of each download pass, and later ones that tell of another
// state or of a further tenth.
type sieve map[string]step // by mount and id; of downloads that may have more lines

// pass returns the downloads whose lines are due.
func (s sieve) pass(list []download) (due []download) {
	for _, d := range list {
		key, now := d.Mount+"\x00"+d.ID, stepOf(d)
		if s[key] != now {
			due = append(due, d)
		}
		if s[key] = now; d.State == "idle" || d.State == "complete" {
			delete(s, key)
		}
	}
	return due
}
