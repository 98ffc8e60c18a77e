package privacy

import (
	"net/netip"
	"regexp"
	"sync"
)

var (
	emails = pattern(`[\p{L}\p{N}][\p{L}\p{N}\p{M}._%+'-]*\s?@\s?[\p{L}\p{N}][\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)+`)
	urls   = pattern(`(?i)(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>"\]]+[^\s<>"\].,;:!?)]|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|fr|uk|de|be|ch|ca|io|eu|info)\b(?:/[^\s<>"\]]*[^\s<>"\].,;:!?)])?`)
	macs   = pattern(`(?i)\b[0-9a-f]{2}([:-][0-9a-f]{2}){5}\b`)
	ips    = pattern(`(?i)[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*[0-9a-f]|\b\d{1,3}(?:\.\d{1,3}){3}\b`)
)

// written finds what has a form of its own on paper.
func written(text string) (list []span) {
	add := func(kind Kind, re *regexp.Regexp, valid func(string) bool) {
		for _, at := range re.FindAllStringIndex(text, -1) {
			if valid == nil || valid(text[at[0]:at[1]]) {
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
