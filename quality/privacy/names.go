package privacy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed names.txt
var firstNamesText string

//go:embed common.txt
var goesOnText string

// goesOn are words that go on with a sentence where a name could stand.
var goesOn = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, line := range strings.Split(goesOnText, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			m[word] = true
		}
	}
	for name := range firstNames() {
		delete(m, name)
	}
	return m
})

// firstNames are first names that are common in English and French; true where
// the name is a word as well.
var firstNames = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, line := range strings.Split(firstNamesText, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(line) {
			m[fold(strings.TrimSuffix(name, "?"))] = strings.HasSuffix(name, "?")
		}
	}
	return m
})

// nameCues lead to a name. Those that are weak ask for a capital.
var nameCues = []struct {
	phrase []string
	weak   bool
}{
	{phrase: []string{"my", "name", "is"}}, {phrase: []string{"my", "name", "s"}}, {phrase: []string{"name", "was"}, weak: true},
	{phrase: []string{"je", "m", "appelle"}}, {phrase: []string{"je", "me", "nomme"}}, {phrase: []string{"mon", "nom", "est"}},
	{phrase: []string{"mon", "nom", "c", "est"}}, {phrase: []string{"s", "appelle"}, weak: true}, {phrase: []string{"moi", "c", "est"}, weak: true},
	{phrase: []string{"i", "m", "called"}}, {phrase: []string{"call", "me"}, weak: true}, {phrase: []string{"name", "of"}, weak: true},
	{phrase: []string{"madame"}, weak: true}, {phrase: []string{"monsieur"}, weak: true}, {phrase: []string{"mademoiselle"}, weak: true},
	{phrase: []string{"mme"}, weak: true}, {phrase: []string{"docteur"}, weak: true}, {phrase: []string{"maitre"}, weak: true},
	{phrase: []string{"mr"}, weak: true}, {phrase: []string{"mrs"}, weak: true}, {phrase: []string{"ms"}, weak: true},
	{phrase: []string{"miss"}, weak: true}, {phrase: []string{"doctor"}, weak: true}, {phrase: []string{"dr"}, weak: true},
	{phrase: []string{"professor"}, weak: true}, {phrase: []string{"professeur"}, weak: true}, {phrase: []string{"name", "s"}, weak: true},
	{phrase: []string{"the", "name", "is"}, weak: true}, {phrase: []string{"m", "appelle"}, weak: true},
	{phrase: []string{"sir"}, weak: true}, {phrase: []string{"lady"}, weak: true},
	{phrase: []string{"captain"}, weak: true},
	{phrase: []string{"judge"}, weak: true}, {phrase: []string{"sergeant"}, weak: true}, {phrase: []string{"colonel"}, weak: true},
	{phrase: []string{"you", "re", "speaking", "with"}}, {phrase: []string{"you", "re", "speaking", "to"}},
}

var (
	particles = words("de", "du", "des", "la", "le", "van", "von", "vander", "ter", "dos", "da", "di", "bin", "der", "den", "ben", "el", "al", "mac", "o", "d", "l")
	// stopWords are never names: what stands next to one in running speech.
	stopWords = words("a", "an", "the", "and", "or", "but", "so", "not", "is", "was", "are", "am", "i", "you", "he", "she", "we", "they", "it",
		"to", "of", "in", "on", "at", "by", "for", "from", "with", "as", "this", "that", "my", "your", "his", "her", "our", "their", "me", "him",
		"here", "there", "just", "well", "upon", "up", "out", "off", "over", "away", "back", "down", "into", "again", "about", "all", "going", "calling", "speaking", "one", "what", "who", "now", "please", "thanks", "hello",
		"un", "une", "les", "et", "ou", "mais", "donc", "ne", "pas", "est", "suis", "sont", "je", "tu", "il", "elle", "on", "nous", "vous", "ils",
		"elles", "ca", "ce", "cet", "cette", "ces", "mon", "ton", "son", "ma", "ta", "sa", "mes", "tes", "ses", "que", "qui", "quoi", "dans", "sur",
		"pour", "par", "avec", "sans", "au", "aux", "en", "y", "j", "m", "s", "c", "t", "n", "comme", "plus", "bien", "tres", "voila", "alors",
		"le", "la", "l", "de", "du", "des", "d", "autrement", "merci", "bonjour", "ici")
)

var (
	// noName stands before a month, a ship or a flower, not before a name.
	noName = words("in", "of", "since", "until", "till", "last", "next", "this", "through", "near", "across", "outside",
		"every", "each", "no", "some", "any", "my", "your", "his", "her", "its", "our", "their", "first", "second", "chaque", "aucun", "mon", "ton", "son", "notre", "votre", "leur", "early", "late", "mid", "by", "the", "a", "an", "th", "st", "nd", "rd",
		"la", "le", "l", "une", "un", "les", "des", "en", "de")
	abbreviations = words("mr", "mrs", "ms", "dr", "miss", "m", "mme", "mlle", "prof", "me", "st", "sgt", "capt", "col")
	// nobody is written with a capital behind a cue, and is nobody's name: an
	// office, and what people talk to that is no person.
	nobody = words("president", "presidente", "chairman", "chairwoman", "speaker", "secretary", "minister", "ministre", "mayor", "maire", "ambassador", "prefet",
		"procureur", "directeur", "directrice", "windows", "siri", "google", "alexa", "cortana", "chatgpt", "microsoft", "apple", "amazon", "facebook", "excel", "skype", "zoom", "radio")
	// things stand behind the name that they bear; named, before it.
	things = words("street", "avenue", "road", "lane", "boulevard", "square", "river", "creek", "county", "university", "college", "school", "hospital",
		"cathedral", "abbey", "airport", "station", "hotel", "theatre", "theater", "museum", "library", "prize", "award", "bible", "theorem", "syndrome",
		"disease", "inc", "ltd", "corporation", "center", "centre", "island", "islands")
	named = words("saint", "sainte", "st", "ste", "rue", "avenue", "boulevard", "lycee", "gare", "hopital", "ecole", "eglise", "theoreme", "square")
	// namedBig are so when they have a capital: "take your place Charles".
	namedBig = words("place", "tour", "pont", "prix", "coupe", "port", "mont", "allee", "chemin", "quai", "stade", "parc", "college", "lake", "mount", "fort")
	// seasons need more than a capital: people write them with one.
	seasons  = words("may", "april", "june", "summer", "autumn", "noel")
	sayings  = words("said", "says", "asked", "told", "replied", "answered", "cried", "called", "thinks", "thought", "laughed", "smiled")
	pronouns = words("i", "you", "he", "she", "we", "they", "it", "the", "be", "not", "je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles")
)

// people finds names: by cue, by list, and those that the caller knows.
func people(text string, tokens []token, known []string) (list []span) {
	list = append(list, listed(tokens, known)...)
	list = append(list, said(text, tokens)...)
	for i := range tokens {
		for _, cue := range nameCues {
			if end := i + len(cue.phrase); matches(tokens, i, cue.phrase) {
				if to := nameEnd(text, tokens, end, cue.weak); to > end {
					list = append(list, span{Person, tokens[end].from, tokens[to-1].to})
				}
			}
		}
		if matches(tokens, i, []string{"this", "is"}) {
			if to := nameEnd(text, tokens, i+2, false); to > i+2 && introduces(tokens, to, tokens[i+2].upper) {
				list = append(list, span{Person, tokens[i+2].from, tokens[to-1].to})
			}
		}
		if matches(tokens, i, []string{"i", "m"}) || matches(tokens, i, []string{"je", "suis"}) {
			if to := nameEnd(text, tokens, i+2, true); to > i+3 || to > i+2 && introduces(tokens, to, true) {
				list = append(list, span{Person, tokens[i+2].from, tokens[to-1].to})
			}
		}
		if tokens[i].text == "m" && tokens[i].upper && i+1 < len(tokens) && strings.TrimSpace(text[tokens[i].to:tokens[i+1].from]) == "." {
			if to := spokenOf(text, tokens, i+1); to > i+1 {
				list = append(list, span{Person, tokens[i+1].from, tokens[to-1].to})
			}
		}
		if to := firstName(text, tokens, i); to > i {
			list = append(list, span{Person, tokens[i].from, tokens[to-1].to})
		}
	}
	return list
}

// introduces says whether what follows a name makes it one: "this is Craig
// calling". What leads on to other things too asks for a capital.
func introduces(tokens []token, i int, upper bool) bool {
	switch wordAt(tokens, i) {
	case "speaking", "calling":
		return true
	case "from", "with", "de", "du", "chez":
		return upper
	}
	return false
}

// nameEnd is where the name ends that begins at token i; i where none does. In
// a text without capitals it is the next two words that can be one.
func nameEnd(text string, tokens []token, i int, weak bool) int {
	if i >= len(tokens) || tokens[i].digit || !leads(text, tokens, i) || strings.HasSuffix(tokens[i].text, "ement") {
		return i
	}
	t := tokens[i]
	switch {
	case t.upper && pronouns[t.text], nobody[t.text], stopWords[t.text] && !(t.upper && i+1 < len(tokens) && tokens[i+1].upper && joined(text, tokens, i+1)):
		return i
	case (wordAt(tokens, i-1) == "sir" || wordAt(tokens, i-1) == "lady") && !joined(text, tokens, i): // yes sir, he said
		return i
	case t.upper && goesOn()[t.text] && breaks(text, tokens, i): // another sentence
		return i
	case t.upper:
		return capitals(text, tokens, i, 5)
	case weak:
		return i
	}
	return uncapitalised(text, tokens, i)
}

// uncapitalised is where a name of one or two words ends that is written without
// capitals.
func uncapitalised(text string, tokens []token, i int) int {
	to := i
	for to < len(tokens) && to < i+2 && !tokens[to].digit && !tokens[to].upper && !stopWords[tokens[to].text] && !goesOn()[tokens[to].text] &&
		(to == i || joined(text, tokens, to)) {
		to++
	}
	return to
}

// leads says whether what stands before token i leads to it: no sentence ends
// between them, unless the point is that of an abbreviation.
func leads(text string, tokens []token, i int) bool {
	if i == 0 {
		return true
	}
	gap := between(text, tokens[i-1], tokens[i])
	if strings.ContainsAny(gap, "?!;()") {
		return false
	}
	return !strings.Contains(gap, ".") || strings.Contains(gap, "..") || abbreviations[tokens[i-1].text]
}

// breaks says whether token i begins a line or a sentence.
func breaks(text string, tokens []token, i int) bool {
	return i == 0 || strings.ContainsAny(between(text, tokens[i-1], tokens[i]), ".?!…\n")
}

// capitals is where a sequence of capitalised words ends, particles among them.
func capitals(text string, tokens []token, i, most int) int {
	end := i
	for to := i; to < len(tokens) && to < i+most && (to == i || joined(text, tokens, to)); to++ {
		switch {
		case tokens[to].upper && (to == i || !stopWords[tokens[to].text] || particles[tokens[to].text] || elided(text, tokens, to)):
			end = to + 1
		case !particles[tokens[to].text]:
			return end
		}
	}
	return end
}

// elided says whether token i is the head of a name such as N'Diaye.
func elided(text string, tokens []token, i int) bool {
	return i+1 < len(tokens) && tokens[i+1].upper && strings.ContainsAny(text[tokens[i].to:tokens[i+1].from], "'’")
}

// joined says whether token i follows the one before it within one name.
func joined(text string, tokens []token, i int) bool {
	switch text[tokens[i-1].to:tokens[i].from] {
	case " ", "-", "'", "’", ". ", "\n", "\u00a0":
		return true
	}
	return false
}

// firstName is where a name ends that begins with a known first name; i where
// none begins. One that is a word too must be written as a name, with a surname
// or within a sentence.
func firstName(text string, tokens []token, i int) int {
	ambiguous, ok := firstNames()[tokens[i].text]
	if !ok {
		return i
	}
	to := i + 1
	if tokens[i].upper {
		to = capitals(text, tokens, i, 4)
	} else if before := wordAt(tokens, i-1); before == "se" || before == "me" || before == "te" { // elle se marie
		return i
	}
	if bears(text, tokens, i, to) {
		return i
	}
	if !ambiguous {
		return to
	}
	begins := i == 0 || strings.ContainsAny(text[tokens[i-1].to:tokens[i].from], ".?!…\n:;\"«“—–")
	if !tokens[i].upper || begins && to == i+1 {
		return i
	}
	if seasons[tokens[i].text] && (to == i+1 && !sayings[wordAt(tokens, to)] || monthWords[tokens[to-1].text]) {
		return i
	}
	if to == i+1 && (noName[wordAt(tokens, i-1)] || i > 0 && tokens[i-1].digit || pronouns[wordAt(tokens, to)]) {
		return i // in May, the Marine, Will they
	}
	return to
}

// bears says whether the name of tokens i to end is that of a street, a school
// or a firm: "Grant Avenue", "l'hôpital Sainte-Anne", "Ben & Jerry's".
func bears(text string, tokens []token, i, end int) bool {
	for k := i + 1; k <= end && k < len(tokens); k++ {
		if things[tokens[k].text] && joined(text, tokens, k) {
			return true
		}
	}
	names := func(t token) bool { return named[t.text] || t.upper && namedBig[t.text] }
	first := i
	for first > 0 && joined(text, tokens, first) && tokens[first-1].upper && !names(tokens[first-1]) {
		first--
	}
	if first > 0 && names(tokens[first-1]) && joined(text, tokens, first) {
		return true
	}
	with := func(k int) bool {
		return k > 0 && k < len(tokens) && strings.TrimSpace(between(text, tokens[k-1], tokens[k])) == "&"
	}
	return with(i) || with(end)
}

// listed finds whole names that the caller knows, word by word.
func listed(tokens []token, known []string) (list []span) {
	byFirst := map[string][][]string{}
	for _, name := range known {
		var phrase []string
		for _, t := range tokenize(name) {
			phrase = append(phrase, t.text)
		}
		if len(phrase) > 0 {
			byFirst[phrase[0]] = append(byFirst[phrase[0]], phrase)
		}
	}
	for _, phrases := range byFirst {
		slices.SortFunc(phrases, func(a, b []string) int { return len(b) - len(a) })
	}
	for i := range tokens {
		for _, phrase := range byFirst[tokens[i].text] {
			if matches(tokens, i, phrase) {
				list = append(list, span{Person, tokens[i].from, tokens[i+len(phrase)-1].to})
				break
			}
		}
	}
	return list
}
