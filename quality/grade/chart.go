package grade

import (
	"math"
	"slices"

	"tapescript/quality"
)

// ControlLine is a worker's line of a control chart.
type ControlLine struct {
	Rates []float64 // word error rates over each ten golds in turn, as fractions
	Upper float64   // limit for the last of them, where Known
	Known bool
	Out   bool // the last lies above its limit
}

// window is some golds of a worker's in turn.
type window struct {
	rate  float64
	words int
}

// ControlChart makes the control chart of workers from their measured answers, by
// worker: a u chart of word errors with Laney's correction, because errors come
// in clusters (D. B. Laney, Quality Engineering 14, 2002). Its centre is the
// crowd's rate over all golds, those too that fill no ten.
func ControlChart(answers []Answer) map[string]ControlLine {
	by := answersOf(answers)
	windowsOf := map[string][]window{}
	var all quality.Counts
	for name, list := range by {
		slices.SortStableFunc(list, func(x, y Answer) int { return x.At.Compare(y.At) })
		var sum quality.Counts
		windowsOf[name], sum = windows(list)
		all = all.Add(sum)
	}
	centre, known := all.WER()
	spread := laney(windowsOf, centre)
	chart := map[string]ControlLine{}
	for name, list := range windowsOf {
		c := ControlLine{Rates: []float64{}}
		for _, at := range list {
			c.Rates = append(c.Rates, at.rate)
		}
		if n := len(list); n > 0 && known && list[n-1].words > 0 {
			c.Upper, c.Known = centre+3*spread*math.Sqrt(centre/float64(list[n-1].words)), true
			c.Out = list[n-1].rate > c.Upper
		}
		chart[name] = c
	}
	return chart
}

// answersOf are the answers of each worker.
func answersOf(answers []Answer) map[string][]Answer {
	by := map[string][]Answer{}
	for _, a := range answers {
		by[a.Worker] = append(by[a.Worker], a)
	}
	return by
}

// windows are the rates over each ten golds.
func windows(list []Answer) (chart []window, all quality.Counts) {
	const stretch = 10
	var sum quality.Counts
	n := 0
	for _, a := range list {
		if len(a.Gold) == 0 {
			continue
		}
		sum, all = sum.Add(a.Counts), all.Add(a.Counts)
		if n++; n == stretch {
			if rate, known := sum.WER(); known {
				chart = append(chart, window{rate, sum.Words()})
			}
			sum, n = quality.Counts{}, 0
		}
	}
	return chart, all
}

// laney is by how much rates scatter beyond chance, from one window to the next
// of the same worker; at least 1.
func laney(charts map[string][]window, centre float64) float64 {
	var sum float64
	n := 0
	if centre <= 0 {
		return 1
	}
	for _, chart := range charts {
		last := math.NaN()
		for _, at := range chart {
			z := (at.rate - centre) / math.Sqrt(centre/float64(max(at.words, 1)))
			if !math.IsNaN(last) {
				sum += math.Abs(z - last)
				n++
			}
			last = z
		}
	}
	if n == 0 {
		return 1
	}
	return max(sum/float64(n)/1.128, 1)
}
