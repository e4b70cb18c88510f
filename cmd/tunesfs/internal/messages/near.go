package messages

// Near returns the one of some words that a misspelt one was to be: it differs in one
// letter of four, and in two at most. Two letters that changed places count as one.
func Near(word string, known []string) (near string, ok bool) {
	best := 3
	for _, k := range known {
		if d := distance(word, k); d < best && 4*d <= max(len(k), 4) {
			best, near = d, k
		}
	}
	return near, near != ""
}

// distance returns by how many letters two words differ: letters that one has more, has
// others for, or has in the place of their neighbours.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(b)]
}
