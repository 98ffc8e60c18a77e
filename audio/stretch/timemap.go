package stretch

import "math"

// mostTurns bounds the memory of the map. A screen asks for what is heard now,
// a tenth of a second behind what is made; nobody changes speed so often.
const mostTurns = 64

// A turn is where a speed begins.
type turn struct {
	out   int64   // first output sample
	in    float64 // the input sample that belongs to it
	floor float64 // what the map had reached before; it never falls below
	speed float64
}

// A timeMap is the line of straight pieces from output to input samples.
type timeMap struct{ turns []turn }

func (m *timeMap) reset(speed float64) {
	m.turns = append(m.turns[:0], turn{speed: speed})
}

func (m *timeMap) turn(out int64, in, speed float64) {
	floor := m.exact(out)
	for len(m.turns) > 1 && m.turns[len(m.turns)-1].out >= out {
		m.turns = m.turns[:len(m.turns)-1]
	}
	if len(m.turns) == mostTurns {
		m.turns = append(m.turns[:0], m.turns[1:]...)
	}
	m.turns = append(m.turns, turn{out: out, in: in, floor: floor, speed: speed})
}

// exact is the input sample at the output sample out.
func (m *timeMap) exact(out int64) float64 {
	i := len(m.turns) - 1
	for i > 0 && m.turns[i].out > out {
		i--
	}
	t := m.turns[i]
	return max(t.floor, t.in+float64(out-t.out)*t.speed)
}

func (m *timeMap) at(out int64) int64 { return int64(math.Round(m.exact(max(out, 0)))) }

// out is the output sample at which the newest speed reaches the input sample in.
func (m *timeMap) out(in float64) int64 {
	t := m.turns[len(m.turns)-1]
	return t.out + int64(math.Round((in-t.in)/t.speed))
}
