package privacy

import (
	"fmt"
	"strings"
)

// The second set with a known truth. Its templates, numbers and names have
// nothing in common with the first's; they were written after the detectors and
// run once before anything was mended: the figures of that first run stand in
// TestPrecisionAndRecallOnASecondTruth, beside what came out after mending.

// form is a sentence with %s for the secret, and what makes the secret.
type form struct {
	kind   Kind
	frame  string
	secret func(g generator) string
}

// hundredFR says three digits as one number.
func hundredFR(n int) string {
	switch rest := n % 100; {
	case n < 100:
		return strings.TrimPrefix(pairFR(n), "zéro ")
	case rest == 0 && n/100 == 1:
		return "cent"
	case rest == 0:
		return digitWords["fr"][n/100] + " cents"
	case n/100 == 1:
		return "cent " + hundredFR(rest)
	default:
		return digitWords["fr"][n/100] + " cent " + hundredFR(rest)
	}
}

// oneByOne says digits one by one, never doubling.
func oneByOne(digits, language, zero string) string {
	var out []string
	for _, d := range digits {
		if d == '0' && zero != "" {
			out = append(out, zero)
			continue
		}
		out = append(out, digitWords[language][d-'0'])
	}
	return strings.Join(out, " ")
}

// pairs says digits two by two.
func pairs(digits, language string) string {
	say := pairEN
	if language == "fr" {
		say = pairFR
	}
	var out []string
	for i := 0; i+1 < len(digits); i += 2 {
		out = append(out, say(int(digits[i]-'0')*10+int(digits[i+1]-'0')))
	}
	return strings.Join(out, " ")
}

func cut(s string, sep string, lengths ...int) string {
	var out []string
	for _, n := range lengths {
		out, s = append(out, s[:n]), s[n:]
	}
	return strings.Join(out, sep)
}

// nonzero are digits without 0, where a reader would not say one.
func (g generator) nonzero(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('1' + g.IntN(9))
	}
	return string(b)
}

var (
	surnamesEN = []string{"Abernathy", "Whitcombe", "O'Leary", "Nakamura", "McAllister", "Strand", "Okonkwo", "Featherstone"}
	givenEN    = []string{"Siobhan", "Rupert", "Imogen", "Hakeem", "Bethany", "Craig", "Leticia", "Gareth"}
	surnamesFR = []string{"Lefebvre", "Castaing", "Le Goff", "Benhamou", "Delacroix", "Traoré", "N'Diaye", "Saint-Martin"}
	givenFR    = []string{"Yannick", "Clotilde", "Aïcha", "Gwenaëlle", "Lilian", "Bertrand", "Maëlys", "Fatoumata"}
)

func heldoutNumbersEN() []form {
	usPhone := func(g generator) string {
		return g.pick("312", "646", "808", "972") + g.pick("3", "5", "7") + g.digits(6)
	}
	return []form{
		{Phone, "I'm on %s most evenings.", func(g generator) string { return cut("07"+g.digits(9), " ", 5, 6) }},
		{Phone, "The switchboard is %s, ask for accounts.", func(g generator) string { return "0" + g.pick("113", "121", "161") + " " + cut(g.digits(7), " ", 3, 4) }},
		{Phone, "Text %s when the parcel is there.", func(g generator) string { return cut(usPhone(g), " ", 3, 3, 4) }},
		{Phone, "From abroad dial %s.", func(g generator) string {
			return "+" + g.pick("44", "353", "61") + " " + cut(g.nonzero(9), " ", 1, 4, 4)
		}},
		{Phone, "uh hang on it's %s did you get that", func(g generator) string { return oneByOne(usPhone(g), "en", "zero") }},
		{Phone, "my cell is area code %s", func(g generator) string {
			n := usPhone(g)
			return oneByOne(n[:3], "en", "oh") + ", " + oneByOne(n[3:6], "en", "oh") + ", " + pairs(n[6:8]+"4"+n[9:], "en")
		}},
		{Phone, "ring me on %s any time", func(g generator) string {
			return "oh seven " + oneByOne(g.digits(3), "en", "oh") + ", " + oneByOne(g.digits(3), "en", "oh") + ", " + oneByOne(g.digits(3), "en", "oh")
		}},
		{Email, "Forward the deed to %s and copy legal.", func(g generator) string {
			return strings.ToLower(g.pick(givenEN...)) + g.digits(2) + "+" + g.pick("news", "bills") + "@" + g.pick("fastmail", "mail.example") + ".co.uk"
		}},
		{Email, "you can e-mail me it's %s all one word", func(g generator) string {
			return strings.ToLower(g.pick("rupert", "imogen", "craig", "bethany")) + strings.ToLower(g.pick("strand", "whitcombe", "nakamura")) + " at " + g.pick("yahoo", "icloud", "hotmail") + " dot com"
		}},
		{Email, "so that's %s lower case", func(g generator) string {
			return strings.Join(strings.Split(g.pick("rbw", "tkl", "jmc"), ""), " ") + " " + oneByOne(g.nonzero(2), "en", "") + " at " + g.pick("outlook", "comcast") + " dot net"
		}},
		{Card, "Visa ending, no wait, the whole thing: %s.", func(g generator) string { return groups(g.luhn("4", 16), 4, "  ") }},
		{Card, "The Amex is %s, expires in May.", func(g generator) string { return cut(g.luhn("37", 15), " ", 4, 6, 5) }},
		{Card, "okay it reads %s and then the code on the back", func(g generator) string {
			n := g.luhn("54", 16)
			return oneByOne(n[:4], "en", "zero") + ", " + oneByOne(n[4:8], "en", "zero") + ", " + oneByOne(n[8:12], "en", "oh") + ", " + oneByOne(n[12:], "en", "oh")
		}},
		{Card, "long number on the front, %s, got it?", func(g generator) string {
			for {
				if n := g.luhn("45", 16); !strings.Contains(n, "0") {
					return pairs(n, "en")
				}
			}
		}},
		{IBAN, "Beneficiary account %s, reference rent.", func(g generator) string { return strings.ToUpper(groups(g.iban(), 4, " ")) }},
		{SSN, "Last four won't do, give me all nine: %s.", func(g generator) string {
			return fmt.Sprintf("%03d-%02d-%04d", 200+g.IntN(400), 10+g.IntN(80), 1000+g.IntN(8000))
		}},
		{SSN, "sure my social is %s", func(g generator) string {
			n := fmt.Sprintf("%03d%02d%04d", 211+g.IntN(400), 21+g.IntN(70), 1111+g.IntN(8000))
			return oneByOne(n[:3], "en", "oh") + " " + pairs(n[3:5], "en") + " " + oneByOne(n[5:], "en", "oh")
		}},
	}
}

func heldoutEN() []form {
	return append(heldoutNumbersEN(), []form{
		{IP, "SSH into %s with your own key.", func(g generator) string { return fmt.Sprintf("10.%d.%d.%d", g.IntN(256), g.IntN(256), g.IntN(256)) }},
		{IP, "the printer is on %s", func(g generator) string {
			return "one ninety two dot one six eight dot " + digitWords["en"][g.IntN(10)] + " dot " + pairEN(11+g.IntN(80))
		}},
		{IP, "Ping %s first.", func(g generator) string {
			return fmt.Sprintf("2001:db8:%x::%x:%x", 1+g.IntN(9999), 1+g.IntN(9999), 1+g.IntN(9999))
		}},
		{MAC, "The tablet with hardware address %s is lost.", func(g generator) string {
			return strings.ToUpper(fmt.Sprintf("%02x-%02x-%02x-%02x-%02x-%02x", g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256)))
		}},
		{URL, "Her photos are at %s until Friday.", func(g generator) string {
			return g.pick("flickr.com/photos/", "www.instagram.com/", "http://blog.example.net/~") + strings.ToLower(g.pick(givenEN...)) + g.digits(2)
		}},
		{URL, "go to %s and log in", func(g generator) string {
			return g.pick("w w w dot ", "") + strings.ToLower(g.pick("whitcombe", "featherstone", "nakamura")) + " dot " + g.pick("org", "co dot uk", "com")
		}},
		{Birth, "DOB: %s, allergic to penicillin.", func(g generator) string {
			return fmt.Sprintf("%02d/%02d/%d", 1+g.IntN(12), 1+g.IntN(28), 1935+g.IntN(60))
		}},
		{Birth, "My birthday's %s, so I'm nearly there.", func(g generator) string {
			return fmt.Sprintf("the %d%s of %s %d", 4+g.IntN(16), "th", g.pick("February", "May", "September"), 1950+g.IntN(40))
		}},
		{Birth, "he was born %s i think", func(g generator) string {
			return g.pick("july", "november") + " the " + g.pick("third", "ninth", "twentieth") + " nineteen " + pairEN(30+g.IntN(60))
		}},
		{Person, "You've reached the office of %s, please leave a message.", func(g generator) string { return "Dr. " + g.pick(surnamesEN...) }},
		{Person, "Hi, I'm %s from the claims team.", func(g generator) string { return g.pick(givenEN...) + " " + g.pick(surnamesEN...) }},
		{Person, "Could you put me through to %s?", func(g generator) string { return "Mrs " + g.pick(surnamesEN...) }},
		{Person, "The name's %s, I rang on Tuesday.", func(g generator) string { return g.pick(surnamesEN...) }},
		{Person, "hi there this is %s calling from the clinic", func(g generator) string { return strings.ToLower(g.pick("Bethany", "Craig", "Gareth", "Rupert")) }},
		{Person, "We told %s twice already.", func(g generator) string { return g.pick("Craig", "Gareth", "Bethany", "Imogen") }},
	}...)
}

func heldoutNumbersFR() []form {
	mobile := func(g generator) string { return "0" + g.pick("6", "7") + g.digits(8) }
	return []form{
		{Phone, "Tu m'envoies un SMS au %s ce soir ?", func(g generator) string { return cut(mobile(g), " ", 2, 2, 2, 2, 2) }},
		{Phone, "Le standard, c'est le %s, poste douze.", func(g generator) string {
			return "+33 (0)" + g.pick("1", "3", "5") + " " + cut(g.digits(8), " ", 2, 2, 2, 2)
		}},
		{Phone, "Depuis la Belgique faites le %s.", func(g generator) string { return "+32 4" + g.digits(2) + " " + cut(g.digits(6), " ", 2, 2, 2) }},
		{Phone, "Mon numéro suisse : %s.", func(g generator) string { return "079 " + cut(g.digits(7), " ", 3, 2, 2) }},
		{Phone, "vous notez alors %s je répète pas", func(g generator) string { return pairs(mobile(g), "fr") }},
		{Phone, "c'est le %s voilà vous l'avez", func(g generator) string { return oneByOne(mobile(g), "fr", "") }},
		{Phone, "je suis au %s jusqu'à midi", func(g generator) string {
			n := mobile(g)
			return pairs(n[:4], "fr") + " euh " + pairs(n[4:], "fr")
		}},
		{Phone, "depuis l'étranger c'est %s", func(g generator) string { return "plus trente-trois six " + pairs(g.digits(8), "fr") }},
		{Email, "Envoyez le devis à %s avant lundi.", func(g generator) string {
			return strings.ToLower(g.pick("yannick", "clotilde", "lilian")) + "-" + g.digits(2) + "." + strings.ToLower(g.pick("castaing", "legoff")) + "@" + g.pick("laposte.net", "free.fr", "mairie-lens.fr")
		}},
		{Email, "mon adresse alors c'est %s tout attaché", func(g generator) string {
			return strings.ToLower(g.pick("yannick", "clotilde", "bertrand")) + strings.ToLower(g.pick("castaing", "benhamou", "delacroix")) + " arobase " + g.pick("free", "laposte", "hotmail") + " point " + g.pick("fr", "com", "net")
		}},
		{Email, "notez %s merci", func(g generator) string {
			return g.pick("b", "m", "j") + " point " + strings.ToLower(g.pick("castaing", "delacroix", "traore")) + " " + pairFR(11+g.IntN(80)) + " arobase gmail point com"
		}},
		{Email, "écrivez-nous sur %s s'il vous plaît", func(g generator) string {
			return "contact tiret " + strings.ToLower(g.pick("lens", "brest", "albi")) + " arobase " + g.pick("mairie", "ecole") + " tiret " + g.pick("nord", "sud") + " point fr"
		}},
		{Card, "Ma carte bleue : %s, elle expire en juin.", func(g generator) string { return groups(g.luhn("497", 16), 4, " ") }},
		{Card, "alors je vous lis %s et au dos trois chiffres", func(g generator) string {
			n := g.luhn("513", 16)
			return oneByOne(n[:4], "fr", "") + ", " + oneByOne(n[4:8], "fr", "") + ", " + oneByOne(n[8:12], "fr", "") + ", " + oneByOne(n[12:], "fr", "")
		}},
		{Card, "le numéro de la carte donc %s", func(g generator) string { return pairs(g.luhn("49", 16), "fr") }},
		{IBAN, "Voici mon RIB, %s, au nom de la société.", func(g generator) string { return groups(g.iban(), 4, " ") }},
		{NIR, "Son numéro de sécurité sociale : %s.", func(g generator) string {
			return cut(g.nir(), " ", 1, 2, 2, 2, 3, 3, 2)
		}},
		{NIR, "je suis immatriculé %s à la caisse de Lille", func(g generator) string {
			for {
				n := g.nir()
				if strings.ContainsAny(n, "AB") || n[7] == '0' || n[10] == '0' {
					continue
				}
				h := func(s string) string { return hundredFR(int(s[0]-'0')*100 + int(s[1]-'0')*10 + int(s[2]-'0')) }
				return map[byte]string{'1': "un", '2': "deux"}[n[0]] + " " + pairs(n[1:7], "fr") + " " + h(n[7:10]) + " " + h(n[10:13]) + " " + pairs(n[13:], "fr")
			}
		}},
		{SIREN, "Numéro SIREN %s, capital de mille euros.", func(g generator) string { return cut(g.luhn("8", 9), " ", 3, 3, 3) }},
		{SIREN, "Facturez le SIRET %s.", func(g generator) string { return cut(g.luhn("3", 14), " ", 3, 3, 3, 5) }},
	}
}

func heldoutFR() []form {
	return append(heldoutNumbersFR(), []form{
		{IP, "Le routeur répond en %s depuis hier.", func(g generator) string { return fmt.Sprintf("172.16.%d.%d", g.IntN(256), 1+g.IntN(250)) }},
		{IP, "mets %s dans la barre", func(g generator) string {
			return "cent quatre-vingt-douze point cent soixante-huit point " + digitWords["fr"][g.IntN(10)] + " point " + pairFR(11+g.IntN(80))
		}},
		{MAC, "L'adresse de la carte réseau est %s.", func(g generator) string {
			return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256))
		}},
		{URL, "Son profil est là : %s, regardez.", func(g generator) string {
			return "https://" + g.pick("fr.linkedin.com/in/", "facebook.com/") + strings.ToLower(g.pick("yannick", "clotilde")) + "." + strings.ToLower(g.pick("castaing", "legoff"))
		}},
		{URL, "allez sur %s dans la rubrique", func(g generator) string {
			return "w w w point " + strings.ToLower(g.pick("castaing", "benhamou")) + g.pick("", " tiret avocats") + " point fr"
		}},
		{Birth, "Née le : %s à Oran.", func(g generator) string {
			return fmt.Sprintf("%02d.%02d.%d", 1+g.IntN(28), 1+g.IntN(12), 1935+g.IntN(60))
		}},
		{Birth, "ma date de naissance le %s", func(g generator) string {
			return g.pick("premier", "trois", "vingt et un") + " " + g.pick("février", "juillet", "novembre") + " mille neuf cent " + pairFR(30+g.IntN(60))
		}},
		{Birth, "Il est né un lundi, le %s exactement.", func(g generator) string {
			return fmt.Sprintf("%d %s %d", 1+g.IntN(28), g.pick("mai", "septembre"), 1940+g.IntN(50))
		}},
		{Person, "Bonjour, %s à l'appareil.", func(g generator) string { return "Mme " + g.pick(surnamesFR...) }},
		{Person, "Moi c'est %s, j'ai rendez-vous à neuf heures.", func(g generator) string { return g.pick(givenFR...) }},
		{Person, "Le dossier de %s est incomplet.", func(g generator) string { return "M. " + g.pick(surnamesFR...) }},
		{Person, "Vous êtes bien %s ?", func(g generator) string {
			return g.pick("Yannick", "Bertrand", "Lilian", "Clotilde") + " " + g.pick(surnamesFR...)
		}},
		{Person, "je m'appelle %s et je vous appelle pour le bail", func(g generator) string { return strings.ToLower(g.pick(givenFR...)) }},
		{Person, "Passez-moi %s s'il vous plaît.", func(g generator) string { return "Maître " + g.pick(surnamesFR...) }},
	}...)
}

// heldoutNegatives tell of nobody.
func (g generator) heldoutNegatives(language string) []string {
	n := func(from, to int) int { return from + g.IntN(to-from) }
	if language == "fr" {
		return []string{
			fmt.Sprintf("Le livre porte l'ISBN 978-2-07-0%05d-%d.", n(10000, 99999), g.IntN(10)),
			fmt.Sprintf("Il habite au %d rue des Lilas, 59%03d, troisième étage.", n(1, 200), n(0, 999)),
			fmt.Sprintf("Le budget est de %d %03d %03d euros.", n(1, 99), n(0, 999), n(0, 999)),
			"on compte ensemble un deux trois quatre cinq six sept huit neuf dix",
			fmt.Sprintf("Le colis %dFR%d est arrivé au dépôt.", n(100, 999), n(1000, 9999)),
			fmt.Sprintf("Les numéros gagnants sont le %d, le %d, le %d et le %d.", n(1, 9), n(10, 19), n(20, 29), n(30, 49)),
			"la recette demande deux cent cinquante grammes de farine et vingt-cinq centilitres de lait",
			fmt.Sprintf("Entre %d-%d, la guerre a ravagé la région.", n(1337, 1400), n(1453, 1500)),
			fmt.Sprintf("Sonate opus %d numéro %d en ut mineur.", n(10, 130), n(1, 5)),
			"pierre qui roule n'amasse pas mousse et l'aurore se lève",
			"La Marine nationale a envoyé deux frégates.",
			fmt.Sprintf("Le vol AF%d décolle porte K%d à %dh%02d.", n(100, 999), n(10, 60), n(6, 23), n(0, 60)),
			fmt.Sprintf("Latitude %d,%05d, longitude %d,%05d.", n(40, 51), n(0, 99999), n(1, 8), n(0, 99999)),
			"il fait moins quatre le matin et plus douze l'après-midi, à ce point-là on rentre",
			fmt.Sprintf("Page %d, paragraphe %d, alinéa %d.", n(10, 400), n(1, 9), n(1, 9)),
			"chez nous le point de vue est net et la vue de la ferme aussi",
			"elle est née un dimanche de mai et moi en hiver",
			fmt.Sprintf("Le règlement (UE) 2016/%d et l'article %d-%d du code.", n(100, 999), n(1000, 3000), n(1, 20)),
			"c'est madame qui décide et monsieur qui paie",
			"maître corbeau sur un arbre perché tenait en son bec un fromage",
		}
	}
	return []string{
		fmt.Sprintf("The book is ISBN 978-0-14-0%05d-%d.", n(10000, 99999), g.IntN(10)),
		fmt.Sprintf("It weighs %d.%03d kilos and measures %d by %d.", n(1, 90), n(0, 999), n(10, 99), n(10, 99)),
		fmt.Sprintf("Revenue was %d,%03d,%03d dollars in fiscal %d.", n(1, 99), n(0, 999), n(0, 999), n(1990, 2024)),
		"count with me one two three four five six seven eight nine ten",
		fmt.Sprintf("Your ticket is %s-%d, please keep it.", g.pick("INC", "REQ", "BUG"), n(10000, 99999)),
		fmt.Sprintf("The lucky numbers are %d, %d, %d, %d and %d.", n(1, 9), n(10, 19), n(20, 29), n(30, 39), n(40, 59)),
		"add two hundred and fifty grams of flour and a quarter pint of milk",
		fmt.Sprintf("Flight BA%d boards at gate B%d at %d:%02d.", n(100, 999), n(10, 60), n(6, 23), n(0, 60)),
		fmt.Sprintf("See chapter %d, section %d.%d.%d, on page %d.", n(1, 30), n(1, 9), n(1, 9), n(1, 9), n(10, 400)),
		"may I ask whether you will grant me a rose at dawn, in hope and faith",
		"Mark my words, Will they ever learn.",
		fmt.Sprintf("The %d-%d season ended %d to %d.", n(1980, 1999), n(2000, 2020), n(0, 9), n(0, 9)),
		"the doctor said to call the pharmacy and the professor agreed",
		"I was born in a small town and raised by the sea",
		fmt.Sprintf("Case number %d of %d, exhibit %d.", n(10, 9999), n(1990, 2024), n(1, 90)),
		"at this point dot your i's, and meet me at the com tower at six",
		"my name is on the list, is yours",
		fmt.Sprintf("Pi is 3.14159%d and so on.", n(1000, 99999)),
		"twenty four seven we never close, nine to five is for others",
		"this is calling for trouble and that is what I'm called upon to stop",
	}
}
