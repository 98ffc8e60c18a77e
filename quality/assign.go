package quality

import "math"

// assign pairs each row of a square matrix with a column so that the sum of
// costs is the least, and returns each row's column: the Hungarian method by
// shortest augmenting paths (Kuhn 1955, Munkres 1957), in cubic time.
func assign(cost [][]int) []int {
	n := len(cost)
	// The potentials of rows and columns, and each column's row; all count from
	// 1, and 0 is the row that is being placed.
	u, v, rowOf, way := make([]int, n+1), make([]int, n+1), make([]int, n+1), make([]int, n+1)
	for i := 1; i <= n; i++ {
		rowOf[0] = i
		least, used := make([]int, n+1), make([]bool, n+1)
		for j := range least {
			least[j] = math.MaxInt
		}
		at := 0
		for rowOf[at] != 0 {
			used[at] = true
			row, next, delta := rowOf[at], 0, math.MaxInt
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if c := cost[row-1][j-1] - u[row] - v[j]; c < least[j] {
					least[j], way[j] = c, at
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[rowOf[j]] += delta
					v[j] -= delta
				} else if j > 0 {
					least[j] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			rowOf[at] = rowOf[way[at]]
			at = way[at]
		}
	}
	column := make([]int, n)
	for j := 1; j <= n; j++ {
		column[rowOf[j]-1] = j - 1
	}
	return column
}
