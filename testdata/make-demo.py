"""Speaks a dialogue with libespeak-ng and writes what is known of it:
OUT/speech.wav, OUT/gold.vtt and OUT/draft.vtt.

    make-demo.py dialogue/en.txt OUT

Times are exact, because they are sample counts: a segment is where its
utterance was put, a word is where the synthesiser's word event says.
The notation of a dialogue is told at the head of dialogue/en.txt.
"""
import ctypes
import itertools
import re
import sys
import wave

RATE_HZ = 22050
LEAD, GAPS, TAIL = 0.5, (0.45, 0.6, 0.35, 0.7, 0.5), 0.8  # seconds of pause
RMS = 3000        # of 32768: both speakers equally loud
SPLIT = "\x00"    # stands for "// ", so that a piece's characters can be counted
QUIET = 100       # of 32768: below it, the ends of an utterance are cut away


class Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("unique", ctypes.c_uint), ("at", ctypes.c_int),
                ("length", ctypes.c_int), ("ms", ctypes.c_int), ("sample", ctypes.c_int),
                ("user", ctypes.c_void_p), ("id", ctypes.c_char * 8)]


espeak = ctypes.CDLL("libespeak-ng.so.1")
WORD, RETRIEVAL, UTF8, RATE, PITCH = 1, 1, 1, 1, 3  # speak_lib.h
assert espeak.espeak_Initialize(RETRIEVAL, 0, None, 0) == RATE_HZ


def speak(voice, rate, pitch, text):
    """Samples, and the sample at which each character that begins a word is heard."""
    pcm, words = bytearray(), {}

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Event))
    def hear(wav, count, events):
        if wav and count > 0:
            pcm.extend(ctypes.string_at(wav, 2 * count))
        for event in itertools.takewhile(lambda e: e.type, events):
            if event.type == WORD and event.length > 0:  # an empty one marks a clause's end
                words.setdefault(event.at - 1, event.sample)
        return 0

    espeak.espeak_SetSynthCallback(hear)
    assert espeak.espeak_SetVoiceByName(voice.encode()) == 0, voice
    espeak.espeak_SetParameter(RATE, rate, 0)
    espeak.espeak_SetParameter(PITCH, pitch, 0)
    data = text.encode() + b"\0"
    assert espeak.espeak_Synth(data, len(data), 0, 1, 0, UTF8, None, None) == 0
    espeak.espeak_Synchronize()
    samples = memoryview(bytes(pcm)).cast("h").tolist()
    loud = [i for i, s in enumerate(samples) if abs(s) > QUIET]
    first, last = loud[0], loud[-1] + 1
    samples = samples[first:last]
    gain = RMS / (sum(s * s for s in samples) / len(samples)) ** 0.5
    return [round(s * gain) for s in samples], {at: max(0, n - first) for at, n in words.items()}


def times(text, words, length):
    """The sample at which each character is heard: the events, and straight lines between
    them for the small words that the synthesiser runs together ("of the")."""
    known = sorted({0: 0, **words, len(text): length}.items())
    out = []
    for (a, start), (b, end) in zip(known, known[1:]):
        out += [start + (end - start) * i // (b - a) for i in range(b - a)]
    return out + [length]


def split(line):
    """A line's pieces as (said, heard)."""
    for plain, said, heard in re.findall(r"([^{}]+)|\{([^|]*)\|([^}]*)\}", line):
        yield (plain, plain) if plain else (said, heard)


def heard_words(line, clock):
    """The draft's words with the sample at which each begins; None is a wrong split."""
    chars, at = [], 0
    for said, heard in split(line.replace("// ", SPLIT)):
        length = len(said.replace(SPLIT, ""))
        for i, char in enumerate(heard):
            chars.append((char, clock[at + (i - heard[:i].count(SPLIT)) * length // len(heard.replace(SPLIT, "") or " ")]))
        at += length
    text = "".join(char for char, _ in chars)
    for word in re.finditer(f"{SPLIT}|[^ {SPLIT}]+", text):
        yield None if word[0] == SPLIT else (chars[word.start()][1], word[0])


def stamp(samples):
    ms = round(samples * 1000 / RATE_HZ)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def write(path, cues):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write("WEBVTT\n")
        for number, (start, end, name, text) in enumerate(cues, 1):
            f.write(f"\n{number}\n{stamp(start)} --> {stamp(end)}\n<v {name}>{text}\n")


def draft_cues(cues):
    """Cues with each word's time before it, except the first, which is the cue's own."""
    for start, end, name, words in cues:
        text = words[0][1] + "".join(f" <{stamp(at)}>{word}" for at, word in words[1:])
        yield start, end, name, text


def main(script, out):
    lines = [l for l in open(script, encoding="utf-8").read().splitlines() if l and l[0] != "#"]
    voices = {v[1]: (v[2], int(v[3]), int(v[4])) for v in map(str.split, lines) if v[0] == "voice"}
    speech, gold, draft, gaps = [0] * int(LEAD * RATE_HZ), [], [], itertools.cycle(GAPS)
    for line in lines[len(voices):]:
        head, line = line.split(": ", 1)
        name, _, wrong = head.lstrip("+").partition(">")
        said = "".join(s for s, _ in split(line.replace("// ", "")))
        samples, words = speak(*voices[name], said)
        start, end = len(speech), len(speech) + len(samples)
        gold.append((start, end, name, said))
        clock = [start + n for n in times(said, words, len(samples))]
        if head[0] == "+":
            draft[-1][1] = end
        else:
            draft.append([start, end, wrong or name, []])
        for word in heard_words(line, clock):
            if word is None:
                draft.append([None, end, wrong or name, []])
                continue
            if draft[-1][0] is None:  # a wrong split lies where its first word begins
                draft[-1][0] = draft[-2][1] = word[0]
            draft[-1][3].append(word)
        speech += samples + [0] * int(next(gaps) * RATE_HZ)
    speech += [0] * int(TAIL * RATE_HZ)
    write(f"{out}/gold.vtt", gold)
    write(f"{out}/draft.vtt", draft_cues(draft))
    with wave.open(f"{out}/speech.wav", "wb") as w:
        w.setnchannels(1), w.setsampwidth(2), w.setframerate(RATE_HZ)
        peak = max(map(abs, speech))
        w.writeframes(b"".join(round(s * 20000 / peak).to_bytes(2, "little", signed=True) for s in speech))


main(*sys.argv[1:])
