package origin

// Offer.Head returns up to maxHead bytes, and waits for minHead that are not blank.
const (
	maxHead = 4 << 10
	minHead = 16
)

// An Offer is what a server sends, before a byte of it is kept.
type Offer struct {
	Key      string // of the file that was asked for
	Expected string // media type that the catalog tells of it; "" unknown

	Type  string // media type in lower case, without parameters; "" if there was none
	Size  int64  // of the whole in bytes; -1 unknown
	Start int64  // where in the file the first of the bytes that were sent belongs

	// Head waits for the first bytes that were sent and returns them, at most
	// 4 KiB. They are the first of the file only if Start is 0.
	Head func() []byte
}
