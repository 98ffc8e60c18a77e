package server

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter allows each of many callers so many requests a second. It remembers
// those that came last: whoever tries from ever new addresses fills no memory.
type limiter struct {
	rate  rate.Limit
	burst int

	mu    sync.Mutex
	by    map[string]*list.Element
	order list.List // of *allowance, who came last first
}

type allowance struct {
	name string
	*rate.Limiter
}

const limiterMost = 20_000 // callers

func newLimiter(perSecond, burst float64) *limiter {
	return &limiter{rate: rate.Limit(perSecond), burst: max(int(burst), 1), by: map[string]*list.Element{}}
}

func (l *limiter) of(name string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.by[name]; e != nil {
		l.order.MoveToFront(e)
		return e.Value.(*allowance).Limiter
	}
	if l.order.Len() >= limiterMost {
		last := l.order.Back()
		delete(l.by, last.Value.(*allowance).name)
		l.order.Remove(last)
	}
	a := &allowance{name, rate.NewLimiter(l.rate, l.burst)}
	l.by[name] = l.order.PushFront(a)
	return a.Limiter
}

// allow takes one request of a caller's; false where there is none left.
func (l *limiter) allow(name string, now time.Time) bool { return l.of(name).AllowN(now, 1) }

// spent says whether a caller has none left, and takes nothing.
func (l *limiter) spent(name string, now time.Time) bool { return l.of(name).TokensAt(now) < 1 }
