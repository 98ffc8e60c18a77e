package decode

// id3Size is the length of the ID3v2 tag whose first ten bytes are p (id3.org,
// ID3v2.4.0 section 3.1): four bytes of seven bits, and a footer that repeats
// the header.
func id3Size(p []byte) int64 {
	size := int64(p[6]&0x7F)<<21 | int64(p[7]&0x7F)<<14 | int64(p[8]&0x7F)<<7 | int64(p[9]&0x7F)
	if p[5]&0x10 != 0 {
		size += 10
	}
	return 10 + size
}

// id3Length returns how many bytes of ID3v2 tags the file begins with; they may
// follow one another.
func id3Length(in *input) (length int64) {
	var p [10]byte
	for length < in.size {
		n, err := in.readAt(p[:], length)
		if err != nil || n < len(p) || string(p[:3]) != "ID3" {
			return length
		}
		length += id3Size(p[:])
	}
	return length
}
