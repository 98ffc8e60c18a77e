package format

import "strings"

// languageNames is what Whisper calls the languages that it knows, in English
// and with its aliases, by their tag of BCP 47. Source: openai/whisper,
// tokenizer.py; its "jw" is "jv" in the registry of BCP 47.
const languageNames = `af afrikaans, am amharic, ar arabic, as assamese, az azerbaijani, ba bashkir, be belarusian, bg bulgarian,
bn bengali, bo tibetan, br breton, bs bosnian, ca catalan, ca valencian, cs czech, cy welsh, da danish, de german, el greek,
en english, es spanish, es castilian, et estonian, eu basque, fa persian, fi finnish, fo faroese, fr french, gl galician,
gu gujarati, ha hausa, haw hawaiian, he hebrew, hi hindi, hr croatian, ht haitian creole, ht haitian, hu hungarian, hy armenian,
id indonesian, is icelandic, it italian, ja japanese, jv javanese, ka georgian, kk kazakh, km khmer, kn kannada, ko korean,
la latin, lb luxembourgish, lb letzeburgesch, ln lingala, lo lao, lt lithuanian, lv latvian, mg malagasy, mi maori,
mk macedonian, ml malayalam, mn mongolian, mr marathi, ms malay, mt maltese, my myanmar, my burmese, ne nepali, nl dutch,
nl flemish, nn nynorsk, no norwegian, oc occitan, pa punjabi, pa panjabi, pl polish, ps pashto, ps pushto, pt portuguese,
ro romanian, ro moldavian, ro moldovan, ru russian, sa sanskrit, sd sindhi, si sinhala, si sinhalese, sk slovak, sl slovenian,
sn shona, so somali, sq albanian, sr serbian, su sundanese, sv swedish, sw swahili, ta tamil, te telugu, tg tajik, th thai,
tk turkmen, tl tagalog, tr turkish, tt tatar, uk ukrainian, ur urdu, uz uzbek, vi vietnamese, yi yiddish, yo yoruba,
yue cantonese, zh chinese, zh mandarin`

// languageNamed returns the tag of a language that Whisper calls so, in any
// case; ok is false where it calls none so.
func languageNamed(name string) (tag string, ok bool) {
	for _, entry := range strings.Split(strings.ReplaceAll(languageNames, "\n", " "), ",") {
		tag, known, _ := strings.Cut(strings.TrimSpace(entry), " ")
		if strings.EqualFold(known, name) {
			return tag, true
		}
	}
	return "", false
}
