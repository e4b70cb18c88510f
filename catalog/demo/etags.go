package demo

// etags are the ETags of the recordings, by slug: hashes of the bytes. They are the same on
// every machine and from one version to the next: a download that was broken off goes on.
// A change of a sound on purpose changes the tune's I:released too, and the line here.
var etags = map[string]string{
	"ode-to-joy":       `"a83eea1287d43eb95f41da9e07ffbc14"`,
	"greensleeves":     `"393b2ce79ee192a93a6daab351d13874"`,
	"minuet-in-g":      `"85e2fa1b3af9904d01b40b6231828cbb"`,
	"fur-elise":        `"c8100109ac81724e766cbe57ee7d8196"`,
	"frere-jacques":    `"343d28e03b4082c5481e15f4006d6c0a"`,
	"ah-vous-dirai-je": `"509576366d5a8482261b298ba9a3b325"`,
	"amazing-grace":    `"444bd7f3d94744dca9eedfe9b46559de"`,
	"korobeiniki":      `"2d0bb024ed03cfc09a671be0d4c7f887"`,
	"auld-lang-syne":   `"6e152c2759ebb8052d6409c2d390b7f9"`,
	"canon-in-d":       `"a007d2b172a14169d2158ac0e2247270"`,
	"prelude-in-c":     `"58cf41e701bde42e2c0528a9db324dfa"`,
	"jingle-bells":     `"3def8ddcc25d2fc62321b769dd41d54d"`,
}
