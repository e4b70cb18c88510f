package fs

import (
	"strings"

	"github.com/tunesfs/tunesfs/fetch"
)

// A sidecar is a small file beside a track that shows or controls its download.
// It resolves by name at any time, and is listed while it does something.
type sidecar string

const (
	progressCar sidecar = ".progress"
	pauseCar    sidecar = ".pause"
	resumeCar   sidecar = ".resume"
	cancelCar   sidecar = ".cancel"
)

// splitSidecar returns the name of the track that a sidecar is beside.
func splitSidecar(name string) (track string, car sidecar, ok bool) {
	for _, car := range []sidecar{progressCar, pauseCar, resumeCar, cancelCar} {
		if track, ok := strings.CutSuffix(name, string(car)); ok {
			return track, car, true
		}
	}
	return "", "", false
}

// listedSidecars returns the sidecars that do something in a state.
func listedSidecars(s fetch.State) []sidecar {
	switch s {
	case fetch.Queued, fetch.Downloading:
		return []sidecar{progressCar, pauseCar, cancelCar}
	case fetch.Paused, fetch.Failed:
		return []sidecar{progressCar, resumeCar, cancelCar}
	}
	return nil
}

// command returns what a button does.
func (c sidecar) command() fetch.Command {
	switch c {
	case pauseCar:
		return fetch.Pause
	case resumeCar:
		return fetch.Resume
	default:
		return fetch.Cancel
	}
}

// done reports whether a state is what the button leads to.
func (c sidecar) done(s fetch.State) bool {
	switch c {
	case pauseCar:
		return s == fetch.Paused
	case resumeCar:
		return s == fetch.Queued || s == fetch.Downloading || s == fetch.Complete
	default:
		return s == fetch.Idle
	}
}

// progressText is what .progress reads as: how far the download is and, if the
// last attempt failed, why. A file whose size cannot be had has no attributes to
// read that from with tools that ask for its size first.
func progressText(st fetch.Status) []byte {
	text := st.Progress() + "\n"
	if st.Err != nil {
		text += "error: " + words(st.Err) + "\n"
	}
	return []byte(text)
}
