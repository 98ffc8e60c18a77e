package privacy

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The set with a known truth. Its templates were written before the detectors,
// but what the first run missed was mended and the same set run again: it guards
// against loss, and says little of what a stranger gets.

// planted is a sentence and what is hidden in it; kind "" is a hard negative.
type planted struct {
	text, secret string
	kind         Kind
}

var digitWords = map[string][]string{
	"en": {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
	"fr": {"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"},
}

var (
	teensFR = []string{"dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"}
	tensFR  = []string{"", "dix", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"}
	teensEN = []string{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tensEN  = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

// pairFR says two digits as a French speaker gives them in a phone number.
func pairFR(n int) string {
	units := digitWords["fr"]
	switch {
	case n < 10:
		return "zéro " + units[n]
	case n < 20:
		return teensFR[n-10]
	case n/10 == 7 || n/10 == 9:
		if n == 71 {
			return "soixante et onze"
		}
		return tensFR[n/10] + "-" + teensFR[n%10]
	case n%10 == 0:
		if n == 80 {
			return "quatre-vingts"
		}
		return tensFR[n/10]
	case n%10 == 1 && n < 80:
		return tensFR[n/10] + " et un"
	}
	return tensFR[n/10] + "-" + units[n%10]
}

func pairEN(n int) string {
	switch {
	case n < 10:
		return "oh " + digitWords["en"][n]
	case n < 20:
		return teensEN[n-10]
	case n%10 == 0:
		return tensEN[n/10]
	}
	return tensEN[n/10] + " " + digitWords["en"][n%10]
}

// spell says digits one by one, in English with double and triple.
func spell(digits, language string) string {
	var out []string
	for i := 0; i < len(digits); {
		run := 1
		for i+run < len(digits) && digits[i+run] == digits[i] && run < 3 {
			run++
		}
		word := digitWords[language][digits[i]-'0']
		switch {
		case language == "en" && run == 3:
			word = "triple " + word
		case language == "en" && run == 2:
			word = "double " + word
		default:
			run = 1
		}
		out = append(out, word)
		i += run
	}
	return strings.Join(out, " ")
}

type generator struct{ *rand.Rand }

func (g generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g generator) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + g.IntN(10))
	}
	return string(b)
}

func (g generator) luhn(prefix string, n int) string {
	d := prefix + g.digits(n-len(prefix)-1)
	for c := byte('0'); ; c++ {
		if s := d + string(c); oracleLuhn(s) {
			return s
		}
	}
}

// oracleLuhn is written another way than the detector's, on purpose.
func oracleLuhn(s string) bool {
	odd := []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	total := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d = odd[d]
		}
		total += d
	}
	return total%10 == 0
}

func mod97(s string) int {
	m := 0
	for _, c := range s {
		if c >= 'A' {
			v := int(c-'A') + 10
			m = (m*100 + v) % 97
			continue
		}
		m = (m*10 + int(c-'0')) % 97
	}
	return m
}

func (g generator) iban() string {
	country, bban := "FR", g.digits(23)
	switch g.IntN(3) {
	case 1:
		country, bban = "DE", g.digits(18)
	case 2:
		country, bban = "GB", "NWBK"+g.digits(14)
	}
	return fmt.Sprintf("%s%02d%s", country, 98-mod97(bban+country+"00"), bban)
}

func (g generator) nir() string {
	dep, numeric := fmt.Sprintf("%02d", 1+g.IntN(19)), ""
	numeric = dep
	if g.IntN(4) == 0 {
		dep, numeric = "2A", "19"
		if g.IntN(2) == 0 {
			dep, numeric = "2B", "18"
		}
	}
	head := fmt.Sprintf("%d%02d%02d", 1+g.IntN(2), g.IntN(100), 1+g.IntN(12))
	tail := g.digits(6)
	return fmt.Sprintf("%s%s%s%02d", head, dep, tail, 97-mod97(head+numeric+tail))
}

func groups(s string, n int, sep string) string {
	var out []string
	for len(s) > n {
		out, s = append(out, s[:n]), s[n:]
	}
	return strings.Join(append(out, s), sep)
}

func (g generator) phone(language string) (written, spoken string) {
	if language == "fr" {
		n := "0" + g.pick("1", "2", "4", "6", "7") + g.digits(8)
		var said []string
		for i := 0; i < 10; i += 2 {
			said = append(said, pairFR(int(n[i]-'0')*10+int(n[i+1]-'0')))
		}
		return groups(n, 2, g.pick(" ", ".", "-", "")), strings.Join(said, " ")
	}
	a, b, c := g.pick("415", "212", "503", "617"), fmt.Sprint(200+g.IntN(700)), g.digits(4)
	written = g.pick(a+"-"+b+"-"+c, "("+a+") "+b+"-"+c, a+"."+b+"."+c, "+1 "+a+" "+b+" "+c)
	if g.IntN(2) == 0 {
		return written, spell(a, "en") + " " + spell(b, "en") + " " + pairEN(int(c[0]-'0')*10+int(c[1]-'0')) + " " + pairEN(int(c[2]-'0')*10+int(c[3]-'0'))
	}
	return written, spell(a+b+c, "en")
}

func (g generator) email(language string) (written, spoken string) {
	first := strings.ToLower(g.pick("keiko", "oksana", "thibaut", "mireille", "desmond", "priya"))
	last := g.pick("vandermeer", "okafor", "lacombe", "szabo")
	host := g.pick("orange", "proton", "gmail", "wanadoo")
	if language == "fr" {
		return first + "." + last + "@" + host + ".fr", first + " point " + last + " arobase " + host + " point fr"
	}
	return first + "_" + last + "@" + host + ".com", first + " underscore " + last + " at " + host + " dot com"
}

var months = map[string][]string{
	"en": {"January", "March", "April", "June", "August", "October", "December"},
	"fr": {"janvier", "mars", "avril", "juin", "août", "octobre", "décembre"},
}

func (g generator) birth(language string) string {
	day, year := 10+g.IntN(19), 1930+g.IntN(69)
	month := g.pick(months[language]...)
	if language == "fr" {
		return g.pick(fmt.Sprintf("%d %s %d", day, month, year), fmt.Sprintf("%02d/%02d/%d", day, 1+g.IntN(12), year),
			pairFR(day)+" "+month+" mille neuf cent "+pairFR(year%100))
	}
	return g.pick(fmt.Sprintf("%s %d, %d", month, day, year), fmt.Sprintf("%d-%02d-%02d", year, 1+g.IntN(12), day),
		strings.ToLower(month)+" "+pairEN(day)+" nineteen "+pairEN(year%100))
}

// positives makes n sentences of each kind in a language.
func (g generator) positives(language string, n int) (list []planted) {
	fr := language == "fr"
	say := func(kind Kind, secret string, en, french []string) {
		frames := en
		if fr {
			frames = french
		}
		frame := g.pick(frames...)
		list = append(list, planted{fmt.Sprintf(frame, secret), secret, kind})
	}
	for range n {
		written, spoken := g.phone(language)
		call, appeler := []string{"so call me on %s after six", "yeah it's %s thanks", "you can reach her at %s"}, []string{"rappelez-moi au %s après dix-huit heures", "alors c'est le %s voilà", "on peut le joindre au %s"}
		say(Phone, written, call, appeler)
		say(Phone, spoken, call, appeler)
		written, spoken = g.email(language)
		write, ecrire := []string{"just write to %s please", "her address is %s and that works"}, []string{"écrivez à %s s'il vous plaît", "son adresse c'est %s et voilà"}
		say(Email, written, write, ecrire)
		say(Email, spoken, write, ecrire)
		card := g.luhn(g.pick("4", "51", "55"), 16)
		pay, payer := []string{"I'd like to pay with %s", "the card says %s"}, []string{"je paie avec la %s", "sur la carte il y a %s"}
		say(Card, groups(card, 4, g.pick(" ", "-", "")), pay, payer)
		say(Card, spell(card, language), pay, payer)
		say(IBAN, groups(g.iban(), 4, g.pick(" ", "")), []string{"send it to %s today"}, []string{"le virement va sur %s aujourd'hui"})
		if fr {
			say(NIR, groups(g.nir(), 15, ""), nil, []string{"mon numéro de sécu est le %s", "elle a donné %s à la caisse"})
			say(SIREN, groups(g.luhn("5", 9), 3, " "), nil, []string{"le siren de la boîte est %s", "immatriculée au RCS sous le %s"})
			say(SIREN, groups(g.luhn("4", 14), 14, ""), nil, []string{"le SIRET c'est %s"})
		} else {
			ssn := fmt.Sprintf("%03d-%02d-%04d", 100+g.IntN(500), 10+g.IntN(89), 1000+g.IntN(8999))
			say(SSN, ssn, []string{"my social is %s", "they asked for %s on the form"}, nil)
			say(SSN, spell(strings.ReplaceAll(ssn, "-", ""), "en"), []string{"my social security number is %s"}, nil)
		}
		say(IP, fmt.Sprintf("%d.%d.%d.%d", 11+g.IntN(200), g.IntN(256), g.IntN(256), 1+g.IntN(254)), []string{"the server at %s is down"}, []string{"le serveur %s ne répond plus"})
		say(URL, "https://"+g.pick("intra.example.org", "www.lacombe.fr")+"/u/"+g.digits(4), []string{"it is on %s I think"}, []string{"c'est sur %s je crois"})
		say(Birth, g.birth(language), []string{"I was born on %s in Leeds", "her date of birth is %s"}, []string{"elle est née le %s à Nantes", "date de naissance %s"})
		full := g.pick("Oksana Lacombe", "Thibaut Szabo", "Desmond Okafor", "Keiko Vandermeer")
		intro, presenter := []string{"hello my name is %s and I'm calling about the bill", "good morning, this is %s speaking"}, []string{"bonjour, je m'appelle %s et j'appelle pour la facture", "je suis Madame %s"}
		say(Person, full, intro, presenter)
		say(Person, strings.ToLower(full), []string{"hello my name is %s and i am calling about the bill"}, []string{"bonjour je m'appelle %s et j'appelle pour la facture"})
		if given := g.pick("Sophie", "Thomas", "Julien", "Camille"); fr {
			say(Person, given, nil, []string{"hier j'ai vu %s au marché"})
		} else {
			say(Person, g.pick("Emily", "Robert", "Susan", "Kevin"), []string{"yesterday I saw %s at the market"}, nil)
		}
	}
	return list
}

// negatives makes n times as many sentences as there are templates, none of
// which tells of anybody.
func (g generator) negatives(language string, n int) (list []planted) {
	two := func() int { return 10 + g.IntN(89) }
	for range n {
		var texts []string
		if language == "fr" {
			texts = []string{
				fmt.Sprintf("cela coûte %d,%02d euros le kilo", two(), two()),
				fmt.Sprintf("on se retrouve à %d h %02d devant la gare", 8+g.IntN(12), g.IntN(60)),
				fmt.Sprintf("prenez le cantique numéro %d page %d", 100+g.IntN(800), two()),
				fmt.Sprintf("entre %d et %d la population a doublé", 1800+g.IntN(90), 1900+g.IntN(90)),
				fmt.Sprintf("ils ont gagné %d à %d en finale", g.IntN(9), g.IntN(9)),
				"ça fait " + pairFR(two()) + " euros " + pairFR(two()) + " s'il vous plaît",
				"le train de " + pairFR(10+g.IntN(13)) + " heures " + pairFR(two()) + " est en retard",
				"c'est le psaume quatre cent douze au point " + pairFR(two()),
				fmt.Sprintf("la réunion du %d mars %d était longue", 1+g.IntN(28), 2000+g.IntN(25)),
				fmt.Sprintf("la commande %s est partie", g.digits(6)),
				"à ce point du récit le héros s'appelle autrement",
				fmt.Sprintf("il y avait %d 000 personnes et %d voitures", two(), two()),
				"je suis content que tout le monde arrose les fleurs à point",
				"deux un zéro, trois deux, les sets sont serrés",
				"il faut une rose et une pierre pour ce tableau",
				fmt.Sprintf("la version %d.%d.%d corrige le défaut", g.IntN(9), g.IntN(20), g.IntN(20)),
			}
		} else {
			texts = []string{
				fmt.Sprintf("that comes to $%d.%02d with tax", two(), two()),
				fmt.Sprintf("let's meet at %d:%02d by the door", 1+g.IntN(12), g.IntN(60)),
				fmt.Sprintf("please turn to hymn %d and then hymn %d", 100+g.IntN(800), two()),
				fmt.Sprintf("between %d and %d the town grew", 1800+g.IntN(90), 1900+g.IntN(90)),
				fmt.Sprintf("they won %d to %d in the end", g.IntN(9), g.IntN(9)),
				"it costs " + pairEN(two()) + " dollars and " + pairEN(two()) + " cents",
				"the " + pairEN(10+g.IntN(3)) + " thirty train leaves from platform " + digitWords["en"][1+g.IntN(9)],
				"psalm four hundred and twelve, verse " + digitWords["en"][1+g.IntN(9)],
				fmt.Sprintf("the meeting on March %d, %d was long", 1+g.IntN(28), 2000+g.IntN(25)),
				fmt.Sprintf("order number %s has shipped", g.digits(6)),
				"look at the dot on the map and meet me at noon",
				fmt.Sprintf("there were %d,000 people and %d cars", two(), two()),
				"this is where the road bends, and I am glad you will mark it",
				"three two one zero, and we have lift off",
				"a rose by any other name, may grace and hope and joy go with it",
				fmt.Sprintf("version %d.%d.%d fixes the fault", g.IntN(9), g.IntN(20), g.IntN(20)),
			}
		}
		for _, text := range texts {
			list = append(list, planted{text: text})
		}
	}
	return list
}
