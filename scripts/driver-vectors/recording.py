"""What the recorders of the Python drivers share: choices from a seed, files of certificates, and the file that is written."""

import json
import os
import platform
import random
import re
import ssl
import subprocess
import tempfile
from urllib.parse import quote


class Choices:
    """The same choices on every machine."""

    def __init__(self, seed):
        self.seed = seed
        self.source = random.Random(seed)
        self.pick = self.source.choice

    def chance(self, share):
        return self.source.random() < share

    def value(self, usual, odd, share):
        return self.pick(odd if self.chance(share) else usual)

    def word(self, words, special):
        text = self.pick(words)
        return text + self.pick(special) + self.pick(words) if self.chance(0.5) else text

    def encoded(self, text, share, unencoded):
        """Percent-encoded, but for one of these groups of characters where the share of plain ones is used up."""
        return quote(text, safe="" if self.chance(share) else self.pick(unencoded))


class Files:
    """Files of a vector, under fixed names in a folder."""

    def __init__(self, folder):
        self.folder = folder

    def openssl(self, *words):
        subprocess.run(["openssl", *words], check=True, cwd=self.folder, capture_output=True)

    def read(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    def make_certificates(self, names):
        """A certificate and key for each name, and of `client` the same in one file, locked by the password `opensesame`, and what is none."""
        for name, subject in names.items():
            self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
        self.openssl("rsa", "-aes256", "-passout", "pass:opensesame", "-in", "client.key", "-out", "locked.key")
        self.write("both.pem", self.read("client.pem") + self.read("client.key"))
        self.write("locked.pem", self.read("client.pem") + self.read("locked.key"))
        self.write("not-pem.txt", "nothing of use\n")
        self.write("empty.pem", "")


def error_line(error, folder):
    """Without what differs from run to run: the folder, and addresses of objects."""
    words = f"{type(error).__name__}: {error}".replace(folder, "FOLDER")
    return re.sub(" at 0x[0-9a-f]+", "", words).splitlines()[0][:160]


def without_folder(value, folder):
    return json.loads(json.dumps(value).replace(folder, "FOLDER"))


def leave_terminal():
    """OpenSSL asks the terminal, else standard input, for a password that was not given: without both, that fails as in a service."""
    if os.getpid() != os.getsid(0):
        os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def record(driver, version, generator, seed, count, most_refused, make_files, vector, outcome):
    """
    Writes the origin, then `count` vectors with what `outcome` makes of each.

    Refusals are easily made and would crowd out the rest: of more than `most_refused` none is kept.
    `vector` gives a URL and its environment, `outcome` either `accepted` or `error`.
    """
    with tempfile.TemporaryDirectory() as folder:
        make_files(Files(folder))
        leave_terminal()
        print(json.dumps({"driver": driver, "version": version, "interpreter": f"CPython {platform.python_version()}", "openssl": ssl.OPENSSL_VERSION, "seed": seed, "generator": generator}))
        kept, refused, seen = 0, 0, set()
        while kept < count:
            text, variables = vector()
            if text in seen:
                continue
            seen.add(text)
            result = outcome(text, variables, folder)
            if "error" in result and refused >= most_refused:
                continue
            kept += 1
            refused += "error" in result
            print(json.dumps({"url": text, "environment": variables, **result}, ensure_ascii=False))
