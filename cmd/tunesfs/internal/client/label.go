package client

// NothingYet is the progress of what has neither a byte nor a size.
const NothingYet = "Zero KB of unknown size"

// Label returns the progress as a line beside the state says it: before its first byte a
// download is starting, and one that is queued has nothing to say.
func (d Download) Label() string {
	switch {
	case d.State == "downloading" && d.Held <= 0 && d.Size != 0:
		return "starting"
	case d.State == "queued" && d.Progress == NothingYet:
		return ""
	}
	return d.Progress
}
