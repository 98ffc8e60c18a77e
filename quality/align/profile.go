package align

import (
	"math"
	"slices"
)

// profile holds what a path costs up to each seed of the reference against what
// one costs at least that goes along beside it: a unit for each seed that stands
// nowhere in the hypothesis but near the path. It says how wide a band should be.
// Nothing exact depends on it.
type profile struct {
	marks  []mark // by seed, and one for the end
	margin []int32
}

// mark is the cost of a path, in units, where it comes to the row of a seed and
// where it goes on from there, how many of those seeds lie before it, and the
// column, or -1 where the seed is not on the path.
type mark struct {
	before, after float64
	seeds, at     int32
}

// nearby is how far from a path a seed is taken for the path's own.
const nearby = 32

// count adds up the seeds of which the marks say where the path is.
func (p *profile) count(extents []extent) {
	seeds := int32(0)
	for k := range p.marks {
		m := &p.marks[k]
		m.seeds = seeds
		if k == len(extents) {
			return
		}
		e := extents[k]
		if e.first < 0 || m.at >= 0 && e.first >= m.at-nearby && e.last <= m.at+nearby {
			seeds++
		}
	}
}

// spread fills margin and returns its mean. Whoever leaves the band at a margin of
// t units and comes back at another one has to pay both and the seeds between.
// Where the path costs less than that, nobody gains by it. So each margin is half
// of what the path costs more than the seeds from there to any later place, or
// from any earlier one to there; an eighth is for what is saved on the way.
func (p *profile) spread() float64 {
	p.margin = resized(p.margin, len(p.marks))
	least := math.Inf(1)
	for k, m := range p.marks {
		least = min(least, m.before-float64(m.seeds))
		p.margin[k] = int32(m.after - float64(m.seeds) - least)
	}
	most, sum := math.Inf(-1), 0.
	for k := len(p.marks) - 1; k >= 0; k-- {
		m := p.marks[k]
		most = max(most, m.after-float64(m.seeds))
		t := max(p.margin[k], int32(most-m.before+float64(m.seeds))) / 2
		p.margin[k] = t + t/8
		sum += float64(p.margin[k])
	}
	return sum / float64(len(p.marks))
}

// guess makes the profile of the path along the chain of seeds. What lies between
// two of them costs their difference, or what the seeds lost there do.
func (u *hull) guess(c Costs) {
	length := u.seeds.length
	k, swap := len(u.extents), 1.
	if c == SCLite {
		swap = 4. / 3
	}
	p := &u.profile
	p.marks = append(p.marks[:0], make([]mark, k+1)...)
	// Of independent errors some share a seed.
	intact := float64(len(u.chained)) / float64(k)
	each := swap
	if intact < 1 {
		each *= float64(length) * (1 - math.Pow(intact, 1/float64(length))) / (1 - intact)
	}
	cost, from, i, j := 0., 0, 0, 0
	box := func(toI, toJ int) {
		to := toI / length
		lost := max(float64(abs((toI-i)-(toJ-j))), each*float64(to-from))
		for ; from < to; from++ {
			p.marks[from].before, p.marks[from].after, p.marks[from].at = cost, cost, -1
		}
		p.marks[to] = mark{before: cost, after: cost + lost, at: int32(toJ)}
		cost += lost
	}
	for _, a := range u.chained {
		box(int(a.ref), int(a.hyp))
		from++
		i, j = int(a.ref)+length, int(a.hyp)+length
		p.marks[from] = mark{before: cost, after: cost, at: -1}
	}
	if k*length >= i {
		box(k*length, len(u.hyp)-(len(u.ref)-k*length))
	}
	p.count(u.extents)
}

// price makes the profile of a path, whose operations come last one first.
func (u *hull) price(steps []Step, c Costs) {
	length := u.seeds.length
	p := &u.profile
	p.marks = append(p.marks[:0], make([]mark, len(u.extents)+1)...)
	cost, i, j := 0., int32(0), int32(0)
	swap := 1.
	if c == SCLite {
		swap = 4. / 3
	}
	k := 0 // the mark at hand
	for _, s := range slices.Backward(steps) {
		if s.Op != Insertion && k < len(p.marks) && int(s.Ref) == k*length {
			p.marks[k].after, p.marks[k].at = cost, j
			k++
		}
		switch s.Op {
		case Substitution:
			cost += swap
		case Insertion, Deletion:
			cost++
		}
		if s.Op != Deletion {
			j++
		}
		if s.Op != Insertion {
			i++
			if k < len(p.marks) && int(i) == k*length {
				p.marks[k].before = cost
			}
		}
	}
	p.marks[len(p.marks)-1].after = cost
	p.count(u.extents)
}

// enclose makes the band that the profile asks for: some times its margins, and
// firstWidth more.
func (u *hull) enclose(g *grid, times int) {
	p := &u.profile
	g.bound(u, func(_, row int) int {
		return firstWidth + times*int(p.margin[min(row/u.seeds.length, len(p.margin)-1)])
	})
}
