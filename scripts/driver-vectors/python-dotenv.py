"""What python-dotenv makes of environment files: load_dotenv semantics (the process's own variables win), recorded.

Run by hand, from the root of the repository:
    python3 -m venv /tmp/dotenv && /tmp/dotenv/bin/pip install python-dotenv==1.2.4
    /tmp/dotenv/bin/python scripts/driver-vectors/python-dotenv.py > test/fixtures/driver-vectors/python-dotenv.jsonl

The first line tells versions, seed and generator; each other line is a file (`text`), the process's environment beside it (`process`), what
the file sets once it is loaded (`result`, less what the process had; null for a name that is left unset) and how many statements were
skipped with a warning (`warnings`). Run again, it writes the same. Another seed: --seed N.
"""
import argparse
import json
import logging
import os
import platform
import random
import tempfile
from importlib.metadata import version

from dotenv import dotenv_values, load_dotenv

arguments = argparse.ArgumentParser()
arguments.add_argument("--seed", type=int, default=20260101)
arguments.add_argument("--files", type=int, default=900)
options = arguments.parse_args()
choose = random.Random(options.seed)

names = ["HOST", "PORT", "MODE", "TOKEN", "LEVEL", "_X", "a1", "DATA_DIR"]
words = ["strict", "0.0.0.0", "9100", "info", "redis://h:6379/0", "a-b", "x=y", "p%40ss", "grüße", "/srv/data", "{}", "a,b", "x:y", "[::1]", "^top", "!bang", "a*b?"]
odd = [
    "${HOST}", "$HOST", "${NONE}", "${NONE:-fallback}", "${PORT:-1}", "${HOST:-d}/${MODE}", "${NONE-d}", "${", "$", "$$", "${}", "$(id)", "`id`", "a;b", "a&b", "a|b", "~", "~/x", "a:~/b",
    "\\", "\\n", "\\t", "\\\\", "\\'", '\\"', "\\$", "\\x", "a\\", "'", '"', "it's", 'say "x"', "#", "x#y", "x #y", "x\t# y", " # c", "  ", "a b", "a\u00a0", "\u00a0a", "a\u2003 #b", "\x0b", "a\x1cb", "<x>", "(x)", "\u0085", "A=1 B=2", "A=1",
]


def piece():
    return choose.choice(words if choose.random() < 0.6 else odd)


def content():
    return "".join(piece() + choose.choice(["", "", " ", "/"]) for _ in range(choose.choice([1, 1, 1, 2, 3])))


def value():
    kind = choose.random()
    if kind < 0.3:
        return choose.choice(words)
    if kind < 0.45:
        return content()
    if kind < 0.6:
        return f"'{choose.choice(words + odd)}'"
    if kind < 0.75:
        return f'"{choose.choice(words + odd)}"'
    if kind < 0.84:
        return f"'{content()}'"
    if kind < 0.93:
        return f'"{content()}"'
    return choose.choice(["", "''", '""', '"two\nlines"', "'two\nlines'", '"x" # note', "'x'y", '"x"#y', '"open', "'open", "x # note", '"a" B=2', "'a\\'b'", '"a\\"b"'])


def line():
    kind = choose.random()
    if kind < 0.72:
        return f"{choose.choice(names)}={value()}"
    if kind < 0.78:
        return f"export {choose.choice(names)}={value()}"
    if kind < 0.82:
        return f"{choose.choice(['', ' ', chr(9)])}{choose.choice(names)}{choose.choice(['', ' '])}={choose.choice(['', ' ', chr(9)])}{value()}"
    if kind < 0.9:
        return choose.choice(["", "# a comment", "  # it's one", "\t", "#", "# ends in \\"])
    return choose.choice(["HOST", "export MODE", "just words", "=x", "9A=1", "a.b=1", "A-B=x", "'HOST'=q", '"HOST"=q', "A B=1", ": x", "; note", "export", "export =x", "A+=1", "A[0]=1"])


def text():
    end = choose.choice(["\n"] * 12 + ["\r\n", "\r"])
    joined = end.join(line() for _ in range(choose.choice([1, 1, 2, 2, 3, 4])))
    return joined + (end if choose.random() < 0.8 else "")


class Counter(logging.Handler):
    count = 0

    def emit(self, record):
        self.count += 1


def recorded(path, written, process):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(written)
    counter = Counter()
    logging.getLogger("dotenv.main").handlers = [counter]
    logging.getLogger("dotenv.main").propagate = False
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(process)
        load_dotenv(path, override=False)
        result = {name: own for name, own in os.environ.items() if name not in process}
        warnings = counter.count
        # A name alone is not in the environment afterwards; here it differs from one that the file does not name.
        with open(path, encoding="utf-8") as stream:
            for name, own in dotenv_values(stream=stream).items():
                if own is None and name not in process and name not in result:
                    result[name] = None
    finally:
        os.environ.clear()
        os.environ.update(before)
    return {"text": written, "process": process, "result": result, "warnings": warnings}


print(json.dumps({"python-dotenv": version("python-dotenv"), "python": platform.python_version(), "seed": options.seed, "generator": "scripts/driver-vectors/python-dotenv.py", "files": options.files}))
with tempfile.TemporaryDirectory() as folder:
    for _ in range(options.files):
        process = {name: choose.choice(words) for name in names if choose.random() < 0.12}
        print(json.dumps(recorded(os.path.join(folder, "bus.env"), text(), process)))
