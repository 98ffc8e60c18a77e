// Package testdata holds the demo's recordings, embedded; it has no logic.
//
// Each language has a folder of three files under demo/:
//
//	recording.ogg  two people talking, 60 to 90 s, mono, 22.05 kHz
//	draft.vtt      what a recogniser would have made of it, with word times
//	gold.vtt       what is said, with exact times
//
// README.md says where they come from.
package testdata

import "embed"

// Demo holds demo/en and demo/fr.
//
//go:embed demo
var Demo embed.FS
