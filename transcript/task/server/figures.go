package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// figures are what Prometheus reads. They name endpoints and statuses, never a
// person, a task or a word.
type figures struct {
	handler  http.Handler
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	underWay prometheus.Gauge
	refused  *prometheus.CounterVec
	audio    prometheus.Counter
	late     prometheus.Counter
}

func newFigures() *figures {
	r := prometheus.NewRegistry()
	f := &figures{
		handler:  promhttp.HandlerFor(r, promhttp.HandlerOpts{}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tapescript_requests_total", Help: "Requests answered, by endpoint and status."}, []string{"endpoint", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tapescript_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 60}}, []string{"endpoint"}),
		underWay: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tapescript_requests_under_way", Help: "Requests that are being answered."}),
		refused:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tapescript_refused_total", Help: "Requests refused, by why."}, []string{"why"}),
		audio:    prometheus.NewCounter(prometheus.CounterOpts{Name: "tapescript_audio_bytes_total", Help: "Bytes of recordings sent."}),
		late:     prometheus.NewCounter(prometheus.CounterOpts{Name: "tapescript_late_submissions_total", Help: "Answers that came after their lease."}),
	}
	r.MustRegister(f.requests, f.seconds, f.underWay, f.refused, f.audio, f.late, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return f
}

func (f *figures) answered(endpoint string, status int, took time.Duration) {
	f.requests.WithLabelValues(endpoint, strconv.Itoa(status)).Inc()
	f.seconds.WithLabelValues(endpoint).Observe(took.Seconds())
}
