package normalize

import (
	"slices"
	"strconv"
	"strings"
)

// germanClock reads what is particular to times, dates, ordinals in digits,
// halves and sections.
func germanClock(w *weighing) {
	germanTimes(w)
	germanSpokenTimes(w)
	germanDates(w)
	germanLengths(w)
	for i, t := range w.tokens {
		if allDigits(t.Text) && len(t.Text) <= 4 && w.dotted(i) && (i+1 < len(w.tokens) || germanArticles[w.text(i-1)] || i > 0 && w.dotted(i-1)) {
			w.add(i, i+1, unpadded(t.Text)+".")
		}
		if decade, found := strings.CutSuffix(t.Text, "ern"); found && allDigits(decade) {
			w.add(i, i+1, decade+"er") // in den 90ern
		}
		if germanHalves[t.Text] && w.lang.numerals[w.text(i-1)].value == 1 {
			w.add(i-1, i+1, "0.5") // ein halber Liter
			w.add(i-1, i+1, "1/2")
		}
		if chapter, section, ok := strings.Cut(t.Text, "."); ok && allDigits(chapter) && allDigits(section) && len(chapter) <= 2 && len(section) <= 2 {
			g := w.lang.grammar
			w.add(i, i+1, g.single(chapter), g.dot, g.single(section)) // Kapitel 4.2
		}
	}
}

// germanLengths reads "fünf Meter zwanzig" as 5,20 m.
func germanLengths(w *weighing) {
	for i, t := range w.tokens {
		if t.Text != "meter" || i == 0 {
			continue
		}
		for from := max(0, i-2); from < i; from++ {
			for _, n := range w.numbersAt(from) {
				for _, rest := range w.numbersAt(i + 1) {
					if n.to == i && n.mark+rest.mark == "" && allDigits(n.value) && len(rest.value) == 2 {
						w.add(from, rest.to, n.value+"."+rest.value, "meter")
					}
				}
			}
		}
	}
}

// germanArticles stand before an ordinal that ends a sentence: der 20.
var germanArticles = set("der die das dem den am zum vom im beim ein eine einen jeder jede jedes")

var germanHalves = set("halber halbes halbe halben halbem")

var germanMonths = strings.Fields("januar februar märz april mai juni juli august september oktober november dezember")

// germanTimes reads 8.15 Uhr.
func germanTimes(w *weighing) {
	for i, t := range w.tokens {
		if hours, minutes, ok := strings.Cut(t.Text, "."); ok && w.text(i+1) == "uhr" && allDigits(hours) && allDigits(minutes) && len(hours) <= 2 && len(minutes) == 2 {
			w.time(i, hours, minutes)
		}
	}
}

// germanDates reads the two ordinals of the date 24.12. and the three numbers of
// 24.12.2021, and a month's name after a day as the month's ordinal.
func germanDates(w *weighing) {
	for i, t := range w.tokens {
		parts := strings.Split(t.Text, ".")
		for k, part := range parts {
			if !allDigits(part) || k < 2 && len(part) > 2 {
				parts = nil
				break
			}
			parts[k] = unpadded(part)
		}
		switch {
		case len(parts) == 2 && w.dotted(i):
			w.add(i, i+1, parts[0]+".", parts[1]+".")
		case len(parts) == 3 && (len(parts[2]) == 4 || len(parts[2]) == 2):
			w.add(i, i+1, parts[0]+".", parts[1]+".", parts[2])
		}
		if len(parts) == 2 && len(parts[0])+len(parts[1]) >= 2 {
			day, _ := strconv.Atoi(parts[0])
			if month, _ := strconv.Atoi(parts[1]); 0 < day && day <= 31 && 0 < month && month <= 12 {
				w.add(i, i+1, parts[0]+".", parts[1]+".") // am 2.3
			}
		}
		month := slices.IndexFunc(germanMonths, func(name string) bool {
			return t.Text == name || len(t.Text) >= 3 && w.dotted(i) && strings.HasPrefix(name, t.Text)
		})
		if month < 0 || i == 0 {
			continue
		}
		_, mark, ordinal := germanWord(w.text(i - 1))
		if ordinal && mark == "." || allDigits(w.text(i-1)) {
			w.add(i, i+1, strconv.Itoa(month+1)+".")
		}
	}
}

// germanSpokenTimes reads "halb vier", "Viertel nach zwei", "drei viertel sieben",
// "zehn vor sechs" and "fünf vor halb neun" as the hour, uhr and the minutes. Either half
// of the day may be meant.
func germanSpokenTimes(w *weighing) {
	for i := range w.tokens {
		for _, p := range germanMinutes(w, i) {
			for _, n := range w.numbersAt(p.to) {
				hour, err := strconv.Atoi(n.value)
				if err != nil || n.mark != "" || hour < 1 || hour > 12 {
					continue
				}
				minutes := (hour*60 + p.minutes + 720) % 720
				for _, half := range []int{0, 12} {
					said := []string{w.lang.grammar.single(strconv.Itoa(minutes/60 + half)), "uhr", w.lang.grammar.single(strconv.Itoa(minutes % 60))}
					if minutes/60 == 0 && half == 0 {
						continue // nobody writes 0:30 for halb eins
					}
					w.add(i, n.to, said...)
				}
			}
		}
	}
}

// beside is how far a time is from the hour named at token to.
type beside struct{ minutes, to int }

var germanDirections = map[string]int{"nach": 1, "vor": -1}

// germanMinutes reads what stands before the hour from token i.
func germanMinutes(w *weighing, i int) []beside {
	var out []beside
	switch w.text(i) {
	case "halb":
		out = append(out, beside{-30, i + 1})
	case "dreiviertel":
		out = append(out, beside{-15, i + 1})
	case "drei":
		if w.text(i+1) == "viertel" {
			out = append(out, beside{-15, i + 2})
		}
	case "viertel":
		if sign := germanDirections[w.text(i+1)]; sign != 0 {
			return append(out, beside{sign * 15, i + 2})
		}
		out = append(out, beside{-45, i + 1})
	}
	near := false // most words are far from any of these
	for k := i + 1; k <= i+4; k++ {
		near = near || germanDirections[w.text(k)] != 0
	}
	if !near {
		return out
	}
	for _, n := range w.numbersAt(i) {
		minutes, err := strconv.Atoi(n.value)
		sign := germanDirections[w.text(n.to)]
		if err != nil || n.mark != "" || sign == 0 || minutes < 1 || minutes > 29 {
			continue
		}
		if w.text(n.to+1) == "halb" {
			out = append(out, beside{sign*minutes - 30, n.to + 2})
		} else {
			out = append(out, beside{sign * minutes, n.to + 1})
		}
	}
	return out
}
