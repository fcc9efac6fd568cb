"""What SQLAlchemy makes of URLs for psycopg2, recorded from SQLAlchemy itself.

    python3 -m venv VENV && VENV/bin/pip install "sqlalchemy<2.1" psycopg2-binary
    VENV/bin/python scripts/driver-vectors/sqlalchemy-psycopg2.py > test/fixtures/driver-vectors/sqlalchemy-psycopg2.jsonl

Each line is a URL, and either what psycopg2 is given to connect with or the error before that. The environment is empty: what
libpq takes from it is not part of the record.
"""

from recording import Choices, error_line, record

import sqlalchemy
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import make_url

GENERATOR = 1
SEED = 20261201
COUNT = 1200
MOST_REFUSED = COUNT * 40 // 100

choices = Choices(SEED)
chance, pick, value = choices.chance, choices.pick, choices.value

WORDS = ["bus", "alice", "postgres", "s3cret", "Zürich", "用户", "x" * 40, "0", "user.name", "we-ird_~", "a+b"]
SPECIAL = list("!$&'()*+,;=:@/?#[]%^|\\\"<>` ") + ["%41", "%zz", "%", "%2", "@@", "[]", "//", "é"]
HOSTS = ["127.0.0.1", "localhost", "db.internal", "DB.Example.COM", "10.0.0.7", "pg_1", "[::1]", "[2001:db8::7]"]
ODD_HOSTS = ["::1", "[::1", "[nonsense"]
PORTS = ["", ":5432", ":5433", ":1", ":65535", ":05432"]
ODD_PORTS = [":", ":port", ":5432x", ":0x10", ": 5432"]
PATHS = ["/bus", "/app_db", "/b%20s", "/", "", "/a/b", "/%C3%A9"]
SCHEMES = ["postgresql", "postgresql+psycopg2"]
ODD_SCHEMES = ["postgres", "mysql", "sqlite", " postgresql", "postgresql+asyncpg", "postgresql+nonsense", ""]


def encoded(text):
    return choices.encoded(text, 0.9, ["!$&'()*+,;=", ":", "[]", "?#", "%"])


def vector():
    user = encoded(choices.word(WORDS, SPECIAL))
    password = pick(["", ":", ":" + pick(["a", "x@"]) + encoded(choices.word(WORDS, SPECIAL)) if chance(0.05) else ":s", ":" + encoded(choices.word(WORDS, SPECIAL))])
    query = pick(["", "", "?sslmode=require", "?sslmode=prefer", "?sslmode=disable"])
    url = value(SCHEMES, ODD_SCHEMES, 0.1) + value(["://"], [":/", "//", ":"], 0.03)
    user_info = "" if chance(0.004) else user + password + "@"
    return url + user_info + value(HOSTS, ODD_HOSTS, 0.03) + value(PORTS, ODD_PORTS, 0.1) + pick(PATHS) + query, {}


def outcome(text, variables, folder):
    try:
        url = make_url(text)
        dialect = url.get_dialect()
        if not issubclass(dialect, PGDialect_psycopg2) or url.get_driver_name() != "psycopg2":
            return {"error": "another dialect"}
        positional, arguments = PGDialect_psycopg2().create_connect_args(url)
        assert positional == []
        return {"accepted": {name: arguments.get(name) for name in ["host", "port", "user", "password", "dbname", "sslmode"]}}
    except Exception as error:
        return {"error": error_line(error, folder)}


record("sqlalchemy-psycopg2", sqlalchemy.__version__, GENERATOR, SEED, COUNT, MOST_REFUSED, lambda files: None, vector, outcome)
