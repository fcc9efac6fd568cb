"""What asyncpg makes of URLs and of its environment, recorded from asyncpg itself.

    python3 -m venv VENV && VENV/bin/pip install asyncpg==0.32.0
    VENV/bin/python scripts/driver-vectors/asyncpg.py > test/fixtures/driver-vectors/asyncpg.jsonl

The first line names the versions and the seed. Each other line is a URL, the environment beside it, and either what the driver
connects with or the error that it raises, before it connects. The same seed and versions give the same file.

Files and homes stand under fixed names in a folder that a URL and its environment name as FOLDER.
"""

import os
import re
import socket
import ssl
import sys
import types
import warnings
from urllib.parse import quote

from recording import Choices, error_line, record, without_folder

# This file has the driver's name, and would be found first.
sys.path.pop(0)

import asyncpg
from asyncpg import connect_utils

GENERATOR = 1
SEED = 20260112
COUNT = 2400
MOST_REFUSED = COUNT * 50 // 100

warnings.simplefilter("ignore")
choices = Choices(SEED)
chance, pick = choices.chance, choices.pick

# --- the URLs and environments ------------------------------------------------------------------------------------------------

WORDS = ["bus", "alice", "postgres", "s3cret", "Zürich", "pässwörd", "用户", "a b", "x" * 40, "0", "user.name", "we-ird_~", "a+b"]
SPECIAL = list("!$&'()*+,;=:@/?#[]%^|\\\"<>` ") + ["%41", "%zz", "%", "%2", "@@", "[]", "//", "℀", "é", "\\:"]
HOSTS = ["127.0.0.1", "localhost", "db.internal", "DB.Example.COM", "10.0.0.7", "pg_1", "pg-0.pg.svc", "h%6fst", "[::1]", "[fe80::1%25eth0]", "[2001:db8::7]", "%2Frun%2Fpostgresql", "%2Ftmp%2F", "%2Frun%2F.s.PGSQL.7"]
PLAIN_HOSTS = ["127.0.0.1", "db.internal", "Other", "[::1]", "[fe80::1%eth0]", "/run/pg", "/tmp/", "h%6fst", "10.0.0.8"]
ODD_HOSTS = ["", "::1", "[::1", "[nonsense]", "h,", ",h", "a,,b", "[]"]
PORTS = ["5432", "5433", "1", "65535", "06432", "%35%34"]
ODD_PORTS = ["65536", "99999", "-1", "+5432", "5432%20", "port", "٥٤٣٢", "5432x", "5_432", "0x10", "5432,5433"]
PATHS = ["/bus", "/app_db", "/b%20s", "/", "", "/a/b", "/%C3%A9", "/bus;a=1", "/0", "/bus%3F"]
MODES = ["disable", "allow", "prefer", "require", "require", "verify-ca", "verify-full"]
ODD_MODES = ["on", "true", "Require", "verify_ca", "verify_full", "verify", "no-verify", "REQUIRE", "require ", "1", "parse", "name"]
VERSIONS = ["TLSv1.2", "TLSv1.3", "TLSv1_2", "TLSv1.1", "TLSv1", "MINIMUM_SUPPORTED", "MAXIMUM_SUPPORTED"]
ODD_VERSIONS = ["1.2", "1.3", "TLS1.3", "tlsv1.3", "SSLv3", "SSLv2", "TLSv1.4", "TLSv1.3 "]
ATTRIBUTES = ["any", "primary", "standby", "prefer-standby", "read-write", "read-only"]
ODD_ATTRIBUTES = ["read_write", "ANY", "master", "prefer_standby", "read-only "]
SETTINGS = [("application_name", "app"), ("application_name", "a%20b"), ("search_path", "public,x"), ("ssl", "true"), ("ssl", "require"), ("options", "-c%20a=b"), ("connect_timeout", "10"), ("statement_timeout", "5s"), ("foo", "bar"), ("channel_binding", "require"), ("gssencmode", "disable"), ("pool_size", "5"), ("USER", "x"), ("timezone", "UTC+1")]
TRUST = ["FOLDER/ca.pem", "FOLDER/ca.pem", "FOLDER/server.pem"]
CERTIFICATES = ["FOLDER/client.pem", "FOLDER/both.pem", "FOLDER/locked.pem"]
NOT_FILES = ["FOLDER/nowhere.pem", "FOLDER/nowhere/ca.pem", "FOLDER", "FOLDER/not-pem.txt", "FOLDER/empty.pem", "FOLDER/ca.pem/x"]
HOMES = ["FOLDER/bare", "FOLDER/bare", "FOLDER/bare", "FOLDER/trusting", "FOLDER/client", "FOLDER/passwords", "FOLDER/nowhere", "FOLDER/half", "FOLDER/broken", "FOLDER/open"]


def word():
    return choices.word(WORDS, SPECIAL)


def encoded(text):
    return choices.encoded(text, 0.95, ["!$&'()*+,;=", ":", "[]", "/?#", "%", "@"])


def value(usual, odd, share=0.05):
    return choices.value(usual, odd, share)


def user_info():
    kind = choices.source.randrange(20)
    if kind < 3:
        return ""
    if kind < 6:
        return encoded(word()) + "@"
    if kind < 19:
        return encoded(word()) + ":" + encoded(word()) + "@"
    return pick([":@", "@", ":" + encoded(word()) + "@", encoded(word()) + ":@", encoded(word()) + ":" + encoded(word()) + ":" + encoded(word()) + "@"])


def host_with_port(hosts):
    host = pick(hosts)
    return host + (":" + value(PORTS, ODD_PORTS, 0.04) if chance(0.6) else "")


def host_list(hosts, odd):
    if chance(0.03):
        return pick(odd)
    count = pick([1, 1, 1, 1, 2, 2, 3])
    parts = [host_with_port(hosts) for _ in range(count)]
    # In a URL, newer patch levels of Python take brackets only at the beginning and before a colon: a few others are enough.
    if hosts is HOSTS and count > 1 and not chance(0.02):
        parts = [part if index == 0 and "]:" in part else re.sub(r"\[.*\]", "h", part) for index, part in enumerate(parts)]
    return ",".join(parts)


def parameters():
    wanted = []
    if chance(0.12):
        wanted.append(("user", encoded(word())))
    if chance(0.12):
        wanted.append(("password", encoded(word())))
    if chance(0.08):
        wanted.append((pick(["dbname", "database"]), encoded(word())))
    if chance(0.12):
        wanted.append(("host", quote(host_list(PLAIN_HOSTS, ["a,,b", ",", "[", "[]x"]), safe=pick(["/:,[]", ":,", "%:/,[]"]))))
    if chance(0.1):
        wanted.append(("port", value(["5433", "5432,5433", "6432", "1,2,3", "1,2,3,4,5", " 7 ", "٥"], ["x", "65536", "-5", "1,", "", "1.0"], 0.1)))
    if chance(0.15):
        wanted.append(pick(SETTINGS))
    if chance(0.12):
        wanted.append(("target_session_attrs", value(ATTRIBUTES, ODD_ATTRIBUTES, 0.15)))
    if chance(0.04):
        wanted.append(("passfile", value(["FOLDER/passwords/.pgpass", "FOLDER/nowhere"], ["FOLDER", "FOLDER/broken/.pgpass", "FOLDER/open/.pgpass"], 0.3)))
    if chance(0.03):
        wanted.append(pick([("krbsrvname", "postgres"), ("gsslib", value(["gssapi", "sspi"], ["x", "GSSAPI"], 0.3))]))
    if chance(0.55):
        wanted += tls_parameters()
    if chance(0.002):
        wanted.append(("service", "main"))
    choices.source.shuffle(wanted)
    if wanted and chance(0.04):
        wanted.append((pick(wanted)[0], pick(["1", "x", "require", "prefer", ""])))
    return wanted


def tls_parameters():
    wanted = [("sslmode", value(MODES, ODD_MODES, 0.08))] if chance(0.9) else []
    if chance(0.5):
        wanted.append(("sslrootcert", value(TRUST, NOT_FILES, 0.12)))
    if chance(0.25):
        wanted.append(("sslcert", value(CERTIFICATES, NOT_FILES, 0.1)))
        if chance(0.7):
            wanted.append(("sslkey", value(["FOLDER/client.key", "FOLDER/client.key", "FOLDER/locked.key"], NOT_FILES + ["FOLDER/ca.key"], 0.1)))
        if chance(0.4):
            wanted.append(("sslpassword", value(["opensesame"], ["wrong", ""], 0.2)))
    elif chance(0.06):
        wanted.append(("sslkey", value(["FOLDER/client.key"], NOT_FILES, 0.3)))
    if chance(0.1):
        wanted.append(("sslcrl", value(["FOLDER/crl.pem"], NOT_FILES, 0.3)))
    if chance(0.15):
        wanted.append(("ssl_min_protocol_version", value(VERSIONS, ODD_VERSIONS, 0.25)))
    if chance(0.08):
        wanted.append(("ssl_max_protocol_version", value(VERSIONS, ODD_VERSIONS, 0.25)))
    if chance(0.1):
        wanted.append(("sslnegotiation", value(["postgres", "direct", "direct"], ["Direct", "tls", "1"], 0.15)))
    return wanted


def query():
    pieces = [f"{name}={text}" if chance(0.997) else name for name, text in parameters()]
    if chance(0.015):
        pieces.append(pick(["", "=", "=x", "a", "&", "a=b=c"]))
    return ("?" if pieces or chance(0.02) else "") + "&".join(pieces)


def url():
    scheme = pick(["postgresql", "postgresql", "postgres"])
    if chance(0.05):
        scheme = scheme.upper() if chance(0.6) else scheme.capitalize()
    elif chance(0.01):
        scheme = pick(["postgresql+asyncpg", "pg", "mysql", "", "postgresq", "http"])
    authority = user_info() + ("" if chance(0.06) else host_list(HOSTS, ODD_HOSTS))
    # A few are enough: what a second @ comes to is refused on purpose.
    if chance(0.004):
        authority = pick(WORDS) + ":" + pick(["p@w", "@", "a@b@c"]) + "@" + pick(["127.0.0.1:5432", "db.internal"])
    elif chance(0.002):
        authority = pick([pick(WORDS[:4]) + ":" + pick(["12/", "34#", "56/a@"]) + "w@db.internal", "[::1]x", "bus:[::1]@db.internal"])
    text = scheme + "://" + authority + pick(PATHS) + query()
    if chance(0.01):
        text += pick(["#", "#fragment"])
    if chance(0.01):
        text = pick([" " + text, text + " ", text + "\n", "\t" + text, text[:15] + "\t" + text[15:], text + "\r"])
    if chance(0.006):
        text = pick(["postgresql", "postgresql:", "postgresql:/", "postgresql://", "//h", "h:5432", "postgresql:bus", "postgresql:///", "://", "postgresql:///bus?host=/run/pg", "user=bus host=h"])
    return text


def environment():
    wanted = {"HOME": pick(HOMES)}
    shares = {
        "PGHOST": (0.06, lambda: host_list(PLAIN_HOSTS, ["a,,b", "[", ""])),
        "PGPORT": (0.06, lambda: value(["5433", "5432,5433", "6432", ""], ["x", "1,", "70000"], 0.15)),
        "PGUSER": (0.35, lambda: value([word(), "bus"], [""], 0.1)),
        "PGPASSWORD": (0.12, lambda: value([word()], [""], 0.1)),
        "PGDATABASE": (0.08, lambda: value([word()], [""], 0.1)),
        "PGPASSFILE": (0.03, lambda: pick(["FOLDER/passwords/.pgpass", "FOLDER/nowhere", "", "FOLDER/broken/.pgpass"])),
        "PGSSLMODE": (0.08, lambda: value(MODES, ODD_MODES + [""], 0.15)),
        "PGSSLROOTCERT": (0.1, lambda: value(TRUST + [""], NOT_FILES, 0.15)),
        "PGSSLCERT": (0.04, lambda: value(CERTIFICATES[:2] + [""], NOT_FILES, 0.15)),
        "PGSSLKEY": (0.04, lambda: value(["FOLDER/client.key", ""], NOT_FILES, 0.15)),
        "PGSSLCRL": (0.04, lambda: value(["FOLDER/crl.pem", ""], NOT_FILES, 0.15)),
        "PGSSLMINPROTOCOLVERSION": (0.04, lambda: value(VERSIONS + [""], ODD_VERSIONS, 0.2)),
        "PGSSLMAXPROTOCOLVERSION": (0.03, lambda: value(VERSIONS + [""], ODD_VERSIONS, 0.2)),
        "PGSSLNEGOTIATION": (0.03, lambda: value(["postgres", "direct"], ["", "x"], 0.2)),
        "PGTARGETSESSIONATTRS": (0.05, lambda: value(ATTRIBUTES, ODD_ATTRIBUTES + [""], 0.2)),
        "PGGSSLIB": (0.01, lambda: pick(["gssapi", "x", ""])),
        "PGKRBSRVNAME": (0.01, lambda: "postgres"),
        "PGSERVICE": (0.0015, lambda: "main"),
        "PGSERVICEFILE": (0.001, lambda: "FOLDER/service.conf"),
        "PGAPPNAME": (0.01, lambda: "other"),
        "PGOPTIONS": (0.01, lambda: "-c a=b"),
    }
    return wanted | {name: make() for name, (share, make) in shares.items() if chance(share)}


# --- what the driver makes of one ---------------------------------------------------------------------------------------------


class Context(ssl.SSLContext):
    """Remembers which files it took in."""

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        super().load_verify_locations(cafile, capath, cadata)
        stats = self.cert_store_stats()
        before = self.__dict__.setdefault("stats", {"crl": 0})
        self.__dict__["revocation" if stats["crl"] > before["crl"] else "trust"] = str(cafile)
        self.__dict__["stats"] = stats

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        super().load_cert_chain(certfile, keyfile, password)
        self.__dict__["client"] = [str(certfile), str(keyfile or certfile)]


def no_user():
    raise KeyError("the account has no name")


# A module of its own: Python's would call itself for ever with another class in it.
connect_utils.ssl_module = types.SimpleNamespace(**{**vars(ssl), "SSLContext": Context})
# The account's name is that of a machine; in a vector there is none.
connect_utils.getpass.getuser = no_user


def named(version):
    return {"MINIMUM_SUPPORTED": "TLSv1", "MAXIMUM_SUPPORTED": "TLSv1.3"}.get(version.name, version.name.replace("_", "."))


def endpoint_of(address):
    if isinstance(address, str):
        return {"path": address}
    host, port = address
    # What the system says of a port when it connects: a datagram socket sends nothing for it. An empty name has no address.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("127.0.0.1", port))
    if host == "":
        socket.getaddrinfo(host, port)
    return {"host": host, "port": port}


def described(addresses, params):
    context = params.ssl
    certificate, key = context.__dict__.get("client", [None, None]) if context else [None, None]
    return {
        "endpoints": [endpoint_of(address) for address in addresses],
        "user": params.user,
        "password": params.password,
        "database": params.database,
        "tls": None if not context else {
            "demand": params.sslmode.name if params.sslmode.name in ("allow", "prefer") else "require",
            "verify": "none" if context.verify_mode == ssl.CERT_NONE else "full" if context.check_hostname else "chain",
            "trustFile": context.__dict__.get("trust"),
            "certificateFile": certificate,
            "keyFile": key,
            "revocationFile": context.__dict__.get("revocation"),
            "minimumVersion": named(context.minimum_version),
            "maximumVersion": named(context.maximum_version),
            "isDirect": params.ssl_negotiation.value == "direct",
        },
        "settings": dict(sorted({**(params.server_settings or {}), "target_session_attrs": params.target_session_attrs.value}.items())),
    }


def outcome(text, variables, folder):
    os.environ.clear()
    os.environ.update({name: text_of.replace("FOLDER", folder) for name, text_of in variables.items()})
    try:
        addresses, params = connect_utils._parse_connect_dsn_and_args(
            dsn=text.replace("FOLDER", folder), host=None, port=None, user=None, password=None, passfile=None, database=None, ssl=None, service=None,
            servicefile=None, direct_tls=None, server_settings=None, target_session_attrs=None, krbsrvname=None, gsslib=None)
        return {"accepted": without_folder(described(addresses, params), folder)}
    except Exception as error:  # whatever the driver raises is what is recorded
        return {"error": error_line(error, folder)}


# --- the files of a vector ------------------------------------------------------------------------------------------------------

PASSWORDS = """# host:port:database:user:password
db.internal:5432:bus:bus:of-the-line
localhost:*:*:*:of-a\\:socket
127.0.0.1:5433:*:*:other\\\\port
*:*:*:alice:of:alice
*:1:*:*:of-port-one
"""


def make_files(files):
    files.make_certificates({"ca": "ca", "server": "server", "client": "client"})
    files.write("index.txt", "")
    files.write("crl.cnf", "[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=3650\n")
    files.openssl("ca", "-gencrl", "-config", "crl.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-out", "crl.pem")
    os.makedirs(os.path.join(files.folder, "bare"))
    files.write("trusting/.postgresql/root.crt", files.read("ca.pem"))
    files.write("trusting/.postgresql/root.crl", files.read("crl.pem"))
    files.write("client/.postgresql/postgresql.crt", files.read("client.pem"))
    files.write("client/.postgresql/postgresql.key", files.read("client.key"))
    files.write("half/.postgresql/postgresql.crt", files.read("both.pem"))
    files.write("passwords/.pgpass", PASSWORDS)
    files.write("open/.pgpass", PASSWORDS, 0o644)
    files.write("broken/.pgpass", "db.internal:5432\n")
    files.write("broken/.postgresql/root.crt", "nothing of use\n")


record("asyncpg", asyncpg.__version__, GENERATOR, SEED, COUNT, MOST_REFUSED, make_files, lambda: (url(), environment()), outcome)
