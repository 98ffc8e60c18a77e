package privacy

import (
	"net/netip"
	"regexp"
	"sync"
)

var (
	emails = pattern(`[\p{L}\p{N}][\p{L}\p{N}\p{M}._%+'-]*\s?@\s?[\p{L}\p{N}][\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)+`)
	urls   = pattern(`(?i)(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>"\]]+[^\s<>"\].,;:!?)]|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|fr|uk|de|be|ch|ca|io|eu|info|biz|bzh|paris|alsace|corsica|quebec|app|dev|tv|xyz|online|shop|blog|nl|pl|pt|se|dk|fi|lu|lt|lv|cz|hu|ro|gr|ie|nz)\b(?:/[^\s<>"\]]*[^\s<>"\].,;:!?)])?`)
	macs   = pattern(`(?i)\b[0-9a-f]{2}([:-][0-9a-f]{2}){5}\b`)
	ips    = pattern(`(?i)[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*[0-9a-f]|\b\d{1,3}(?:\.\d{1,3}){3}\b`)
)

// sections have numbers that look like addresses.
var sections = pattern(`(?i)\b(section|version|chapter|chapitre|article|paragraph|paragraphe|clause|annexe?|rule|v)\W*$`)

// written finds what has a form of its own on paper.
func written(text string) (list []span) {
	numbered := func(at int) bool { return sections().MatchString(before(text, at)) }
	add := func(kind Kind, re *regexp.Regexp, valid func(string) bool) {
		for _, at := range re.FindAllStringIndex(text, -1) {
			if valid == nil || valid(text[at[0]:at[1]]) {
				if kind == IP && numbered(at[0]) {
					continue
				}
				list = append(list, span{kind, at[0], at[1]})
			}
		}
	}
	add(Email, emails(), nil)
	add(URL, urls(), nil)
	add(MAC, macs(), nil)
	add(IP, ips(), func(s string) bool {
		_, err := netip.ParseAddr(s)
		return err == nil && len(s) > 6
	})
	return list
}

// pattern is an expression that is compiled when it is first used: most runs of
// the program use none of them, and should not wait for them.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
