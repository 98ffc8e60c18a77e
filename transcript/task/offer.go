package task

import (
	"slices"
	"strings"
)

// signs of offers that take more than they give, as the instructions of a batch
// show them; English and French.
var offerSigns = []struct {
	code  string
	words []string
}{
	{"join-fee", []string{"registration fee", "joining fee", "pay a deposit", "frais d'inscription", "frais d’inscription", "verser un acompte"}},
	{"outside", []string{"whatsapp", "telegram", "gift card", "western union", "outside the platform", "hors de la plateforme", "carte cadeau", "en dehors de la plateforme"}},
	{"papers", []string{"passport", "identity card", "id card", "driver's license", "social security number", "passeport", "carte d'identité", "carte d’identité", "numéro de sécurité sociale"}},
}

// Warnings are the codes of what a worker is to be wary of in a batch: no-rate,
// join-fee, outside (it leads off the platform), papers.
func (b *Batch) Warnings() (list []string) {
	if !b.Price.Stated() {
		list = append(list, "no-rate")
	}
	text := strings.ToLower(b.Instructions)
	for _, s := range offerSigns {
		if slices.ContainsFunc(s.words, func(w string) bool { return strings.Contains(text, w) }) {
			list = append(list, s.code)
		}
	}
	return list
}
