package privacy

import "slices"

// How somebody is spoken of. What stands behind must have a capital, or be
// spelled.
var (
	owners = words("my", "your", "his", "her", "our", "their", "mon", "ma", "ton", "ta", "son", "sa", "notre", "votre", "leur")
	kin    = words("husband", "wife", "son", "daughter", "brother", "sister", "mother", "father", "mom", "mum", "dad", "boss", "colleague", "coworker",
		"friend", "neighbor", "neighbour", "partner", "uncle", "aunt", "cousin", "nephew", "niece", "fiance", "fiancee", "grandson", "granddaughter",
		"mari", "femme", "fils", "fille", "frere", "soeur", "sœur", "mere", "pere", "patron", "patronne", "chef", "collegue", "ami", "amie", "copain",
		"copine", "voisin", "voisine", "compagnon", "compagne", "oncle", "tante", "neveu", "niece", "petit", "conjoint", "conjointe")
	saidCues = [][]string{
		{"surname"}, {"surname", "is"}, {"first", "name"}, {"first", "name", "is"}, {"last", "name"}, {"last", "name", "is"}, {"name", "is"},
		{"under", "the", "name"}, {"under", "the", "name", "of"}, {"signed"}, {"sincerely"}, {"regards"}, {"put", "it", "under"}, {"agent"},
		{"officer"}, {"nurse"}, {"tell"}, {"behalf", "of"}, {"prenom"}, {"prenom", "c", "est"}, {"nom"}, {"nom", "de", "famille"}, {"au", "nom", "de"},
		{"signe"}, {"part", "de"}, {"appelez"}, {"allo", "c", "est"}, {"allo", "oui", "c", "est"}, {"mr"}, {"mrs"}, {"ms"}, {"monsieur"}, {"madame"}, {"mme"},
	}
	// pairCues ask for two capitals: what they lead to may be a firm.
	pairCues = [][]string{{"ask", "for"}, {"asking", "for"}, {"speak", "to"}, {"speak", "with"}, {"tenant", "is"}, {"holder", "is"}, {"patient", "is"},
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
	for i := range tokens {
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
	if notCalled[tokens[head].text] || len(tokens[head].text) == 1 && head == i { // "my brother I think", an initial
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
	return slices.Contains([]string{" ", ", ", ": ", " : ", ",\n", "\n", "\u00a0"}, text[tokens[i-1].to:tokens[i].from])
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
