#!/bin/bash
# Makes demo/ from dialogue/: needs espeak-ng (its library), python3, sox and oggenc.
# The same versions make the same bytes.
set -euo pipefail
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for lang in en fr; do
	mkdir -p "demo/$lang"
	python3 make-demo.py "dialogue/$lang.txt" "$tmp"
	# A room: brown noise at -50 dBFS under the whole, so that pauses are not digital silence.
	sox -R -n -r 22050 -b 16 "$tmp/room.wav" synth "$(soxi -D "$tmp/speech.wav")" brownnoise gain -n -45
	sox -R -m -v 1 "$tmp/speech.wav" -v 1 "$tmp/room.wav" "$tmp/mix.wav" gain -n -3.3
	# oggenc's default serial number is random.
	oggenc --quiet --serial 1 --quality 1 -o "demo/$lang/recording.ogg" "$tmp/mix.wav"
	cp "$tmp/gold.vtt" "$tmp/draft.vtt" "demo/$lang/"
done
