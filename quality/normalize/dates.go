package normalize

import (
	"slices"
	"strconv"
	"strings"
)

// numericDate reads 2016-07-03, 7/3/2016 and 03.07.2016 as the day, the month's name
// and the year. In English the month may come first, in a date of either order.
func (w *weighing) numericDate(i int) {
	g := w.lang.grammar
	parts, to := w.threeFigures(i)
	if parts == nil || g.months == nil {
		return
	}
	if len(parts[0]) == 4 {
		w.date(i, to, parts[2], parts[1], parts[0])
		return
	}
	w.date(i, to, parts[0], parts[1], parts[2])
	if g.monthFirst {
		w.date(i, to, parts[1], parts[0], parts[2])
	}
}

// threeFigures returns three numbers with one sign between them: a year has four
// digits or two, the others two or one.
func (w *weighing) threeFigures(i int) (parts []string, to int) {
	if parts = strings.Split(w.text(i), "."); len(parts) == 3 {
		to = i + 1
	} else if sign := w.gap(i + 1); i+2 < len(w.tokens) && (sign == "/" || sign == "-") && w.gap(i+2) == sign &&
		!strings.HasSuffix(w.gap(i), sign) && !strings.HasPrefix(w.gap(i+3), sign) {
		parts, to = []string{w.text(i), w.text(i + 1), w.text(i + 2)}, i+3
	} else {
		return nil, 0
	}
	for _, part := range parts {
		if !allDigits(part) || len(part) > 4 || len(part) == 3 {
			return nil, 0
		}
	}
	if len(parts[1]) > 2 || len(parts[0])+len(parts[2]) > 6 || len(parts[0]) < 4 && len(parts[2]) == 1 {
		return nil, 0
	}
	return parts, to
}

// date adds how a date is said, where it is one.
func (w *weighing) date(i, to int, day, month, year string) {
	g := w.lang.grammar
	d, _ := strconv.Atoi(day)
	m, _ := strconv.Atoi(month)
	if d < 1 || d > 31 || m < 1 || m > 12 || len(day) > 2 || len(month) > 2 {
		return
	}
	name := g.months[m-1]
	said := []string{g.single(unpadded(day)), name}
	tail := []string{year}
	if len(year) == 2 && year[0] == '0' {
		tail = []string{g.single(year[1:])}
		if g.monthFirst {
			tail = []string{g.single("0"), g.single(year[1:])}
		}
	}
	switch {
	case g.compound != nil: // German
		w.add(i, to, slices.Concat([]string{unpadded(day) + ".", strconv.Itoa(m) + "."}, tail)...)
		return
	case g.monthFirst:
		w.add(i, to, slices.Concat([]string{name, said[0]}, tail)...)
	case d == 1 && len(g.ordinals["1er"]) > 0:
		w.add(i, to, slices.Concat([]string{g.ordinals["1er"][0], name}, tail)...)
	}
	w.add(i, to, append(said, tail...)...)
}
