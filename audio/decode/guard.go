package decode

import "fmt"

// guard runs f and turns a panic into an error. The libraries behind flac, mp3
// and vorbis index past their tables on hostile data; a recording must never
// end the program.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the data make no sense: %v", p)
		}
	}()
	return f()
}
