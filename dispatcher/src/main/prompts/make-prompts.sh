#!/bin/sh
# Makes the prompts that come in the jar: dispatcher/src/main/resources/midplane/prompts/*.wav and their index.
#
# Needs espeak-ng and sox. Speech is synthesised from the words below, tones from sine waves: no recording of anybody's
# voice or work is in them, so no licence but the project's own applies. The results are committed, so that neither the
# build nor a user needs these programs; run this again only to change a prompt.
#
# All are 8000 Hz, mono, 16-bit linear PCM. Speech is brought to -3 dBFS peak, tones to about -12 dBFS, which is where
# telephone networks keep theirs. Nothing clips. Speech ends in a little silence: a client that gets our BYE throws away
# what is still in its jitter buffer.
set -eu

out=$(cd "$(dirname "$0")/../resources/midplane/prompts" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 8 kHz, mono, 16 bits. Below, -D -R: no dither and no chance, so that the same programs make the same bytes.
format="-r 8000 -c 1 -b 16 -e signed-integer"

# speech NAME WORDS: the words in a telephone's band, with some silence around.
speech() {
    espeak-ng -v en-gb -s 150 -p 45 -w "$work/$1.wav" "$2"
    # shellcheck disable=SC2086
    sox -D -R "$work/$1.wav" $format "$out/$1.wav" silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse \
        highpass 200 lowpass 3400 norm -3 pad 0.1 0.2
}

speech welcome "Welcome to Midplane. You are through to a processor blade."
speech goodbye "Thank you for calling. Goodbye."

# Busy tone as most of Europe has it (ETSI: 425 Hz, half a second on, half a second off), four times.
# shellcheck disable=SC2086
sox -D -R -r 8000 -n $format "$work/busy-once.wav" synth 0.5 sine 425 fade t 0.005 0.5 0.005 gain -12 pad 0 0.5
# shellcheck disable=SC2086
sox -D -R "$work/busy-once.wav" $format "$out/busy.wav" repeat 3

# One second each, whole periods from zero to zero: they repeat without a click.
# shellcheck disable=SC2086
sox -D -R -r 8000 -n $format "$out/tone-440.wav" synth 1 sine 440 gain -12
# shellcheck disable=SC2086
sox -D -R -r 8000 -n $format "$out/tone-1000.wav" synth 1 sine 1000 gain -12

(cd "$out" && for file in *.wav; do echo "${file%.wav}"; done | LC_ALL=C sort > index)
