// Package clients owns the measurements of programs that people play, keep and index
// music with: each works on a mount of the real binary, over a slow link, and the
// table of fs/clients.md says how many bytes moved for it, how many of these it read,
// and whether it left a download behind.
//
//	make clients
//	go test -v -run TestClients ./cmd/tunesfs/internal/clients -clients.run mpd
//
// The reads come from the log of the mount (--debug). With -clients.record they become
// traces. Package intent replays these for what they mean, and this one has a store serve
// them in a bubble: what moves, and what is left behind. Of each recording a skeleton is
// kept, which are the bytes that tell its parts.
//
// It must never reach into the program: it sees a mount as its users do, and in the
// replay a store as a mount does. It has tests alone, and those for Linux alone. Open
// programs_test.go first, which has the programs; measure_test.go drives one,
// reads_test.go reads the log, table_test.go makes the table, and replay_test.go replays.
package clients
