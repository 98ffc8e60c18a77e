package spell

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Found is a dictionary that lies on this machine.
type Found struct {
	Name string // "fr_FR"
	Path string // of the .aff file
}

// Missing is a language that has no dictionary here.
type Missing struct {
	Language string // as it was asked for
}

func (m *Missing) Error() string { return fmt.Sprintf("no dictionary for %q", m.Language) }

// maxFound bounds how many dictionaries are listed.
const maxFound = 2000

// Folders are the places where dictionaries are looked for, in order: one's own,
// those that Hunspell is told of, the user's, the system's, and what LibreOffice
// brings along. A * stands for any name.
func Folders(own []string) []string {
	list := slices.Clone(own)
	list = append(list, filepath.SplitList(os.Getenv("DICPATH"))...)
	home, _ := os.UserHomeDir()
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		data = filepath.Join(home, ".local", "share")
	}
	shares := append([]string{data}, filepath.SplitList(os.Getenv("XDG_DATA_DIRS"))...)
	shares = append(shares, "/usr/share", "/usr/local/share", "/opt/homebrew/share", "/run/current-system/sw/share")
	for _, s := range shares {
		list = append(list, filepath.Join(s, "hunspell"), filepath.Join(s, "myspell"), filepath.Join(s, "myspell", "dicts"))
	}
	list = append(list, filepath.Join(home, "Library", "Spelling"), "/Library/Spelling")
	for _, office := range []string{
		"/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*", "/snap/libreoffice/current/lib/libreoffice",
		"/var/lib/flatpak/app/org.libreoffice.LibreOffice/current/active/files/libreoffice",
		filepath.Join(home, ".local/share/flatpak/app/org.libreoffice.LibreOffice/current/active/files/libreoffice"),
		filepath.Join(os.Getenv("ProgramFiles"), "LibreOffice"),
	} {
		list = append(list, filepath.Join(office, "share", "extensions", "dict-*"))
	}
	list = append(list, "/Applications/LibreOffice.app/Contents/Resources/extensions/dict-*")
	for _, flatpak := range []string{"/var/lib/flatpak", filepath.Join(home, ".local/share/flatpak")} {
		list = append(list, filepath.Join(flatpak, "runtime", "org.freedesktop.Platform*", "*", "*", "active", "files", "share", "hunspell"))
	}
	return slices.DeleteFunc(list, func(p string) bool { return !filepath.IsAbs(p) })
}

// List are the dictionaries that there are; of two of one name the first.
func List(own []string) []Found {
	var list []Found
	have := map[string]bool{}
	for _, folder := range Folders(own) {
		paths, _ := filepath.Glob(filepath.Join(folder, "*.aff"))
		for _, path := range paths {
			name := strings.TrimSuffix(filepath.Base(path), ".aff")
			if have[name] || len(list) == maxFound {
				continue
			}
			if _, err := os.Stat(strings.TrimSuffix(path, ".aff") + ".dic"); err != nil {
				continue
			}
			have[name] = true
			list = append(list, Found{name, path})
		}
	}
	return list
}

// usual are the countries whose spelling is meant where none is named.
var usual = map[string]string{"en": "US", "fr": "FR", "de": "DE", "es": "ES", "pt": "PT", "it": "IT", "nl": "NL"}

// Find is the dictionary of a language ("fr", "en-GB"): its own country's, else
// in the first folder that has any the language's, the usual country's or any. A *Missing says that
// there is none.
func Find(language string, own []string) (Found, error) {
	base, country, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	base = strings.ToLower(base)
	best, rank := Found{}, 0
	for _, f := range List(own) {
		name, variant, _ := strings.Cut(strings.ReplaceAll(f.Name, "_", "-"), "-")
		if !strings.EqualFold(name, base) {
			continue
		}
		r := 1
		switch {
		case country != "" && strings.EqualFold(variant, country):
			r = 4
		case variant == "":
			r = 3
		case variant == usual[base]:
			r = 2
		}
		if r > rank && (rank == 0 || r == 4 || filepath.Dir(f.Path) == filepath.Dir(best.Path)) {
			best, rank = f, r
		}
	}
	if rank == 0 {
		return Found{}, &Missing{Language: language}
	}
	return best, nil
}
