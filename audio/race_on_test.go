//go:build linux && race

package audio

const raceDetector = true
