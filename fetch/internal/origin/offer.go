package origin

// maxHead is the most that Offer.Head returns.
const maxHead = 4 << 10

// An Offer is what a server sends, before a byte of it is kept.
type Offer struct {
	Type string // media type in lower case, without parameters; "" if there was none
	Size int64  // of the whole in bytes; -1 unknown

	// Head waits for the first bytes that were sent and returns them, at most
	// 4 KiB. They need not be the first of the file.
	Head func() []byte
}
