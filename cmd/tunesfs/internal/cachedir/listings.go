package cachedir

// The least and the most that the listings of a catalog may take on disk, in bytes.
const (
	minListings = 16e6
	maxListings = 256e6
)

// ListingsQuota returns how many bytes the listings of a catalog may take on disk
// beside a cache of some size, in which 0 is no limit: a tenth of it, within bounds.
func ListingsQuota(cacheSize int64) int64 {
	if cacheSize == 0 {
		return maxListings
	}
	return min(max(cacheSize/10, minListings), maxListings)
}
