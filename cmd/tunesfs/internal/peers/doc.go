// Package peers owns the benchmarks that run tunesfs side by side with programs
// that do some of the same, each by its defaults, on the same origin, in the same
// run. They take turns (A B A B), so that other load of the machine strikes all of
// them. The result is the median of the ratios of such pairs.
//
//	make bench-peers
//	go test -run '^$' -bench Cold -benchtime 1x ./cmd/tunesfs/internal/peers
//
// Everything goes through a real mount by the real binary. The origin is a
// process of its own, whose time counts for no client. Its link answers after a
// round-trip time, and where it has one a new connection costs as much again.
// A client's processor time is that of its process and of its reader.
//
// It must never fail because something is slow: the table at the end tells.
// It has tests alone, and those for Linux alone. Open main_test.go first, then
// mount_test.go, which starts each program; table_test.go prints the results.
package peers
