package locale

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// read reads what the files of words are made of, in one pass: tables, and keys
// whose values are basic strings, strings of several lines, or inline tables of
// strings. It is a small part of TOML; the library that reads all of it takes
// 15 ms for one of our files, a third of the time in which the program starts.
// What is not of this part is an error, and a test holds that the library reads
// the same from each file.
func read(data string) (map[string]string, error) {
	r := &reader{rest: data, texts: make(map[string]string, strings.Count(data, "\n"))}
	for r.rest != "" && r.err == nil {
		r.line()
	}
	if r.err != nil {
		return nil, fmt.Errorf("line %d: %w", 1+strings.Count(data[:len(data)-len(r.rest)], "\n"), r.err)
	}
	return r.texts, nil
}

// table is the part of a file from one header to the next, read on demand.
type table struct {
	data  string
	once  sync.Once
	found map[string]string
}

func (t *table) texts() map[string]string {
	t.once.Do(func() {
		var err error
		if t.found, err = read(t.data); err != nil {
			panic("the words built into the program cannot be read: " + err.Error()) // a test reads them all
		}
	})
	return t.found
}

// tablesOf cuts a file before its headers, the lines that are a name in
// brackets, and returns the parts by name. A text of several lines may hold no
// such line, nor may keys stand before the first: a test holds that all tables
// together are the whole file.
func tablesOf(data string) map[string]*table {
	tables := make(map[string]*table, strings.Count(data, "\n["))
	begin, name := -1, ""
	for at := 0; at < len(data); {
		line, _, _ := strings.Cut(data[at:], "\n")
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			if begin >= 0 {
				tables[name] = &table{data: data[begin:at]}
			}
			begin, name = at, line[1:len(line)-1]
		}
		next := strings.Index(data[at:], "\n[")
		if next < 0 {
			break
		}
		at += next + 1
	}
	if begin >= 0 {
		tables[name] = &table{data: data[begin:]}
	}
	return tables
}

type reader struct {
	rest  string // behind what was read
	table string // with a dot at its end
	texts map[string]string
	err   error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// line reads a header, a key with its value, or a line that says nothing.
func (r *reader) line() {
	r.rest = strings.TrimLeft(r.rest, " \t\r\n")
	switch {
	case r.rest == "":
		return
	case r.rest[0] == '#':
		_, r.rest, _ = strings.Cut(r.rest, "\n")
		return
	case r.rest[0] == '[':
		name, rest, found := strings.Cut(r.rest[1:], "]")
		if !found || name == "" || strings.ContainsAny(name, "\"'[\n ") {
			r.fail("a table's name cannot be read")
			return
		}
		r.table, r.rest = name+".", rest
	default:
		key := r.table + r.key()
		if r.skip(); strings.HasPrefix(r.rest, "{") {
			r.inline(key + ".")
		} else {
			r.put(key, r.text())
		}
	}
	r.skip()
	if r.err == nil && r.rest != "" && !strings.ContainsRune("\r\n#", rune(r.rest[0])) {
		r.fail("something stands behind a value")
	}
}

// skip goes over white space within a line.
func (r *reader) skip() { r.rest = strings.TrimLeft(r.rest, " \t") }

func (r *reader) put(key, text string) {
	if _, ok := r.texts[key]; ok {
		r.fail("%s is there twice", key)
	}
	r.texts[key] = text
}

// key reads a key, quoted or not, and the sign behind it.
func (r *reader) key() string {
	var key string
	if strings.HasPrefix(r.rest, `"`) {
		key = r.text()
	} else {
		end := strings.IndexAny(r.rest, " \t=\"\n")
		if end <= 0 {
			r.fail("a key is expected")
			return ""
		}
		key, r.rest = r.rest[:end], r.rest[end:]
	}
	if r.skip(); !strings.HasPrefix(r.rest, "=") {
		r.fail("= is expected behind %s", key)
		return ""
	}
	r.rest = r.rest[1:]
	return key
}

// inline reads { one = "…", many = "…" }.
func (r *reader) inline(table string) {
	for sign := "{"; r.err == nil; sign = "," {
		r.rest = strings.TrimPrefix(r.rest, sign)
		r.skip()
		key := r.key()
		r.skip()
		r.put(table+key, r.text())
		if r.skip(); strings.HasPrefix(r.rest, "}") {
			r.rest = r.rest[1:]
			return
		}
		if !strings.HasPrefix(r.rest, ",") {
			r.fail("a comma or } is expected")
		}
	}
}

// text reads a string. A line break right behind three quotes is none of it.
func (r *reader) text() string {
	quote := `"`
	if strings.HasPrefix(r.rest, `"""`) {
		quote = `"""`
	}
	body, found := strings.CutPrefix(r.rest, quote)
	if !found {
		r.fail("a text in double quotes is expected")
		return ""
	}
	if len(quote) > 1 {
		body = strings.TrimPrefix(body, "\n")
	}
	var b strings.Builder
	for {
		end := strings.IndexAny(body, "\"\\\n")
		switch {
		case end < 0 || body[end] == '\n' && len(quote) == 1:
			r.fail("a text does not end")
			return ""
		case strings.HasPrefix(body[end:], quote):
			r.rest = body[end+len(quote):]
			if b.Len() == 0 { // as nearly all
				return body[:end]
			}
			return b.String() + body[:end]
		case body[end] == '\\':
			b.WriteString(body[:end])
			sign, _, rest, err := strconv.UnquoteChar(body[end:], '"')
			if err != nil || !strings.ContainsRune(`\"ntu`, rune(body[end+1])) {
				r.fail("a backslash cannot be read")
				return ""
			}
			b.WriteRune(sign)
			body = rest
		default: // a line break or a quote among three
			b.WriteString(body[:end+1])
			body = body[end+1:]
		}
	}
}
