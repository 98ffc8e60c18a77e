package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tapescript/tui/review"
	"tapescript/tui/transport"
)

// feedback writes what transcribers learn from a review: Markdown, HTML with the
// sound, or JSON, by the name's ending.
func (p *program) feedback(w *reviewWork, f reviewFlags) error {
	list := review.Assess(w.items, w.score, w.entries, w.length)
	var out bytes.Buffer
	switch ext := strings.ToLower(filepath.Ext(f.feedback)); ext {
	case ".json":
		data, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		out.Write(append(data, '\n'))
	case ".md", ".markdown":
		for _, one := range list {
			p.feedbackMarkdown(&out, one)
		}
	case ".html", ".htm":
		if err := p.feedbackHTML(&out, list, f.feedback); err != nil {
			return err
		}
	default:
		return usagef("%s", p.words.Say("feedback.name", f.feedback))
	}
	return p.deliverText(f.feedback, out.Bytes())
}

// feedbackText is one line of feedback, ready to be read.
type feedbackText struct {
	review.Mistake
	What, Heard, Advice, Verdict string
	Source                       string         // of the sound, for a page
	Again                        []feedbackText // the same mistake elsewhere, the first few
}

// mostAgain is how many places of one mistake are shown beside the first: who
// has heard six of them knows it.
const mostAgain = 5

// addMistake adds a mistake, or one more place of one that is there.
func addMistake(list []feedbackText, t feedbackText) []feedbackText {
	for i := range list {
		if m := &list[i]; m.Draft == t.Draft && m.Gold == t.Gold && m.What == t.What && m.Verdict == t.Verdict {
			if len(m.Again) < mostAgain {
				m.Again = append(m.Again, t)
			}
			return list
		}
	}
	return append(list, t)
}

// heardAt are the places of a mistake.
func (t feedbackText) heardAt() string {
	text := t.Heard
	for _, a := range t.Again {
		text += ", " + a.Heard
	}
	if t.Times > 1+len(t.Again) && len(t.Again) == mostAgain {
		text += " …"
	}
	return text
}

// feedbackCard is a score and what it means.
type feedbackCard struct{ Score, Means string }

type feedbackView struct {
	Title                      string
	Cards                      []feedbackCard
	Mistakes, Allowed, Unclear []feedbackText
}

func (p *program) feedbackView(one review.Feedback) feedbackView {
	say := p.words.Say
	v := feedbackView{Title: oneLine(strings.TrimSpace(one.Item + " " + one.Worker))}
	c := one.Cards
	if c.WER != nil {
		v.Cards = append(v.Cards,
			feedbackCard{p.percentOf(*c.WER), say("feedback.wer", c.Errors, one.Words)},
			feedbackCard{p.words.Figure("%.1f", *c.WAcc), say("feedback.wacc")})
	}
	passes := say("feedback.passes")
	if !c.Passes {
		passes = say("feedback.fails")
	}
	v.Cards = append(v.Cards,
		feedbackCard{fmt.Sprintf("%d / 100", c.AHDI), say("feedback.ahdi", c.Critical, c.Noncritical, passes)},
		feedbackCard{fmt.Sprintf("%d / 5", c.Accuracy), say("feedback.accuracy")},
		feedbackCard{fmt.Sprintf("%d / 5", c.Formatting), say("feedback.formatting", c.Format)})
	for _, part := range []struct {
		from []review.Mistake
		to   *[]feedbackText
	}{{one.Mistakes, &v.Mistakes}, {one.Allowed, &v.Allowed}, {one.Unclear, &v.Unclear}} {
		for _, m := range part.from {
			*part.to = addMistake(*part.to, p.feedbackText(m))
		}
	}
	return v
}

func (p *program) feedbackText(m review.Mistake) feedbackText {
	t := feedbackText{Mistake: m, Heard: transport.Clock(time.Duration(m.At * float64(time.Second)))}
	var kinds []string
	for _, k := range m.Kinds {
		kinds = append(kinds, p.words.Say("review.kind-"+k))
	}
	t.What = strings.Join(kinds, ", ")
	if m.Critical {
		t.What += " – " + p.words.Say("feedback.critical")
	}
	if m.Times > 1 {
		t.What += " – " + p.words.Say("review.times", m.Times)
	}
	t.Advice = p.words.Say("feedback.advice-" + m.Advice())
	if m.Verdict != "" {
		t.Verdict = p.words.Say("feedback.verdict-" + string(m.Verdict))
	}
	if m.Rule != "" {
		t.Verdict += " (" + p.words.Say("review.rule-"+m.Rule) + ")"
	}
	if m.Reason != "" {
		t.Verdict += ": " + oneLine(m.Reason)
	}
	return t
}

// markdown keeps what a text holds from being markup.
var markdownEscapes = strings.NewReplacer("\\", "\\\\", "|", "\\|", "*", "\\*", "_", "\\_", "`", "\\`", "<", "&lt;", "[", "\\[", "#", "\\#")

func markdownText(text string) string {
	if text = oneLine(text); text == "" {
		return "∅"
	}
	return markdownEscapes.Replace(text)
}

func (p *program) feedbackMarkdown(out *bytes.Buffer, one review.Feedback) {
	v, say := p.feedbackView(one), p.words.Say
	fmt.Fprintf(out, "# %s: %s\n\n", say("feedback.title"), markdownText(v.Title))
	for _, c := range v.Cards {
		fmt.Fprintf(out, "- **%s** %s\n", c.Score, c.Means)
	}
	table := func(title string, list []feedbackText, last string, column func(feedbackText) string) {
		if len(list) == 0 {
			return
		}
		fmt.Fprintf(out, "\n## %s\n\n| %s | %s | %s | %s | %s |\n|---|---|---|---|---|\n", title,
			say("feedback.heard"), say("feedback.written"), say("feedback.right"), say("feedback.what"), last)
		for _, m := range list {
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", m.heardAt(), markdownText(m.Draft), markdownText(m.Gold), markdownText(m.What), markdownText(column(m)))
		}
	}
	if len(v.Mistakes) == 0 {
		fmt.Fprintf(out, "\n%s\n", say("feedback.none"))
	}
	table(say("feedback.mistakes"), v.Mistakes, say("feedback.avoid"), func(m feedbackText) string { return m.Advice })
	table(say("feedback.allowed"), v.Allowed, say("feedback.why"), func(m feedbackText) string { return m.Verdict })
	table(say("feedback.unclear"), v.Unclear, say("feedback.why"), func(m feedbackText) string { return m.Verdict })
	out.WriteByte('\n')
}

// feedbackScript plays from a row's start to its end.
const feedbackScript = `const player=new Audio();let until=0;
player.addEventListener("timeupdate",()=>{if(player.currentTime>=until)player.pause()});
document.querySelectorAll("button[data-at]").forEach(b=>b.addEventListener("click",()=>{
const src=b.dataset.source;if(player.dataset.source!==src){player.src=src;player.dataset.source=src}
until=Number(b.dataset.until);player.currentTime=Number(b.dataset.at);player.play()}));`

const feedbackStyle = `body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #8886}
td:first-child{min-width:11em}button{white-space:nowrap;margin:0 .2em .2em 0}del{background:#f002}ins{background:#0a02;text-decoration:none}dt{font-weight:bold;float:left;min-width:6em}dd{margin:0 0 .3em 7em}`

var feedbackPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("feedback").Parse(feedbackTemplate))
})

const feedbackTemplate = `<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{{.Policy}}">
<title>{{.Title}}</title><style>{{.Style}}</style></head><body>
{{$say := .Say}}{{range .Views}}<h1>{{.Title}}</h1><dl>{{range .Cards}}<dt>{{.Score}}</dt><dd>{{.Means}}</dd>{{end}}</dl>
{{if .Mistakes}}<h2>{{call $say "feedback.mistakes"}}</h2><table><tr><th>{{call $say "feedback.heard"}}</th><th>{{call $say "feedback.written"}}</th><th>{{call $say "feedback.right"}}</th><th>{{call $say "feedback.what"}}</th><th>{{call $say "feedback.avoid"}}</th></tr>
{{range .Mistakes}}<tr><td>{{template "heard" .}}</td><td><del>{{.Draft}}</del></td><td><ins>{{.Gold}}</ins></td><td>{{.What}}</td><td>{{.Advice}}</td></tr>{{end}}</table>{{else}}<p>{{call $say "feedback.none"}}</p>{{end}}
{{if .Allowed}}<h2>{{call $say "feedback.allowed"}}</h2>{{template "others" .Allowed}}{{end}}
{{if .Unclear}}<h2>{{call $say "feedback.unclear"}}</h2>{{template "others" .Unclear}}{{end}}{{end}}
<script>{{.Script}}</script></body></html>
{{define "heard"}}{{if .Source}}<button data-at="{{.At}}" data-until="{{.Until}}" data-source="{{.Source}}">▶ {{.Heard}}</button>{{else}}{{.Heard}}{{end}}{{range .Again}} {{template "heard" .}}{{end}}{{end}}
{{define "others"}}<table>{{range .}}<tr><td>{{template "heard" .}}</td><td>{{.Draft}}</td><td>{{.Gold}}</td><td>{{.What}}</td><td>{{.Verdict}}</td></tr>{{end}}</table>{{end}}`

// feedbackHTML writes a page that plays each mistake. It fetches nothing but the
// recordings, by their place beside the page.
func (p *program) feedbackHTML(out *bytes.Buffer, list []review.Feedback, page string) error {
	var views []feedbackView
	for _, one := range list {
		v := p.feedbackView(one)
		for _, texts := range [][]feedbackText{v.Mistakes, v.Allowed, v.Unclear} {
			for i := range texts {
				texts[i].Source = soundBeside(page, texts[i].Recording)
				for k := range texts[i].Again {
					texts[i].Again[k].Source = soundBeside(page, texts[i].Again[k].Recording)
				}
			}
		}
		views = append(views, v)
	}
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	err := feedbackPage().Execute(out, map[string]any{
		"Lang": p.words.Language(), "Title": p.words.Say("feedback.title"), "Views": views,
		"Say":    func(key string) string { return p.words.Say(key) },
		"Style":  template.CSS(feedbackStyle),
		"Script": template.JS(feedbackScript),
		"Policy": "default-src 'none'; media-src 'self' file: data:; script-src " + hash(feedbackScript) + "; style-src " + hash(feedbackStyle),
	})
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// soundBeside is a recording's address from a page: relative where it can be.
func soundBeside(page, recording string) string {
	if recording == "" {
		return ""
	}
	absolute, err := filepath.Abs(recording)
	if err != nil {
		return ""
	}
	folder, err := filepath.Abs(filepath.Dir(page))
	if err != nil {
		return ""
	}
	if relative, err := filepath.Rel(folder, absolute); err == nil {
		absolute = relative
	}
	return (&url.URL{Path: filepath.ToSlash(absolute)}).String()
}
