package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"tapescript/transcript"
	"tapescript/transcript/task/platform"
)

// mapAsk is what --map without a file stands for.
const mapAsk = "ask"

// importArguments finds the file among the arguments of import. `--map FILE`
// leaves FILE among them, because --map may stand alone.
func (p *program) importArguments(args []string, f *importFlags) (string, error) {
	switch {
	case len(args) == 1:
		return args[0], nil
	case f.mapping == mapAsk && strings.HasSuffix(args[1], ".toml"):
		f.mapping = args[1]
		return args[0], nil
	case f.mapping == mapAsk && strings.HasSuffix(args[0], ".toml"):
		f.mapping = args[0]
		return args[1], nil
	}
	return "", usagef("%s", p.words.Say("import.one-file"))
}

// importMapping is what the columns mean, where --map says so: a file, or the
// answers of somebody.
func (p *program) importMapping(path, mapping string) (*platform.Mapping, error) {
	switch mapping {
	case "":
		return nil, nil
	case mapAsk:
		return p.proposeMapping(path)
	}
	data, err := p.readBytes(mapping)
	if err != nil {
		return nil, err
	}
	m, err := platform.ParseMapping(data)
	var e *platform.Error
	if errors.As(err, &e) {
		e.Path = mapping
	}
	return m, err
}

// proposeMapping proposes what the columns of a table mean. On a terminal it
// asks until the proposal is taken; in a pipe it prints the mapping as TOML, for
// a file that --map takes, and returns nil.
func (p *program) proposeMapping(path string) (*platform.Mapping, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	header, samples, err := platform.Columns(file, path)
	if err != nil {
		return nil, err
	}
	m := platform.Propose(header, samples)
	if !isTerminal(p.in) || !isTerminal(p.err) {
		return nil, p.print(p.out, m.TOML())
	}
	return p.askMapping(bufio.NewReader(p.in), header, samples, m)
}

// askMapping shows the proposal and changes it as somebody says: Enter takes it,
// "text=4" or "text=answer" names a column, "text=" none, "q" ends it.
func (p *program) askMapping(in *bufio.Reader, header []string, samples [][]string, m platform.Mapping) (*platform.Mapping, error) {
	for {
		p.tell(p.mappingTable(header, samples, &m))
		fmt.Fprint(p.err, p.words.Say("map.ask")+" ")
		line, err := in.ReadString('\n')
		if err != nil && (err != io.EOF || line == "") {
			return nil, quietError{exitFailed}
		}
		switch line = strings.TrimSpace(line); {
		case line == "q":
			return nil, quietError{exitFailed}
		case line == "" && m.Audio == "" && m.Key == "":
			p.tell(p.words.Say("map.needs-audio"))
		case line == "":
			return &m, nil
		default:
			if !setMapping(&m, header, line) {
				p.tell(p.words.Say("map.unknown", line, strings.Join(mappingNames(&m), ", ")))
			}
		}
	}
}

// mappingTable shows each column, what it holds first, and what it is taken for.
func (p *program) mappingTable(header []string, samples [][]string, m *platform.Mapping) string {
	var b strings.Builder
	meaning := map[string]string{}
	for _, f := range m.Fields() {
		if *f.Column != "" {
			meaning[*f.Column] = f.Name
		}
	}
	for _, name := range m.Drop {
		meaning[name] = p.words.Say("map.dropped")
	}
	for i, name := range header {
		sample := ""
		if len(samples) > 0 && i < len(samples[0]) {
			sample = strings.Join(strings.Fields(transcript.Clean(samples[0][i])), " ")
		}
		fmt.Fprintf(&b, "%3d  %-24s %-12s %s\n", i+1, shorten(transcript.Clean(name), 24), dash(meaning[name]), shorten(sample, 38))
	}
	return strings.TrimRight(b.String(), "\n")
}

func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

func mappingNames(m *platform.Mapping) []string {
	var list []string
	for _, f := range m.Fields() {
		list = append(list, f.Name)
	}
	return list
}

// setMapping carries out "FIELD=COLUMN"; false where there is no such field or
// column.
func setMapping(m *platform.Mapping, header []string, line string) bool {
	field, column, found := strings.Cut(line, "=")
	field, column = strings.TrimSpace(field), strings.TrimSpace(column)
	if n, err := strconv.Atoi(column); err == nil && n >= 1 && n <= len(header) {
		column = header[n-1]
	}
	known := column == ""
	for _, name := range header {
		if strings.EqualFold(name, column) {
			column, known = name, true
		}
	}
	if !found || !known {
		return false
	}
	for _, f := range m.Fields() {
		if f.Name == field {
			*f.Column = column
			return true
		}
	}
	return false
}
