package task

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// What follows is how stores write things down: each in its own tables, all in
// the same form.

// Hash names a key in an index: 128 bits of SHA-256, so that the index of a
// million long addresses stays in memory and no two of them meet.
func Hash(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:16]
}

// classes are the kinds of task as a queue's index has them.
var classes = []Kind{General, Control, Training, Exam}

// Class is a kind's number in a queue's index; that of General for none.
func Class(k Kind) int {
	for i, c := range classes {
		if c == k {
			return i
		}
	}
	return 0
}

// KindOf is the inverse of [Class].
func KindOf(class int) Kind {
	if class < 0 || class >= len(classes) {
		return General
	}
	return classes[class]
}

// PackCells appends cells as a length and the bytes of each; nil for no row.
func PackCells(to []byte, cells []string) []byte {
	if cells == nil {
		return nil
	}
	to = binary.AppendUvarint(to, uint64(len(cells)))
	for _, c := range cells {
		to = binary.AppendUvarint(to, uint64(len(c)))
		to = append(to, c...)
	}
	return to
}

// UnpackCells is the inverse of [PackCells]; what is cut short yields what there
// is of it.
func UnpackCells(data []byte) []string {
	n, used := binary.Uvarint(data)
	if used <= 0 {
		return nil
	}
	data = data[used:]
	cells := make([]string, 0, min(n, uint64(len(data))))
	for range n {
		size, used := binary.Uvarint(data)
		if used <= 0 || size > uint64(len(data)-used) {
			break
		}
		cells = append(cells, string(data[used:used+int(size)]))
		data = data[used+int(size):]
	}
	return cells
}
