package catalog

// Tags are what a service tells of a track for those who sort and choose music, and
// what no name is made of. Zero values mean unknown.
type Tags struct {
	AlbumArtist string `json:"album_artist,omitempty"`
	Track       int    `json:"track,omitempty"`   // on its disc, from 1
	Disc        int    `json:"disc,omitempty"`    // from 1
	BitRate     int    `json:"bitrate,omitempty"` // bits a second
	MD5         string `json:"md5,omitempty"`     // lower-case hex, of the whole; where Digest is another
}

// The highest values that a tag may have: what is above is nonsense.
const (
	maxPosition = 9999
	maxBitRate  = 100_000_000
)

// Sanitized returns the tags as they may be shown.
func (t Tags) Sanitized() Tags {
	t.AlbumArtist = SanitizeText(t.AlbumArtist)
	t.Track, t.Disc = within(t.Track, maxPosition), within(t.Disc, maxPosition)
	t.BitRate = within(t.BitRate, maxBitRate)
	if !IsDigest("md5:" + t.MD5) {
		t.MD5 = ""
	}
	return t
}

// Position returns a number that a service sends as that of a track or a disc, or 0 where
// it makes no sense.
func Position(n int64) int {
	if n < 1 || n > maxPosition {
		return 0
	}
	return int(n)
}

// BitRate returns a rate that a service sends in kilobits a second, or 0 where it makes
// no sense.
func BitRate(kilobits float64) int {
	if !(0 < kilobits && kilobits <= maxBitRate/1000) { // nor NaN
		return 0
	}
	return int(kilobits * 1000)
}

// within returns n, or 0 where it is none of 1 to limit.
func within(n, limit int) int {
	if n < 1 || n > limit {
		return 0
	}
	return n
}
