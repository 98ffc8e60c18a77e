package decode

import "math"

// The transforms of ISO 11172-3 section 2.4.3.4, in fast forms. All rest on one
// step: with 2 cos a cos nb summed over neighbours, a cosine transform of odd
// frequencies is one of even frequencies, divided by 2 cos a.

// mp3Taps are the factors of two mirrored outputs of the filter bank, for what
// its history holds from the oldest to the newest.
type mp3Taps struct{ near, far [16]float32 }

// foldMP3Window cuts the window so that outputs j and 32-j (near and far), which
// need the same two rows of history, are made together. In the standard's terms
// row n holds C(n), the cosine transform of the 32 subbands, and the vector V is
//
//	V[j] = C(16+j)   V[32+j] = -C(16-j)   V[32-j] = -C(16+j)   V[64-j] = -C(16-j)
//
// for the slots of even and odd age; odd places of taps meet the first row.
func foldMP3Window() (taps [17]mp3Taps) {
	at := func(i int) float32 {
		v := mp3Window[min(i, 512-i)]
		if i > 256 && i&63 != 0 {
			v = -v
		}
		return float32(v) / 65536
	}
	for j := range taps {
		for i := range 8 {
			t := &taps[j]
			if j < 16 {
				t.near[15-2*i] = at(64*i + j)
			}
			t.near[14-2*i] = -at(64*i + 32 + j)
			if j > 0 && j < 16 {
				t.far[15-2*i] = -at(64*i + 32 - j)
				t.far[14-2*i] = -at(64*i + 64 - j)
			}
		}
	}
	return taps
}

// mp3TransformWindows makes the windows of long and short transforms, those of
// long ones with the last factor of imdct36 in them and with every other sign
// changed for odd subbands, whose spectrum the filter bank turns round.
func mp3TransformWindows() (long [2][4][36]float32, short [12]float32) {
	slope := func(i, n int) float64 { return math.Sin(math.Pi * (float64(i) + 0.5) / float64(n)) }
	for i := range 36 {
		m := 26 - i // of the cosine that this output is, as imdct36 numbers them
		switch {
		case i < 9:
			m = 9 + i
		case i >= 27:
			m = i - 27
		}
		factor := 0.5 / math.Cos(math.Pi*float64(2*m+1)/72)
		if i >= 9 {
			factor = -factor
		}
		window := [4]float64{mp3Long: slope(i, 36), mp3Start: slope(i, 36), mp3Stop: slope(i, 36)}
		switch {
		case i < 6:
			window[mp3Stop] = 0
		case i < 12:
			window[mp3Stop] = slope(i-6, 12)
		case i < 18:
			window[mp3Stop] = 1
		case i < 24:
			window[mp3Start] = 1
		case i < 30:
			window[mp3Start] = slope(i-18, 12)
		default:
			window[mp3Start] = 0
		}
		for block, w := range window {
			long[0][block][i] = float32(w * factor)
			long[1][block][i] = float32(w * factor)
			if i&1 == 1 {
				long[1][block][i] = -long[1][block][i]
			}
		}
	}
	for i := range short {
		short[i] = float32(slope(i, 12))
	}
	return long, short
}

// imdct36 turns the 18 lines of a subband into 18 samples at out[32*i+sb], with
// over added, and leaves in over what the next granule is to add.
//
// The transform's outputs are the cosines z(m) = sum of x(k) cos(pi/72 (2m+1)
// (2k+1)), each of them twice, and z(m) and z(17-m) share two transforms of
// length 9.
func imdct36(x, over *[18]float32, w *[36]float32, out *[18 * 32]float32, sb int) {
	var even, odd [9]float32
	// Neighbours, and of the odd ones neighbours again.
	before, oddBefore := float32(0), float32(0)
	for k := range 9 {
		a, b := x[2*k], x[2*k+1]
		even[k] = a + before
		odd[k] = b + a + oddBefore
		before, oddBefore = b, b+a
	}
	dct9(&even)
	dct9(&odd)
	o := out[sb&31:][: 17*32+1 : 17*32+1]
	for m := range 9 {
		a, b := even[m], odd[m]*mp3Odd9[m]
		s, d := a+b, a-b
		o[32*(8-m)] = d*w[8-m] + over[8-m]
		o[32*(9+m)] = d*w[9+m] + over[9+m]
		over[8-m] = s * w[26-m]
		over[9+m] = s * w[27+m]
	}
}

// mp3Odd9 is 1/(2 cos(pi (2m+1)/36)).
var mp3Odd9 = [9]float32{0.50190991877167368, 0.51763809020504148, 0.55168895948124586, 0.61038729438072803, 0.70710678118654746, 0.87172339781054886, 1.1831007915762493, 1.9318516525781351, 5.7368566228349298}

// dct9 replaces x by the sums over k of x(k) cos(pi k (2m+1)/18).
func dct9(x *[9]float32) {
	const c10, c20, c30, c40, c50, c70, c80 = 0.98480775301220802, 0.93969262078590843, 0.86602540378443871, 0.76604444311897801, 0.64278760968653936, 0.34202014332566882, 0.17364817766693041
	a, b, c := (x[2]+x[4])*c20, (x[2]+x[8])*c40, (x[4]-x[8])*c80
	t, u := x[0]+x[6]*0.5, x[0]-x[6]
	v := x[2] - x[4] - x[8]
	e0, e1, e2, e3, e4 := t+a-c, u+v*0.5, t-a+b, t-b+c, u-v
	p, q, r, s := (x[1]+x[7])*c10, (x[5]-x[7])*c50, (x[1]+x[5])*c70, x[3]*c30
	o0, o1, o2, o3 := p+q+s, (x[1]-x[5]-x[7])*c30, p-r-s, q+r-s
	x[0], x[8] = e0+o0, e0-o0
	x[1], x[7] = e1+o1, e1-o1
	x[2], x[6] = e2+o2, e2-o2
	x[3], x[5] = e3+o3, e3-o3
	x[4] = e4
}

// imdct12 is imdct36 for three short windows, whose lines lie one of each in
// turn and whose outputs lie six apart, from the sixth on.
func imdct12(x, over *[18]float32, t *mp3Tables, out *[18 * 32]float32, sb int) {
	var sum [36]float32
	w := &t.imdct12
	for n := range 3 {
		x0, x1, x2, x3, x4, x5 := x[n], x[3+n], x[6+n], x[9+n], x[12+n], x[15+n]
		z := dct4of6(x0, x1, x2, x3, x4, x5)
		s := sum[6+6*n:][:12]
		for i := range 3 {
			s[i] += z[3+i] * w[i]
			s[3+i] -= z[5-i] * w[3+i]
			s[6+i] -= z[2-i] * w[6+i]
			s[9+i] -= z[i] * w[9+i]
		}
	}
	if sb&1 == 1 {
		for i := 1; i < 36; i += 2 {
			sum[i] = -sum[i]
		}
	}
	for i := range 18 {
		out[32*i+(sb&31)] = sum[i] + over[i]
		over[i] = sum[18+i]
	}
}

// dct4of6 gives z(m), the sum over k of x(k) cos(pi/24 (2m+1)(2k+1)).
func dct4of6(x0, x1, x2, x3, x4, x5 float32) (z [6]float32) {
	even := dct3(x0, x1+x2, x3+x4)
	odd := dct3(x0+x1, x0+x1+x2+x3, x2+x3+x4+x5)
	for m := range 3 {
		a, b := even[m], odd[m]*mp3Odd3[m]
		z[m], z[5-m] = (a+b)*mp3Last6[m], (a-b)*mp3Last6[5-m]
	}
	return z
}

// dct3 is the sums over k of x(k) cos(pi k (2m+1)/6).
func dct3(x0, x1, x2 float32) [3]float32 {
	const c30 = 0.86602540378443871
	t, u := x0+x2*0.5, x1*c30
	return [3]float32{t + u, x0 - x2, t - u}
}

// mp3Odd3 is 1/(2 cos(pi (2m+1)/12)), mp3Last6 1/(2 cos(pi (2m+1)/24)).
var (
	mp3Odd3  = [3]float32{0.51763809020504148, 0.70710678118654746, 1.9318516525781368}
	mp3Last6 = [6]float32{0.50431448029007642, 0.54119610014619701, 0.63023620700513228, 0.82133981585229077, 1.3065629648763764, 3.8306487877701909}
)
