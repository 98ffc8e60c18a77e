package decode

// mp3History is how many slots of the filter bank stay in memory: it looks back
// 15 of 32 samples behind the newest.
const (
	mp3History = 15
	mp3Slots   = 18 // in a granule
)

// mp3Bank is the polyphase synthesis filter bank of one channel (ISO 11172-3
// section 2.4.3.5).
//
//	rows[n]  C(n) of 15 slots of the granule before | of 18 slots of this one
//
// Rows lie in order of time, not in a ring, so that every sample is summed in
// the same order wherever decoding began: a seek gives the very bits that
// reading from the start does.
type mp3Bank struct {
	rows [32][mp3History + mp3Slots]float32
}

// synthesise turns 18 slots of 32 subband samples into 576 samples of channel
// ch of out.
func (b *mp3Bank) synthesise(t *mp3Tables, slots *[mp3Slots * 32]float32, out *[576][2]float64, ch int) {
	for i := range b.rows {
		r := &b.rows[i]
		*(*[mp3History]float32)(r[:]) = *(*[mp3History]float32)(r[mp3Slots:])
	}
	for i := range mp3Slots {
		b.transform((*[32]float32)(slots[32*i:]), mp3History+i)
	}
	ch &= 1
	for j := 1; j < 16; j++ {
		w := &t.window[j]
		p, q := &b.rows[16+j], &b.rows[16-j]
		for i := range mp3Slots {
			near, far := w.pair((*[16]float32)(p[i:]), (*[16]float32)(q[i:]))
			out[32*i+j][ch] = limit(near)
			out[32*i+32-j][ch] = limit(far)
		}
	}
	for i := range mp3Slots {
		p := (*[16]float32)(b.rows[16][i:])
		near, _ := t.window[0].pair(p, p)
		out[32*i][ch] = limit(near)
		near, _ = t.window[16].pair(p, (*[16]float32)(b.rows[0][i:]))
		out[32*i+16][ch] = limit(near)
	}
}

func limit(v float32) float64 {
	if v > 1 {
		return 1
	}
	if v < -1 {
		return -1
	}
	return float64(v)
}

// pair sums 16 products for each of two outputs.
func (w *mp3Taps) pair(p, q *[16]float32) (near, far float32) {
	n, f := &w.near, &w.far
	u, v := p[1], q[0]
	a, b, c, d := u*n[1], u*f[1], v*n[0], v*f[0]
	u, v = p[3], q[2]
	a, b, c, d = a+u*n[3], b+u*f[3], c+v*n[2], d+v*f[2]
	u, v = p[5], q[4]
	a, b, c, d = a+u*n[5], b+u*f[5], c+v*n[4], d+v*f[4]
	u, v = p[7], q[6]
	a, b, c, d = a+u*n[7], b+u*f[7], c+v*n[6], d+v*f[6]
	u, v = p[9], q[8]
	a, b, c, d = a+u*n[9], b+u*f[9], c+v*n[8], d+v*f[8]
	u, v = p[11], q[10]
	a, b, c, d = a+u*n[11], b+u*f[11], c+v*n[10], d+v*f[10]
	u, v = p[13], q[12]
	a, b, c, d = a+u*n[13], b+u*f[13], c+v*n[12], d+v*f[12]
	u, v = p[15], q[14]
	a, b, c, d = a+u*n[15], b+u*f[15], c+v*n[14], d+v*f[14]
	return a + c, b + d
}

// transform puts the cosine transform of 32 samples into column at, C(n) = sum
// over k of x(k) cos(pi n (2k+1)/64), by B. G. Lee's halving (A new algorithm to
// compute the discrete cosine transform, IEEE Trans. ASSP-32, 1984).
func (b *mp3Bank) transform(x *[32]float32, at int) {
	var s, d [16]float32
	for k := range 16 {
		u, v := x[k], x[31-k]
		s[k], d[k] = u+v, (u-v)*mp3Lee32[k]
	}
	dct16(&s)
	dct16(&d)
	r := &b.rows
	for k := range 15 {
		r[2*k][at] = s[k]
		r[2*k+1][at] = d[k] + d[k+1]
	}
	r[30][at], r[31][at] = s[15], d[15]
}

// The factors of Lee's steps, 1/(2 cos(pi (2k+1)/(2 n))) for length n.
var (
	mp3Lee32 = [16]float32{0.50060299823519627, 0.50547095989754365, 0.51544730992262455, 0.53104259108978413, 0.55310389603444454, 0.58293496820613389, 0.62250412303566482, 0.67480834145500568, 0.74453627100229858, 0.83934964541552681, 0.97256823786196078, 1.1694399334328847, 1.4841646163141662, 2.0577810099534108, 3.407608418468719, 10.190008123548033}
	mp3Lee16 = [8]float32{0.50241928618815568, 0.52249861493968885, 0.56694403481635769, 0.64682178335999008, 0.7881546234512502, 1.0606776859903471, 1.7224470982383342, 5.1011486186891553}
)

func dct16(x *[16]float32) {
	var s, d [8]float32
	for k := range 8 {
		u, v := x[k], x[15-k]
		s[k], d[k] = u+v, (u-v)*mp3Lee16[k]
	}
	dct8(&s)
	dct8(&d)
	for k := range 7 {
		x[2*k], x[2*k+1] = s[k], d[k]+d[k+1]
	}
	x[14], x[15] = s[7], d[7]
}

func dct8(x *[8]float32) {
	const a0, a1, a2, a3 = 0.50979557910415918, 0.60134488693504529, 0.89997622313641557, 2.5629154477415055
	const b0, b1, c0 = 0.54119610014619701, 1.3065629648763764, 0.70710678118654746
	s0, s1, s2, s3 := x[0]+x[7], x[1]+x[6], x[2]+x[5], x[3]+x[4]
	d0, d1, d2, d3 := (x[0]-x[7])*a0, (x[1]-x[6])*a1, (x[2]-x[5])*a2, (x[3]-x[4])*a3

	t0, t1, u0, u1 := s0+s3, s1+s2, (s0-s3)*b0, (s1-s2)*b1
	s0, s2 = t0+t1, (t0-t1)*c0
	s3 = (u0 - u1) * c0
	s1 = u0 + u1 + s3

	t0, t1, u0, u1 = d0+d3, d1+d2, (d0-d3)*b0, (d1-d2)*b1
	d0, d2 = t0+t1, (t0-t1)*c0
	d3 = (u0 - u1) * c0
	d1 = u0 + u1 + d3

	x[0], x[2], x[4], x[6] = s0, s1, s2, s3
	x[1], x[3], x[5], x[7] = d0+d1, d1+d2, d2+d3, d3
}
