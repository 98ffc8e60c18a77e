package privacy

import (
	"strings"
	"testing"
)

// hardNames are sentences with names that are uncommon, have particles, or are
// spelled; each in braces. They were written before the detectors were looked
// at. The first run hid 9 of the 27 English ones and 8 of the 21 French ones,
// and nothing of the sentences without a name; what they give now they were
// mended for.
var hardNames = map[string][]string{
	"en": {
		"my surname is spelled {m a r t i n} that's {martin}",
		"it's {p as in papa o w e l l powell}",
		"I'm calling on behalf of Ms. {Vanterpool-Reyes}",
		"please ask for {Thandiwe Mokoena} in billing",
		"the tenant is {Jan van der Heijden}",
		"yeah this is {Kowalczyk} from receiving",
		"you spoke to my husband {Dmitri} last week",
		"sincerely {Wojciech Brzezinski}",
		"my daughter {Saoirse} has an appointment",
		"is Mr. {de la Cruz} available",
		"she goes by the name of {Okwuosa}",
		"signed {Hendrika Oosterhuis}",
		"it's under the name {Abdulrahman al-Rashid}",
		"the patient's name is {Lindqvist}",
		"Hello Mr {O'Shaughnessy} how are you",
		"first name {Ignatius} last name {Fotheringham}",
		"my name's spelled {s c h m i d t}",
		"put it under {Grzegorz} please",
		"tell {Nkechi} I called",
		"the account holder is Mrs. {Vasquez-Ibarra}",
		"speaking with agent {Delacroix} today",
		"this is doctor {Achterberg}'s office",
		"my boss, Mr. {Nakashima}, will sign",
		"his name was {Tobias}",
		"cc {Priyanka Raghunathan} on that",
	},
	"fr": {
		"mon nom c'est {m a r t i n martin}",
		"ça s'écrit {d u p o n t}",
		"je voudrais parler à Madame {Le Bihan}",
		"c'est de la part de Monsieur {de La Rochefoucauld}",
		"mon mari {Abdelkader} est absent",
		"vous demandez Maître {Haudebourg}",
		"je suis Mme {Vanhoutte} du service client",
		"le patient s'appelle {Ngoc Lan Tran}",
		"signé {Enguerrand de Kervasdoué}",
		"c'est au nom de {Zitouni}",
		"prénom {Hyacinthe} nom {Quéméneur}",
		"ma fille {Maïwenn} a rendez-vous",
		"appelez {Bérangère} de ma part",
		"allô oui c'est {Wojciech}",
		"mon collègue {Thibault Lecœur} vous rappelle",
		"le docteur {Szymanski} est là",
		"nom de famille {Etcheverry}",
		"bonjour Monsieur {Oulad-Ali}",
		"l'assurée est Mademoiselle {Guégan}",
		"ma sœur {Ludivine} habite ici",
	},
}

// noNames are sentences in which the cues of names lead to none.
var noNames = []string{
	"my husband is late", "my daughter has an appointment", "her name is on the list", "the name of the game", "first name please",
	"your last name and date of birth", "signed and sealed", "it is spelled with two l's", "the word is spelled out", "a b c d e f g",
	"on behalf of the company", "he signed in Paris", "ask for Medicare", "my brother and i", "the U S A and the U K", "press a or b",
	"vitamin c d and e", "my son I think is eleven", "under the name tag", "tell Windows to restart", "his sister The nurse said no",
	"mon mari est absent", "ma fille a rendez-vous", "au nom de la loi", "le nom de famille s'il vous plaît", "signé hier",
	"de la part de la mairie", "ça s'écrit avec deux l", "prénom et nom", "allô oui c'est la mairie", "mon collègue et moi",
	"parler à la comptable", "le plan a b c d", "ma sœur Elle est partie", "au nom de Dieu", "le nom du docteur", "mon fils Oui il est là",
}

func TestHardNames(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		hidden, all := 0, 0
		for _, marked := range hardNames[language] {
			text := strings.NewReplacer("{", "", "}", "").Replace(marked)
			from := 0
			for at, part := range strings.FieldsFunc(marked, func(r rune) bool { return r == '{' || r == '}' }) {
				if isName := at%2 == 1 != strings.HasPrefix(marked, "{"); isName {
					all++
					if covered, _, _ := covers(text, Person, from, from+len(part)); covered {
						hidden++
					} else {
						t.Logf("missed %q in %q", part, text)
					}
				}
				from += len(part)
			}
		}
		t.Logf("%s: %d of %d names hidden", language, hidden, all)
		if float64(hidden) < .85*float64(all) {
			t.Errorf("%s: %d of %d names hidden", language, hidden, all)
		}
	}
	wrong := 0
	for _, text := range noNames {
		for _, s := range findSpans(text, Options{}) {
			wrong++
			t.Logf("wrong %s %q in %q", s.kind, text[s.from:s.to], text)
		}
	}
	t.Logf("%d of %d sentences without a name have one found", wrong, len(noNames))
	if wrong > 1 {
		t.Errorf("%d of %d sentences without a name have one found", wrong, len(noNames))
	}
}
