package grade

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// tolokaControl is Toloka's quality_control, of a pool or alone.
type tolokaControl struct {
	Configs []tolokaConfig  `json:"configs"`
	Inner   json.RawMessage `json:"quality_control,omitempty"`
}

type tolokaConfig struct {
	Collector struct {
		Type       string `json:"type"`
		Parameters struct {
			History int     `json:"history_size,omitempty"`
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

// Skipped is a rule of Toloka's that has no meaning here, by what it was.
type Skipped struct{ Collector, Action string }

// collectors that are understood.
var collectors = []task.Collector{task.GoldenSet, task.SubmitTime, task.Assessment, task.AcceptanceRate, task.AnswerCount, task.GoldenWER, task.PeerWER}

// longestRules bounds a file of rules.
const longestRules = 1 << 20

// ReadToloka reads Toloka's quality control, as a pool's JSON or alone
// (https://toloka.ai/docs: quality_control.configs). What has no meaning here
// (captchas, income) is returned as skipped.
func ReadToloka(data []byte) (rules []task.Rule, skipped []Skipped, err error) {
	if len(data) > longestRules {
		return nil, nil, fmt.Errorf("rules of %d bytes, at most %d are read", len(data), longestRules)
	}
	var control tolokaControl
	if err := json.Unmarshal(data, &control); err != nil {
		return nil, nil, fmt.Errorf("reading quality control: %w", err)
	}
	if control.Inner != nil {
		if err := json.Unmarshal(control.Inner, &control); err != nil {
			return nil, nil, fmt.Errorf("reading quality control: %w", err)
		}
	}
	if len(control.Configs) == 0 {
		return nil, nil, fmt.Errorf("reading quality control: no configs")
	}
	for _, c := range control.Configs {
		collector := task.Collector(c.Collector.Type)
		for _, r := range c.Rules {
			rule, ok := readRule(r)
			if !ok || !slices.Contains(collectors, collector) {
				skipped = append(skipped, Skipped{c.Collector.Type, r.Action.Type})
				continue
			}
			rule.Collector, rule.History = collector, c.Collector.Parameters.History
			rule.Fast = time.Duration(c.Collector.Parameters.Fast * float64(time.Second))
			rules = append(rules, rule)
		}
	}
	return rules, skipped, nil
}

func readRule(r tolokaRule) (rule task.Rule, ok bool) {
	for _, c := range r.Conditions {
		var value float64
		if json.Unmarshal(c.Value, &value) != nil {
			return rule, false
		}
		// Toloka's own pages give this one rate as a fraction, the others as
		// per cent.
		if strings.HasSuffix(c.Key, "_assignments_rate") && value > 0 && value <= 1 {
			value *= 100
		}
		rule.Conditions = append(rule.Conditions, task.Condition{Key: c.Key, Operator: c.Operator, Value: value})
	}
	rule.Action, ok = readAction(r.Action.Type, r.Action.Parameters)
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
	default:
		return a, false
	}
	return a, true
}
