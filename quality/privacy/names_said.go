package privacy

import (
	"slices"
	"strings"
)

// How somebody is spoken of. What stands behind must have a capital, or be
// spelled.
var (
	owners = words("my", "your", "his", "her", "our", "their", "mon", "ma", "ton", "ta", "son", "sa", "notre", "votre", "leur", "s") // and Bakare's
	kin    = words("husband", "wife", "son", "daughter", "brother", "sister", "mother", "father", "mom", "mum", "dad", "boss", "colleague", "coworker",
		"friend", "neighbor", "neighbour", "partner", "uncle", "aunt", "cousin", "nephew", "niece", "fiance", "fiancee", "grandson", "granddaughter",
		"mari", "femme", "fils", "fille", "frere", "soeur", "sœur", "mere", "pere", "patron", "patronne", "chef", "collegue", "ami", "amie", "copain",
		"copine", "voisin", "voisine", "compagnon", "compagne", "oncle", "tante", "neveu", "niece", "petit", "conjoint", "conjointe")
	saidCues = [][]string{
		{"surname"}, {"surname", "is"}, {"first", "name"}, {"first", "name", "is"}, {"last", "name"}, {"last", "name", "is"}, {"name", "is"},
		{"under", "the", "name"}, {"under", "the", "name", "of"}, {"signed"}, {"sincerely"}, {"regards"}, {"put", "it", "under"}, {"agent"},
		{"officer"}, {"nurse"}, {"tell"}, {"behalf", "of"}, {"prenom"}, {"prenom", "c", "est"}, {"nom"}, {"nom", "de", "famille"}, {"au", "nom", "de"},
		{"signe"}, {"part", "de"}, {"your", "name"}, {"full", "name"}, {"appelez"}, {"allo", "c", "est"}, {"allo", "oui", "c", "est"}, {"mr"}, {"mrs"}, {"ms"}, {"monsieur"}, {"madame"}, {"mme"},
	}
	// courtesies stand before a name, in a text without capitals too; titles only
	// where no article stands before them: "the doctor said".
	courtesies = words("mister", "mr", "mrs", "ms", "miss", "madame", "monsieur", "mme", "mademoiselle")
	titles     = words("doctor", "dr", "docteur", "professor", "professeur")
	articles   = words("a", "an", "the", "my", "your", "his", "her", "our", "their", "i", "you", "we", "they", "to", "will", "not", "t", "ll",
		"le", "la", "un", "une", "mon", "ma", "ton", "son", "votre", "notre", "leur", "du", "au", "de", "ce")
	// nameWords are followed by a name, or by what links them to one.
	nameWords  = words("name", "surname", "nom", "prenom")
	qualifiers = words("my", "your", "first", "last", "second", "middle", "full", "maiden", "family", "given", "husband", "wife", "mon", "ton", "son", "votre", "et")
	copulas    = [][]string{{"de", "famille"}, {"de", "jeune", "fille"}, {"de", "naissance"}, {"is"}, {"was"}, {"s"}, {"c", "est"}, {"est"}, {"etait"}}
	noNameYet  = words("name", "surname", "nom", "prenom", "address", "adresse", "date", "number", "numero", "phone", "telephone", "age", "tag", "usage")
	// pairCues ask for two capitals: what they lead to may be a firm.
	pairCues = [][]string{{"ici"}, {"ask", "for"}, {"asking", "for"}, {"speak", "to"}, {"speak", "with"}, {"tenant", "is"}, {"holder", "is"}, {"patient", "is"},
		{"cc"}, {"parler", "a"}, {"demander"}, {"locataire", "est"}, {"titulaire", "est"}}
	// notCalled are written with a capital behind a cue, and are nobody's name.
	notCalled = words("god", "lord", "dieu", "yes", "no", "oui", "non", "ok", "okay", "si", "then", "et", "god's", "pardon", "sorry")
	spellCues = [][]string{{"spelled"}, {"spelt"}, {"spell", "it"}, {"s", "ecrit"}, {"j", "epelle"}, {"epele"}, {"nom", "c", "est"}, {"name", "is"}, {"it", "s"}, {"that", "s"}}
)

// said finds the names of people that are spoken of, and names that are spelled.
func said(text string, tokens []token) (list []span) {
	add := func(from, to int) {
		if to > from {
			list = append(list, span{Person, tokens[from].from, tokens[to-1].to})
		}
	}
	after := func(i int, cues [][]string) (end int) {
		for _, cue := range cues {
			if matches(tokens, i, cue) {
				end = max(end, i+len(cue))
			}
		}
		return end
	}
	flat := isFlat(tokens)
	for i := range tokens {
		add(neighbourSpelled(tokens, i))
		if flat {
			add(addressed(text, tokens, i))
		}
		add(nameOfSomebody(text, tokens, i, flat))
		if i > 0 && owners[tokens[i-1].text] && kin[tokens[i].text] {
			add(i+1, spokenOf(text, tokens, i+1))
		}
		if end := after(i, saidCues); end > 0 {
			add(end, spokenOf(text, tokens, end))
		}
		if end := after(i, pairCues); end > 0 {
			if to := spokenOf(text, tokens, end); to > end+1 {
				add(end, to)
			}
		}
		if end := after(i, spellCues); end > 0 {
			add(end, spelledOut(tokens, end))
		}
	}
	return list
}

// isFlat says whether a text is written without capitals, so that they tell
// nothing.
func isFlat(tokens []token) bool {
	capitals := 0
	for _, t := range tokens {
		if t.upper {
			capitals++
		}
	}
	return 50*capitals <= len(tokens)
}

// addressed finds the name behind "mister" or "doctor" at token i of a text
// without capitals.
func addressed(text string, tokens []token, i int) (from, to int) {
	from = i + 1
	before := wordAt(tokens, i-1)
	switch {
	case courtesies[tokens[i].text] && !(tokens[i].text == "miss" && articles[before]):
	case titles[tokens[i].text] && !articles[before]:
	default:
		return from, from
	}
	to = from
	for to < len(tokens) && to < from+2 && particles[tokens[to].text] && joined(text, tokens, to) && (to > from || !stopWords[tokens[to].text] || tokens[to].text == "de") {
		to++
	}
	if to >= len(tokens) || !leads(text, tokens, from) || nobody[tokens[to].text] || len(tokens[to].text) < 3 {
		return from, from
	}
	end := uncapitalised(text, tokens, to)
	if _, first := firstNames()[tokens[to].text]; !first {
		end = min(end, to+1)
	}
	if end == to {
		return from, from
	}
	return from, end
}

// nameOfSomebody finds what stands behind "last name" or "mon nom de famille
// c'est" at token i.
func nameOfSomebody(text string, tokens []token, i int, flat bool) (from, to int) {
	if !nameWords[tokens[i].text] {
		return 0, 0
	}
	from = i + 1
	linked := false
	for again := true; again; {
		again = false
		for _, phrase := range copulas {
			if matches(tokens, from, phrase) && (near(text, tokens, from) || strings.ContainsAny(between(text, tokens[from-1], tokens[from]), "'’")) {
				from, again, linked = from+len(phrase), true, true
			}
		}
	}
	own := qualifiers[wordAt(tokens, i-1)] || tokens[i].text == "surname" || tokens[i].text == "prenom" && !articles[wordAt(tokens, i-1)] || matches(tokens, i+1, []string{"de", "famille"})
	switch {
	case from >= len(tokens) || noNameYet[tokens[from].text]:
		return from, from
	case linked && tokens[from].upper:
		return from, spokenOf(text, tokens, from)
	case !flat || !own || tokens[from].digit || !near(text, tokens, from) || len(tokens[from].text) < 3:
		return from, from
	}
	return from, min(uncapitalised(text, tokens, from), from+1)
}

// neighbourSpelled finds a word at token i that is then spelled: "Pugh, P-U-G-H".
func neighbourSpelled(tokens []token, i int) (from, to int) {
	word := tokens[i].text
	if len(word) < 3 || tokens[i].digit {
		return i, i
	}
	for start := i + 1; start <= i+4 && start < len(tokens); start++ { // "that's", "ça s'écrit"
		to, spelling := start, ""
		for to < len(tokens) && len(tokens[to].text) == 1 && len(spelling) < len(word) {
			spelling += tokens[to].text
			to++
		}
		if spelling == word {
			return i, to
		}
	}
	return i, i
}

// spokenOf is where a name ends that begins at token i with a capital, or with a
// particle and a capital: "de la Cruz".
func spokenOf(text string, tokens []token, i int) int {
	head := i
	for head < len(tokens) && head < i+3 && particles[tokens[head].text] && (head == i || joined(text, tokens, head)) {
		head++
	}
	if head == len(tokens) || !tokens[head].upper || tokens[head].digit || stopWords[tokens[head].text] || i > 0 && !near(text, tokens, i) {
		return i
	}
	if head > i && (tokens[i].text == "le" || tokens[i].text == "la") && !tokens[i].upper { // Monsieur le Maire
		return i
	}
	if notCalled[tokens[head].text] || nobody[tokens[head].text] || goesOn()[tokens[head].text] && breaks(text, tokens, head) || len(tokens[head].text) == 1 && head == i { // "my brother I think", an initial
		return i
	}
	return capitals(text, tokens, head, 5)
}

// near says whether nothing but a space, a comma or a colon parts a token from
// the one before it.
func near(text string, tokens []token, i int) bool {
	if i >= len(tokens) {
		return false
	}
	gap := between(text, tokens[i-1], tokens[i])
	return slices.Contains([]string{" ", ", ", ": ", " : ", ",\n", "\n", "\u00a0"}, gap) || gap == ". " && abbreviations[tokens[i-1].text]
}

// leastSpelled is how many letters one by one are a word: fewer may be an
// abbreviation.
const leastSpelled = 4

// spelledOut is where a word ends that is spelled from token i on, letter by letter
// ("m a r t i n"), with words that stand for letters between ("p as in papa"),
// and the word itself behind; i where none is.
func spelledOut(tokens []token, i int) int {
	word, asked := "", false
	to := i
	for to < len(tokens) && len(tokens[to].text) == 1 && !tokens[to].digit {
		word += tokens[to].text
		to++
		switch {
		case matches(tokens, to, []string{"as", "in"}) || matches(tokens, to, []string{"like", "in"}):
			to, asked = min(to+3, len(tokens)), true
		case matches(tokens, to, []string{"for"}) || matches(tokens, to, []string{"comme"}):
			to, asked = min(to+2, len(tokens)), true
		}
	}
	if len(word) < leastSpelled && !(asked && len(word) > 1) || alphabetical(word) {
		return i
	}
	for k := to; k < min(to+3, len(tokens)); k++ {
		if tokens[k].text == word {
			return k + 1
		}
	}
	return to
}

// alphabetical says whether letters follow each other in the alphabet: somebody
// counts.
func alphabetical(word string) bool {
	for i := 1; i < len(word); i++ {
		if word[i] != word[i-1]+1 {
			return false
		}
	}
	return true
}
