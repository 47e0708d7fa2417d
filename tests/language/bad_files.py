"""Files that are no definitions, or nearly none: what people, editors, transfers and attackers make of one.

`python -m tests.language.bad_files` checks each by the command, in a process of its own with little memory and time,
and writes for each a line of JSON: what was said, and what it cost.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HOUSE = Path(__file__).with_name("house.yaml")

TEN_MEGABYTES = 10_000_000

KEPT = "workflow: file\nextends: lost-item\n"

DEADLINE = "since: hand_in, within: 2 days, until: collect, late: {notify: manager}"


def many(line: str, times: int) -> str:
    return "".join(line.format(number) for number in range(times))


ALIAS_BOMB = "a: &a [x, x]\n" + many("b{0}: &b{0} [*a, *a]\n", 30)

CASES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "it begins with `workflow: name`"),
    "blank": (" \n\n  \n", "it begins with `workflow: name`"),
    "only comments": ("# later\n", "it begins with `workflow: name`"),
    "only a word": ("hello\n", "each begins with one of workflow"),
    "only a list": ("- a\n- b\n", "each begins with one of workflow"),
    "cut short in a bracket": (KEPT + "fields: {tag: {type: te", "is not closed with }"),
    "cut short in quotes": (KEPT + 'zh: "失物', "is never closed"),
    "cut short behind a key": (KEPT + "fields:\n  tag:", "nothing follows tag; write what it says"),
    "10 MB of lists": ("[" * TEN_MEGABYTES, "divide it into several files"),
    "10 MB of maps": ("{a: " * (TEN_MEGABYTES // 4), "divide it into several files"),
    "10 MB in one line": ("note: " + "x" * TEN_MEGABYTES, "divide it into several files"),
    "as many lists as fit": ("[" * 262_000, "more than 30 lists and maps"),
    "as many maps as fit": ("{a: " * 65_000, "more than 30 lists and maps"),
    "as many dashes as fit": ("- " * 131_000, "more than 30 lists and maps"),
    "as many colons as fit": ("a:" * 131_000, "a colon too many; take it away"),
    "as deep as blocks go": ("\n".join(" " * depth + "a:" for depth in range(700)), "stand within each other here"),
    "as deep as pairs go": (KEPT + "note: " + "[a: " * 60_000, "more than 30 lists and maps"),
    "a key as long as fits": (KEPT + "k" * 260_000 + ": 1\n", "a key with a colon and a blank is missing"),
    "a key in quotes as long as fits": (KEPT + '? "' + "k" * 260_000 + '"\n: 1\n', "unknown key kkk"),
    "alias bomb": (ALIAS_BOMB, "&a would name this place; take it away"),
    "merge key": (KEPT + "fields:\n  <<: {a: {type: text}}\n", "write the keys out, or use `extends`"),
    "a tag of Python": (KEPT + "note: !!python/object/apply:os.system [ls]\n", "put a text in quotes"),
    "binary": (bytes(range(256)) * 1000, "save the file in the encoding UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000, "save the file in the encoding UTF-8"),
    "Latin-1": ("zh: caf\xe9".encode("latin-1"), "save the file in the encoding UTF-8"),
    "GB18030": ((KEPT + "zh: 投诉\n").encode("gb18030"), "save the file in the encoding UTF-8"),
    "UTF-16": ((KEPT + "zh: 投诉\n").encode("utf-16"), "save the file in the encoding UTF-8"),
    "UTF-16 without a mark": ((KEPT + "zh: a\n").encode("utf-16-le"), "U+0000"),
    "byte order mark": (("\ufeff" + KEPT).encode(), "save it as UTF-8 without BOM"),
    "half a character": (b"zh: \xed\xa0\x80", "save the file in the encoding UTF-8"),
    "half a character, escaped": (KEPT + 'note: "\\ud800"\n', "put the text in 'single quotes'"),
    "tabs": (KEPT + "fields:\n\ttag: {type: text}\n", "this is a tab; write blanks instead"),
    "NUL": (KEPT + "note: a\x00b\n", "U+0000 does not belong in a text; take it away"),
    "old Macintosh": (KEPT.replace("\n", "\r"), "U+000D"),
    "on, without quotes": (KEPT + "fields:\n  tag: {type: choice, of: [on, no]}\n", 'write "on"'),
    "no, without quotes": (KEPT + "fields:\n  tag: {type: choice, of: [on, no]}\n", 'write "no"'),
    "on as a key": (KEPT + "fields:\n  on: {type: text}\n", 'write "on"'),
    "a time without quotes": (
        KEPT + "reminders:\n  lying: {since: hand_in, every: 1 day, at: 17:30, while: kept, notify: desk}\n",
        'write "17:30"',
    ),
    "a comma in a sentence": (KEPT + "states:\n  kept: {zh: 请稍候, 我们会联系您}\n", 'zh: "请稍候, 我们会联系您"'),
    "a key in full-width letters": (KEPT + "ｆｉｅｌｄｓ:\n  tag: {type: text}\n", "type fields again"),
    "a full-width colon": (KEPT + "fields：\n  tag: {type: text}\n", "write `fields:`"),
    "full-width brackets": (KEPT + "fields:\n  tag: ｛type: text｝\n", "quotes"),
    "a key with U+200B": (KEPT + "fie\u200blds:\n  tag: {type: text}\n", "type fields again"),
    "a key with U+00A0": (KEPT + "fields\u00a0:\n  tag: {type: text}\n", "type fields again"),
    "a key with U+3000": (KEPT + "\u3000fields:\n  tag: {type: text}\n", "type fields again"),
    "a key with U+FEFF": (KEPT + "fie\ufefflds:\n  tag: {type: text}\n", "U+FEFF"),
    "a name with U+200B": (KEPT + "states:\n  kept: {responsible: desk\u200b}\n", "type desk again"),
    "a name in full-width letters": (KEPT + "states:\n  kept: {responsible: ｄｅｓｋ}\n", "type desk again"),
    "100,000 keys": (many("k{0}: 1\n", 100_000), "divide it into several files"),
    "20,000 keys": (many("k{0}: 1\n", 20_000), "`workflow: repair`"),
    "20,000 unknown keys": (KEPT + many("k{0}: 1\n", 20_000), "unknown key k0"),
    "20,000 fields": (KEPT + "fields:\n" + many("  k{0}: {{}}\n", 20_000), "divide the definition"),
    "more than 50,000 values": (KEPT + "note: [" + "a," * 60_000 + "]", "more than 50000 keys and values; divide it"),
    "an enormous integer": (
        KEPT + "fields:\n  size: {type: number, min: " + "9" * 200_000 + "}\n",
        "at most 18 characters, this one 200000",
    ),
    "thousands of documents": ("---\nworkflow: a\n" * 16_000, "more than 100 documents; divide it"),
    "thousands of empty documents": ("---\n" * 65_000, "more than 100 documents; divide it"),
    "thousands of errors": (
        KEPT + "transitions:\n" + many("  t{0}: {{form: kept, to: nowhere, by: nobody}}\n", 4000),
        "divide the definition",
    ),
    "hundreds of errors": (
        KEPT + "transitions:\n" + many("  t{0}: {{from: kept, to: nowhere{0}, by: nobody}}\n", 190),
        "there is no state `nowhere0`",
    ),
    "a quotation mark never closed": (KEPT + 'note: "' + "x\n" * 100_000, "is never closed"),
    "exclamation marks": ("!" * 200_000, "in quotes"),
    "a condition as long as fits": (
        KEPT + f"deadlines:\n  d: {{{DEADLINE}, if: '" + "(" * 200_000 + "'}\n",
        "at most 500 characters",
    ),
}
"""Each file with what its problems must say, among other things, to whoever wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file: what the command said in each language, and what saying it cost.

    `seconds` are of the processor, `megabytes` the most that the whole process ever had.
    """

    en: str = ""
    zh: str = ""
    exit_code: int = -1
    seconds: float = 0
    megabytes: float = 0
    raised: str = ""


def outcomes() -> dict[str, Outcome]:
    """Each case, checked with the house beside it in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", __spec__.name if __spec__ else __name__], capture_output=True, text=True, check=True
    )
    return {name: Outcome(**said) for name, said in map(json.loads, ran.stdout.splitlines())}


def _main() -> None:
    from click.testing import CliRunner, Result

    from service.cli import main

    def check(lang: str) -> Result:
        return CliRunner().invoke(main, ["check", "--no-cache", "--lang", lang, "file.yaml"])

    place = Path(tempfile.mkdtemp(prefix="duban-bad-"))
    (place / "house.yaml").write_bytes(HOUSE.read_bytes())
    (place / "file.yaml").write_text(KEPT)
    os.chdir(place)
    os.environ["DUBAN_DEFINITIONS"] = str(place)
    check("en")  # so that every case finds the libraries loaded
    for name, (content, _) in CASES.items():
        (place / "file.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
            resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
            start = time.process_time()
            ended = check("en")
            outcome = Outcome(
                en=ended.output,
                exit_code=ended.exit_code,
                seconds=time.process_time() - start,
                megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                raised="" if isinstance(ended.exception, SystemExit | None) else repr(ended.exception),
                zh=check("zh").output,
            )
            os.write(writing, json.dumps([name, asdict(outcome)]).encode() + b"\n")
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as said:
            line = said.read()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(line or json.dumps([name, {"raised": f"ended with {status}"}]) + "\n")
    shutil.rmtree(place)


if __name__ == "__main__":
    _main()
