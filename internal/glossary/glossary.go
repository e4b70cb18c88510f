// Package glossary owns the words of this module: one word for one idea, and the
// words that it replaces. A test of the package reads the names of the whole
// module and refuses those that are replaced.
//
// It must never know what the names are for beyond a line each, and no other
// package imports it.
//
// Open glossary.go first: Terms is the table. glossary_test.go reads the module.
package glossary

// A Term is a word that stands for one idea.
type Term struct {
	Name    string
	Meaning string
	Not     []Replaced
}

// A Replaced is a name that a Term stands for.
type Replaced struct {
	// Name is in camel case. It is found as a whole, at the beginning, in the
	// middle or at the end of a name, and its last word also in the plural:
	// "flight" forbids landFlight, flights and flight_test.go, but not flighty.
	Name string

	// In are the packages where the name is replaced, by their folders; "fetch/..."
	// covers those below fetch, too. Without any it is replaced everywhere.
	In []string

	// Except are whole names that stay.
	Except []string

	// Plain says that Name is an everyday word. The names of tests, which are
	// sentences, may have it.
	Plain bool

	// Text forbids Name in comments, messages and documents, too.
	Text bool
}

// The packages in which a word has its meaning.
var (
	download = []string{"fetch/..."}                                     // all of fetch
	protocol = []string{"fetch", "fetch/internal/origin"}                // where HTTP is spoken
	storage  = []string{"fetch", "fetch/internal/diskcache"}             // where files are kept
	schedule = []string{"fetch", "fetch/internal/slots"}                 // where connections are shared
	ranking  = []string{"fetch/internal/slots"}                          // where priorities are compared
	mount    = []string{"fs/...", "cmd/..."}                             // the file system and its program
	music    = []string{"fetch/...", "fs/...", "catalog/...", "cmd/..."} // all but the shared packages
)

// Terms is the glossary.
var Terms = []Term{
	{"transfer", "the bytes of one request on their way to the cache or to a reader", []Replaced{
		{Name: "flight", Except: []string{"InFlight"}}, // of plan: the field's own word for requests under way
		{Name: "flying"},
	}},
	{"response", "what a server sends for one request", []Replaced{
		{Name: "answer", In: []string{"fetch/...", "fs/...", "catalog/..."}},
		{Name: "answer", In: []string{"cmd/..."}, Except: []string{
			// Of a mount, which may hang: cmd/tunesfs/internal/mounted.
			"ErrNoAnswer", "AnswerTimeout", "answer", "answers",
		}},
	}},
	{"validator", "an ETag or a date that tells one version of a file from another", []Replaced{
		{Name: "version", In: []string{"fetch/internal/validator", "fetch/internal/origin"}}, // of a file, there are versions
	}},
	{"slot", "the right to use one connection, or to make one call on a mount that may hang", []Replaced{
		{Name: "turn", Plain: true, In: download},
	}},
	{"demand", "the priority of a transfer on which a read is blocked", []Replaced{{Name: "blocked", Plain: true, In: schedule}}},
	{"prefetch", "the priority of a transfer for the bytes ahead of a reader", []Replaced{{Name: "ahead", Plain: true, In: ranking}}},
	{"metadata", "the priority of a transfer for a reader that reads tags alone", []Replaced{{Name: "glimpsed"}, {Name: "glimpse"}}},
	{"finishing", "the priority of a transfer that ends soon", []Replaced{{Name: "ending", Plain: true, In: schedule}}},
	{"background", "the priority of a transfer that no reader waits for; also all such transfers", []Replaced{
		{Name: "unhurried"}, {Name: "crowd", In: download}, {Name: "press", Plain: true, In: download},
	}},
	{"preempt", "to take a slot back for a transfer that needs it more", []Replaced{{Name: "ask", Plain: true, In: ranking}}},
	{"probe", "a request that finds out size, type and validator", []Replaced{{Name: "head", Plain: true, In: []string{"fetch"}}}},
	{"buffer", "bytes in memory that are not written yet", []Replaced{{Name: "spill", In: download}}},
	{"wasted", "bytes that arrived and were of no use", []Replaced{{Name: "vain"}}},
	{"running checksum", "the digest of bytes that arrive in order", []Replaced{{Name: "tally", In: download}}},
	{"merge gap", "held bytes that are fetched again because another request would cost more", []Replaced{{Name: "crumb"}}},
	{"redirect target", "the address that a redirect leads to", []Replaced{{Name: "mirror", In: download}}},
	{"generation", "one version's bytes of a download, from the first that is held until they are dropped", []Replaced{
		{Name: "drops", Plain: true, In: download},
	}},
	{"revision", "the count that changes whenever a path should open something else", []Replaced{{Name: "epoch", In: music}}},
	{"priority", "how urgent a transfer is: demand, prefetch, metadata, finishing or background", []Replaced{{Name: "urgency"}}},
	{"evict", "to delete cached bytes because the space is needed", []Replaced{
		{Name: "reclaim"}, {Name: "room", Plain: true, In: storage},
	}},
	{"quota", "how many bytes the cache may hold", nil},
	{"shortfall", "how many bytes too few are free", []Replaced{{Name: "lacking"}}},
	{"waiter", "a read or a command that waits for a download to change", nil},
	{"watchdog", "the timer that ends a request without progress", []Replaced{{Name: "stall", Plain: true, In: protocol}}},
	{"keep-alive", "a connection that stays open between requests", []Replaced{
		{Name: "warm", In: protocol}, {Name: "kept", Plain: true, In: protocol},
	}},
	{"transition", "a change of a download's state", []Replaced{{Name: "happen", Plain: true, In: download}}},
	{"notify", "to tell waiters and subscribers of a change", []Replaced{
		{Name: "tell", Plain: true, In: []string{"fetch", "fs/..."}},
		{Name: "announce", In: download}, {Name: "wake", Plain: true, In: download},
	}},
	{"markDirty", "to note that a record must be written", []Replaced{{Name: "touched", In: storage}}},
	{"markHeld", "to note that a range is in the cache", []Replaced{{Name: "arrive", Plain: true, In: []string{"fetch"}}}},
	{"restore", "to take over what an earlier process left in the cache", []Replaced{{Name: "adopt", In: storage}}},
	{"discard", "to give up content that is of no use", []Replaced{
		{Name: "lose", Plain: true, In: storage}, {Name: "forgetHeld"},
	}},
	{"failWaiters", "to give an error to all who wait", []Replaced{{Name: "disappoint"}}},
	{"cancelAll, cancelOthers", "to end transfers from within", []Replaced{
		{Name: "halt", Plain: true, In: download}, {Name: "ground", Plain: true, In: download},
	}},
	{"runWithRetries", "to repeat a request as long as another attempt may help", []Replaced{{Name: "insist"}}},
	{"pendingNode", "the node of a name that is not looked up yet", []Replaced{{Name: "unsure"}}},
	{"recentlyStale", "of a server that sent an old version a moment ago", []Replaced{{Name: "restless"}}},
	{"subscriber", "one that reads the stream of events", []Replaced{{Name: "follower"}}},
	{"invalidation", "the message to the kernel that a name or a file has changed", []Replaced{{Name: "notice", Plain: true, In: mount}}},
	{"entryTimeout, attrTimeout", "how long the kernel may keep a name or an attribute", []Replaced{
		{Name: "kept", Plain: true, In: []string{"fs"}}, {Name: "brief", In: mount},
	}},
	{"settled", "whether all commands that a folder was given are carried out", []Replaced{{Name: "obeyed"}}},
	{"sanitize", "to make text of a service harmless", []Replaced{
		{Name: "clean", Plain: true, In: []string{"catalog/..."}}, {Name: "cleaned", Plain: true, In: []string{"catalog/..."}},
	}},
	{"nameAllocator", "gives a track the file name that stays bound to it", []Replaced{{Name: "binder"}}},
	{"idleTTL", "how long an unused listing stays in memory", nil},
	{"timeout", "how long to wait before giving up", []Replaced{
		{Name: "patience", In: []string{"fs/...", "cmd/...", "catalog/...", "internal/..."}}, // of fetch: how long a server may be silent
	}},
	{"reported", "whether a failure is in the log already", []Replaced{{Name: "said", Plain: true, In: []string{"fs/...", "fetch/..."}}}},
	{"canceled", "ended by the one who began it", []Replaced{{Name: "cancelled", Text: true}, {Name: "cancelling", Text: true}}},
	{"cluster", "characters that a reader sees as one, such as a letter with its marks", nil},
	{"pictograph", "a character of Unicode's that a joiner joins to another one, such as an emoji", nil},
	{"effect", "a request of the app's model for work that takes time", nil},
	{"facts", "the attributes of a track or a folder as the app shows them", nil},
	{"offer", "to show that a command would change a row", nil},
	{"overlay", "help or details over the list of the app, or beside it", nil},
	{"pane", "a list of the app with its cursor and marks", nil},
	{"picture", "all that the app shows at a moment, as plain data", nil},
	{"binding", "a key of the app with its meaning", nil},
	{"hint", "a key in the last line of the app", nil},
	{"given", "a command with its path, as the app gave it", nil},
	{"tab", "the name of a screen of the app in its first line", nil},
	{"catalog", "a music service or a collection, as a source of listings", []Replaced{{Name: "catalogue", Text: true}}},
}
