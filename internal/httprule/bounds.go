package httprule

// Bounds of every response, whatever it is of.
const (
	// MaxHeader is how many bytes the head of a response may have, for
	// http.Transport.MaxResponseHeaderBytes.
	MaxHeader = 64 << 10

	// MaxURL is the longest address that is followed or stored, in bytes.
	MaxURL = 8 << 10

	// MaxType is the longest media type that is believed, in bytes, without its
	// parameters.
	MaxType = 256
)
