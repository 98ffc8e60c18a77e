package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/quality/consensus"
	"tapescript/tui"
	"tapescript/tui/locale"
)

// Choose is the verdict of a column: this is what was said there.
const Choose Verdict = "choose"

// Versions is one utterance in several versions, laid side by side.
type Versions struct {
	ID         string
	Recording  string // what the deck is asked to load; "" where there is none
	Start, End time.Duration
	Names      []string // of the versions, in the lattice's order
	Lattice    *consensus.Lattice

	length time.Duration
	chosen []string // by column
	by     []choice
}

// choice says who chose what stands in a column: nobody but the vote, or a
// reviewer, and when.
type choice struct {
	reviewer string
	at       time.Time
}

// begin proposes the likeliest text in every column.
func (v *Versions) begin() {
	v.chosen, v.by = make([]string, len(v.Lattice.Columns)), make([]choice, len(v.Lattice.Columns))
	for k := range v.Lattice.Columns {
		v.chosen[k] = v.Lattice.Columns[k].Best()
	}
}

// Text is the utterance as chosen.
func (v *Versions) Text() string { return v.Lattice.Text(v.chosen) }

// sureEnough is the likelihood from which a proposal is not asked about.
const sureEnough = .95

// contested says whether a column is to be looked at: nobody decided, and the
// versions differ so that the vote is not sure.
func (v *Versions) contested(k int) bool {
	c := &v.Lattice.Columns[k]
	return v.by[k].reviewer == "" && len(c.Candidates) > 1 && c.Candidates[0].Confidence < sureEnough
}

// key names a column for the log.
func (v *Versions) key(k int) string {
	var list []string
	for _, a := range v.Lattice.Columns[k].Candidates {
		list = append(list, a.Text)
	}
	slices.Sort(list)
	return fmt.Sprintf("%d|%s", k, strings.Join(list, "|"))
}

// Provenance is where a word of the gold comes from.
type Provenance struct {
	Item   string `json:"item"`
	Column int    `json:"column"`
	Text   string `json:"text"` // "" for no word
	// By is "all" where every version has it, "vote" where the vote proposed it
	// and nobody looked, "reviewer" where one chose.
	By         string    `json:"by"`
	Reviewer   string    `json:"reviewer,omitempty"`
	Time       time.Time `json:"time,omitzero"`
	Confidence float64   `json:"confidence"` // of the vote; 0 for a text that no version has
	Versions   []string  `json:"versions"`   // that have it
}

// Provenance lists where each word comes from, and where a word was left out
// that some version has.
func (v *Versions) Provenance() []Provenance {
	var list []Provenance
	for k := range v.Lattice.Columns {
		c := &v.Lattice.Columns[k]
		p := Provenance{Item: v.ID, Column: k, Text: v.chosen[k], By: "vote", Versions: []string{}}
		for i, w := range c.Words {
			if w == p.Text {
				p.Versions = append(p.Versions, v.Names[i])
			}
		}
		for _, a := range c.Candidates {
			if a.Text == p.Text {
				p.Confidence = a.Confidence
			}
		}
		switch {
		case v.by[k].reviewer != "":
			p.By, p.Reviewer, p.Time = "reviewer", v.by[k].reviewer, v.by[k].at
		case len(c.Candidates) == 1:
			p.By = "all"
		}
		list = append(list, p)
	}
	return list
}

// Chosen is an utterance as it was chosen, and where its words come from.
type Chosen struct {
	Versions   *Versions // for what does not change: its ID, its times
	Text       string
	Provenance []Provenance
}

// AllChosen is a copy of what is chosen.
func AllChosen(items []*Versions) []Chosen {
	var list []Chosen
	for _, v := range items {
		list = append(list, Chosen{v, v.Text(), v.Provenance()})
	}
	return list
}

// ChooseOpening is what the column view works on.
type ChooseOpening struct {
	Items    []*Versions
	Deck     Deck
	Log      Appender
	Entries  []Entry
	Reviewer string
	// Save writes the gold and where it comes from; it runs in a command.
	Save   func(work []Chosen) (path string, err error)
	Notice string

	Words   *locale.Words
	Explain func(error) string
	Theme   tui.Theme
	Now     func() time.Time
}

// Columns is the screen on which one text is chosen from several versions,
// column by column.
type Columns struct {
	ChooseOpening
	stage
	item, column int
	top          int // the first version that is shown
	unplayed     bool
	saved        int // lines of the log at the last save
	underWay     bool
	help         bool
}

// NewColumns prepares the screen; what the log says of these versions is chosen
// already.
func NewColumns(o ChooseOpening) *Columns {
	c := &Columns{ChooseOpening: o, stage: newStage(o.Deck, o.Words, o.Theme, o.Explain, o.Now), unplayed: true}
	if o.Reviewer == "" {
		c.Reviewer = "?"
	}
	c.log = &logbook{entries: slices.Clone(o.Entries), reviewer: c.Reviewer, now: c.now, out: o.Log}
	Rechoose(o.Items, o.Entries)
	c.saved = len(c.log.entries)
	c.sound = c.transport.State()
	c.toFirst()
	if o.Notice != "" {
		c.say(o.Notice)
		c.message.until = c.now().Add(time.Hour)
	}
	return c
}

// Rechoose chooses what the vote proposes, and then what the log says.
func Rechoose(items []*Versions, log []Entry) {
	byID := map[string]*Versions{}
	for _, v := range items {
		v.begin()
		byID[v.ID] = v
	}
	for _, e := range Standing(log) {
		v := byID[e.Item]
		if e.Verdict != Choose || v == nil {
			continue
		}
		for k := range v.chosen {
			if v.key(k) == e.Key {
				v.chosen[k], v.by[k] = e.Text, choice{e.Reviewer, e.Time}
			}
		}
	}
}

func (c *Columns) toFirst() {
	for i, v := range c.Items {
		for k := range v.chosen {
			if v.contested(k) {
				c.item, c.column = i, k
				return
			}
		}
	}
}

// Init starts the clock.
func (c *Columns) Init() tea.Cmd { return c.startTick(0) }

// Flush writes what of the log is still in memory.
func (c *Columns) Flush() { _ = c.log.flush() }

// Unsaved says how many choices the gold on disk does not hold.
func (c *Columns) Unsaved() int { return len(c.log.entries) - c.saved }

type goldSavedMsg struct {
	path  string
	lines int
	err   error
	quit  bool
}

// Update takes ticks and the results of commands.
func (c *Columns) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tickMsg:
		return c.onTick(msg)
	case loadedMsg:
		for _, v := range c.Items {
			if v.Recording == msg.recording {
				v.length = msg.length
			}
		}
		return c.onLoaded(msg)
	case writtenMsg:
		if msg.err != nil && c.log.err == nil {
			c.complain(c.words.Say("file.failing", c.explain(msg.err)))
		}
		return c.log.onWritten(msg)
	case goldSavedMsg:
		c.underWay = false
		if msg.err != nil {
			c.complain(c.words.Say("save.failed", "", c.explain(msg.err)))
			return nil
		}
		c.saved = msg.lines
		c.say(c.words.Say("save.done", msg.path))
		if msg.quit {
			return tea.Quit
		}
	}
	return nil
}

// current is the utterance that is looked at, or nil.
func (c *Columns) current() *Versions {
	if c.item >= len(c.Items) {
		return nil
	}
	return c.Items[c.item]
}

// Do carries out an action.
func (c *Columns) Do(a tui.Action) tea.Cmd {
	wasHelp := c.help
	c.message, c.help = message{}, false
	if a.Judges() {
		if wasHelp {
			return nil
		}
		return c.judge(a)
	}
	if a == tui.Replay {
		return c.hear(0)
	}
	if a.Plays() {
		c.transport.Do(a, audio.Span{})
		return c.startTick(0)
	}
	switch a {
	case tui.NextError, tui.SplitHere:
		return c.jump(1)
	case tui.PreviousError:
		return c.jump(-1)
	case tui.MoveLeft, tui.MoveWordLeft:
		c.move(-1)
	case tui.MoveRight, tui.MoveWordEnd:
		c.move(1)
	case tui.NextAndPlay, tui.SegmentDown:
		return c.other(1)
	case tui.PreviousAndPlay, tui.SegmentUp:
		return c.other(-1)
	case tui.MoveUp:
		c.top--
	case tui.MoveDown:
		c.top++
	case tui.Undo:
		return c.undo()
	case tui.Save:
		return c.startSave(false)
	case tui.Quit:
		return c.quit()
	}
	return nil
}

// columnMoves are the actions of other screens that this one knows too.
var columnMoves = []tui.Action{
	tui.NextError, tui.PreviousError, tui.SplitHere, tui.MoveLeft, tui.MoveRight, tui.MoveWordLeft, tui.MoveWordEnd, tui.NextAndPlay, tui.PreviousAndPlay,
	tui.SegmentDown, tui.SegmentUp, tui.MoveUp, tui.MoveDown, tui.Undo, tui.Save, tui.Quit,
}

// Offers says what the screen can do: what the palette and the help list.
func (c *Columns) Offers(a tui.Action) bool {
	switch a {
	case tui.ChooseNone, tui.OtherText, tui.HearAgain, tui.HearWider, tui.JudgingHelp:
		return true
	}
	return a.Plays() || slices.Contains(tui.Choices, a) || slices.Contains(columnMoves, a)
}

// Type takes what was typed, which is nothing here but a way out of the help.
func (c *Columns) Type(string) tea.Cmd {
	c.message, c.help = message{}, false
	return nil
}

// judge chooses a candidate, asks for another text, or plays.
func (c *Columns) judge(a tui.Action) tea.Cmd {
	if a == tui.JudgingHelp {
		c.help = true
		return nil
	}
	v := c.current()
	if v == nil || len(v.chosen) == 0 {
		return nil
	}
	candidates := v.Lattice.Columns[c.column].Candidates
	if n := slices.Index(tui.Choices, a); n >= 0 {
		if n < len(candidates) {
			return c.choose(candidates[n].Text)
		}
		return nil
	}
	switch a {
	case tui.ChooseNone:
		return c.choose("")
	case tui.OtherText:
		c.askText(c.words.Say("review.choose-text"), v.chosen[c.column], func(answer string) tea.Cmd {
			return c.choose(strings.Join(strings.Fields(answer), " "))
		})
	case tui.HearAgain:
		return c.hear(0)
	case tui.HearWider:
		return c.hear(2 * time.Second)
	}
	return nil
}

// choose says what stands in the current column, and goes on.
func (c *Columns) choose(text string) tea.Cmd {
	v, k := c.current(), c.column
	was := v.chosen[k]
	v.chosen[k], v.by[k] = text, choice{c.Reviewer, c.now().UTC()}
	n := c.log.next()
	var others []string
	for _, a := range v.Lattice.Columns[k].Candidates {
		others = append(others, orNone(a.Text))
	}
	cmd := c.log.add(Entry{
		N: n, Group: n, Item: v.ID, Verdict: Choose, Kinds: []string{}, Gold: was, Draft: strings.Join(others, " | "),
		Text: text, At: c.place(v, k, v.length).Start.Seconds(), Key: v.key(k), Words: 1,
	})
	return tea.Batch(cmd, c.jump(1))
}

// undo takes the last choice back.
func (c *Columns) undo() tea.Cmd {
	g := c.log.lastGroup()
	if g == 0 {
		c.say(c.words.Say("edit.nothing-to-undo"))
		return nil
	}
	var was Entry
	for _, e := range c.log.entries {
		if e.N == g {
			was = e
		}
	}
	cmd := c.log.add(Entry{N: c.log.next(), Item: was.Item, Undo: g})
	Rechoose(c.Items, c.log.entries)
	for i, v := range c.Items {
		for k := range v.chosen {
			if v.ID == was.Item && v.key(k) == was.Key {
				c.item, c.column = i, k
			}
		}
	}
	c.say(c.words.Say("review.undone"))
	return tea.Batch(cmd, c.hear(0))
}

// move goes to a column beside, without playing.
func (c *Columns) move(n int) {
	if v := c.current(); v != nil {
		c.column = max(0, min(c.column+n, len(v.chosen)-1))
		c.unplayed = true
	}
}

// other goes to the next or the previous utterance and plays it.
func (c *Columns) other(n int) tea.Cmd {
	c.item = max(0, min(c.item+n, len(c.Items)-1))
	c.column = 0
	v := c.current()
	if v == nil {
		return nil
	}
	for k := range v.chosen {
		if v.contested(k) {
			c.column = k
			break
		}
	}
	return c.play(heard{v.Recording, func(length time.Duration) audio.Span { return v.span(length) }})
}

// jump goes to the next (1) or previous (-1) contested column of all
// utterances and plays it.
func (c *Columns) jump(direction int) tea.Cmd {
	if c.unplayed && direction > 0 && c.current() != nil && c.column < len(c.current().chosen) && c.current().contested(c.column) {
		return c.hear(0)
	}
	i, k := c.item, c.column
	for range c.total() + len(c.Items) {
		k += direction
		for len(c.Items) > 0 && (k < 0 || k >= len(c.Items[i].chosen)) {
			i = (i + direction + len(c.Items)) % len(c.Items)
			k = 0
			if direction < 0 {
				k = len(c.Items[i].chosen) - 1
			}
			if len(c.Items[i].chosen) == 0 {
				break
			}
		}
		if k >= 0 && i < len(c.Items) && k < len(c.Items[i].chosen) && c.Items[i].contested(k) {
			c.item, c.column = i, k
			return c.hear(0)
		}
	}
	c.say(c.words.Say("review.all-chosen"))
	return nil
}

func (c *Columns) total() int {
	n := 0
	for _, v := range c.Items {
		n += len(v.chosen)
	}
	return n
}

// left counts the contested columns.
func (c *Columns) left() int {
	n := 0
	for _, v := range c.Items {
		for k := range v.chosen {
			if v.contested(k) {
				n++
			}
		}
	}
	return n
}

// span is the utterance's stretch of the recording, all of it where it has no
// times.
func (v *Versions) span(length time.Duration) audio.Span {
	if v.End > 0 {
		return audio.Span{Start: v.Start, End: v.End}
	}
	return audio.Span{End: length}
}

// place is the stretch to hear for a column: by the length of what is chosen
// before it.
func (c *Columns) place(v *Versions, k int, length time.Duration) audio.Span {
	whole := v.span(length)
	letters, before, here := 0, 0, 0
	for i, text := range v.chosen {
		n := len(text) + 1
		if i < k {
			before += n
		} else if i == k {
			here = n
		}
		letters += n
	}
	if letters == 0 {
		return whole
	}
	at := func(n int) time.Duration {
		return whole.Start + time.Duration(float64(whole.End-whole.Start)*float64(n)/float64(letters))
	}
	margin := roughly + (whole.End-whole.Start)/12
	return within(audio.Span{Start: max(whole.Start, at(before)-margin), End: min(whole.End, at(before+here)+margin)}, length)
}

func (c *Columns) hear(more time.Duration) tea.Cmd {
	v, k := c.current(), c.column
	if v == nil {
		return nil
	}
	c.unplayed = false
	return c.play(heard{v.Recording, func(length time.Duration) audio.Span {
		s := c.place(v, k, length)
		if s.End > s.Start {
			s = within(audio.Span{Start: s.Start - more, End: s.End + more}, length)
		}
		return s
	}})
}

// startSave writes the gold as it is, in a command.
func (c *Columns) startSave(quit bool) tea.Cmd {
	if c.underWay || c.Save == nil {
		return nil
	}
	c.underWay = true
	write, lines, work := c.Save, len(c.log.entries), AllChosen(c.Items)
	return func() tea.Msg {
		path, err := write(work)
		return goldSavedMsg{path, lines, err, quit}
	}
}

func (c *Columns) quit() tea.Cmd {
	if c.Unsaved() == 0 {
		return tea.Quit
	}
	c.ask(c.words.Say("review.quit"),
		tui.Choice{Key: "s", Label: c.words.Say("quit.save"), Do: func() tea.Cmd { return c.startSave(true) }},
		tui.Choice{Key: "l", Label: c.words.Say("review.leave"), Do: func() tea.Cmd { return tea.Quit }},
	)
	return nil
}

// Question is a column that is to be looked at, in context.
type Question struct {
	Item       string                  `json:"item"`
	Column     int                     `json:"column"`
	Text       string                  `json:"text"` // as proposed
	Candidates []consensus.Alternative `json:"candidates"`
}

// Contested lists the columns that a reviewer would be asked about.
func Contested(items []*Versions, log []Entry) []Question {
	Rechoose(items, log)
	list := []Question{}
	for _, v := range items {
		for k := range v.chosen {
			if v.contested(k) {
				list = append(list, Question{v.ID, k, v.chosen[k], v.Lattice.Columns[k].Candidates})
			}
		}
	}
	return list
}
