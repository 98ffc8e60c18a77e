package grade

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// tolokaControl is Toloka's quality_control, of a pool or alone.
type tolokaControl struct {
	Configs []tolokaConfig  `json:"configs"`
	Inner   json.RawMessage `json:"quality_control,omitempty"`
	Filter  *tolokaFilter   `json:"filter,omitempty"`
}

type tolokaConfig struct {
	Collector struct {
		Type       string `json:"type"`
		Parameters struct {
			History int     `json:"history_size,omitempty"`
			Peers   int     `json:"answer_threshold,omitempty"`
			Fast    float64 `json:"fast_submit_threshold_seconds,omitempty"`
		} `json:"parameters"`
	} `json:"collector_config"`
	Rules []tolokaRule `json:"rules"`
}

type tolokaRule struct {
	Conditions []struct {
		Key      string          `json:"key"`
		Operator string          `json:"operator"`
		Value    json.RawMessage `json:"value"`
	} `json:"conditions"`
	Action struct {
		Type       string         `json:"type"`
		Parameters map[string]any `json:"parameters"`
	} `json:"action"`
}

// Control is what a pool asks of its workers.
type Control struct {
	Rules   []task.Rule
	Skipped []Skipped
	// Skill and Level are the least of a skill that the pool's filter asks for;
	// "" where it asks for none, or for more than that.
	Skill string
	Level int
}

// Skipped is a rule of Toloka's that has no meaning here, by what it was.
type Skipped struct{ Collector, Action string }

// longestRules bounds a file of rules.
const longestRules = 1 << 20

// ReadToloka reads Toloka's quality control, as a pool's JSON or alone
// (https://toloka.ai/docs: quality_control.configs), and the skill that the
// pool's filter asks for. What has no meaning here (captchas, events of a single
// answer) is returned as skipped. Of our own there are the collectors
// GOLDEN_WER and PEER_WER, conditions on "skill.NAME", and the action BONUS with
// either amount and currency or percent.
func ReadToloka(data []byte) (c Control, err error) {
	if len(data) > longestRules {
		return c, fmt.Errorf("rules of %d bytes, at most %d are read", len(data), longestRules)
	}
	var control tolokaControl
	if err := json.Unmarshal(data, &control); err != nil {
		return c, fmt.Errorf("reading quality control: %w", err)
	}
	c.Skill, c.Level = readFilter(control.Filter)
	if control.Inner != nil {
		if err := json.Unmarshal(control.Inner, &control); err != nil {
			return c, fmt.Errorf("reading quality control: %w", err)
		}
	}
	if len(control.Configs) == 0 {
		return c, fmt.Errorf("reading quality control: no configs")
	}
	for _, config := range control.Configs {
		p := config.Collector.Parameters
		base := task.Rule{
			Collector: task.Collector(config.Collector.Type), History: max(p.History, 0), Peers: max(p.Peers, 0),
			Fast: time.Duration(p.Fast * float64(time.Second)),
		}
		for _, r := range config.Rules {
			rule, ok := readRule(base, r)
			if !ok {
				c.Skipped = append(c.Skipped, Skipped{config.Collector.Type, r.Action.Type})
				continue
			}
			c.Rules = append(c.Rules, rule)
		}
	}
	return c, nil
}

// tolokaFilter is who may take a pool's tasks: all of And, one of each Or.
type tolokaFilter struct {
	And      []tolokaFilter  `json:"and"`
	Or       []tolokaFilter  `json:"or"`
	Category string          `json:"category"`
	Key      string          `json:"key"`
	Operator string          `json:"operator"`
	Value    json.RawMessage `json:"value"`
}

// readFilter finds the one skill that a pool asks for without alternative.
func readFilter(f *tolokaFilter) (skill string, level int) {
	for f != nil && len(f.Or) == 1 && len(f.And) == 0 {
		f = &f.Or[0]
	}
	if f == nil || len(f.Or) > 0 {
		return "", 0
	}
	for i := range f.And {
		if skill, level = readFilter(&f.And[i]); skill != "" {
			return skill, level
		}
	}
	var value float64
	if f.Category != "skill" || json.Unmarshal(f.Value, &value) != nil || value < 0 || value > 1e6 {
		return "", 0
	}
	switch f.Operator {
	case "GTE", "EQ":
		return f.Key, int(math.Ceil(value))
	case "GT":
		return f.Key, int(math.Floor(value)) + 1
	}
	return "", 0
}

// revocations are the reasons that a pool was closed to a worker, as figures.
var revocations = map[string]float64{"RESTRICTION": revokedByMeasure, "SKILL_CHANGE": revokedByTheSkill}

func readRule(rule task.Rule, r tolokaRule) (task.Rule, bool) {
	known := (&watched{}).collect(rule, nil)
	for _, c := range r.Conditions {
		var value float64
		var word string
		if json.Unmarshal(c.Value, &value) != nil {
			if json.Unmarshal(c.Value, &word) != nil || revocations[word] == 0 {
				return rule, false
			}
			value = revocations[word]
		}
		if _, is := known[c.Key]; !is && !strings.HasPrefix(c.Key, skillKey) {
			return rule, false
		}
		// Toloka's own pages give this one rate as a fraction, the others as
		// per cent.
		if strings.HasSuffix(c.Key, "_assignments_rate") && value > 0 && value <= 1 {
			value *= 100
		}
		rule.Conditions = append(rule.Conditions, task.Condition{Key: c.Key, Operator: c.Operator, Value: value})
	}
	var ok bool
	rule.Action, ok = readAction(r.Action.Type, r.Action.Parameters)
	if field := rule.Action.Extras["from_field"]; ok && field != "" {
		_, ok = known[field]
	}
	return rule, ok && len(rule.Conditions) > 0
}

// units of a restriction's duration.
var units = map[string]time.Duration{"MINUTES": time.Minute, "HOURS": time.Hour, "DAYS": 24 * time.Hour}

func readAction(kind string, p map[string]any) (a task.Action, ok bool) {
	word := func(key string) string { s, _ := p[key].(string); return s }
	number := func(key string) float64 { f, _ := p[key].(float64); return f }
	a.Comment = word("private_comment")
	if a.Comment == "" {
		a.Comment = word("public_comment")
	}
	a.Extras = map[string]string{"toloka.type": kind}
	if scope := word("scope"); scope != "" {
		a.Extras["toloka.scope"] = scope
	}
	switch kind {
	case "RESTRICTION", "RESTRICTION_V2":
		a.Kind, a.For = task.Pause, time.Duration(number("duration"))*units[word("duration_unit")]
		if days := number("duration_days"); days > 0 {
			a.For = time.Duration(days * float64(24*time.Hour))
		}
		if word("duration_unit") == "PERMANENT" || a.For == 0 {
			a.Kind, a.For = task.Ban, 0
		}
	case "SET_SKILL":
		a.Kind, a.Skill, a.Value = task.SetSkill, word("skill_id"), number("skill_value")
	case "SET_SKILL_FROM_OUTPUT_FIELD":
		a.Kind, a.Skill = task.SetSkill, word("skill_id")
		a.Extras["from_field"] = word("from_field")
	case "CHANGE_OVERLAP":
		a.Kind, a.Value = task.OneMore, number("delta")
	case "REJECT_ALL_ASSIGNMENTS":
		a.Kind = task.Reject
	case "APPROVE_ALL_ASSIGNMENTS":
		a.Kind = task.Accept
	case "BONUS":
		return readBonus(a, p)
	default:
		return a, false
	}
	return a, true
}

// readBonus reads our own action: a share of what was accepted, or an amount.
func readBonus(a task.Action, p map[string]any) (task.Action, bool) {
	a.Kind = task.Bonus
	a.Currency, _ = p["currency"].(string)
	a.Value, _ = p["percent"].(float64)
	text, _ := p["amount"].(string)
	if amount, is := p["amount"].(float64); is {
		text = strconv.FormatFloat(amount, 'f', -1, 64)
	}
	if text == "" {
		return a, a.Value > 0 && a.Value <= 100
	}
	var err error
	a.Amount, err = task.ParseDecimal(text)
	return a, err == nil && a.Amount > 0 && len(a.Currency) == 3 && a.Value == 0
}
