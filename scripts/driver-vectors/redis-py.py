"""What redis-py makes of URLs, recorded from redis-py itself.

    python3 -m venv VENV && VENV/bin/pip install redis==8.1.0
    VENV/bin/python scripts/driver-vectors/redis-py.py > test/fixtures/driver-vectors/redis-py.jsonl

The first line names the versions and the seed. Each other line is a URL, the environment beside it, and either what the driver
connects with or the error that it raises. `redis.asyncio` runs whole, up to its first command, over streams that stand in for the
socket: user, password and database are those that it sends. The same seed and versions give the same file.

Files stand under fixed names in a folder that a URL names as FOLDER.
"""

import asyncio
import ssl
import warnings

import redis
from recording import Choices, error_line, record, without_folder
from redis_peer import Server, connected

GENERATOR = 1
SEED = 20260111
COUNT = 2400
MOST_REFUSED = COUNT * 55 // 100

warnings.simplefilter("ignore")
choices = Choices(SEED)
chance, pick = choices.chance, choices.pick

# --- the URLs ---------------------------------------------------------------------------------------------------------------

WORDS = ["bus", "alice", "default", "s3cret", "Zürich", "pässwörd", "naïve", "用户", "пароль", "a b", "x" * 40, "0", "user.name", "we-ird_~"]
SPECIAL = list("!$&'()*+,;=:@/?#[]%^|\\\"<>` ") + ["%41", "%zz", "%", "%2", "@@", "[]", "[::1]", "//", "p@ss", "pa[ss", "pa]ss", "a/b", "a?b", "a#b", "℀", "é"]
HOSTS = ["127.0.0.1", "localhost", "redis.internal", "Redis.Example.COM", "10.0.0.7", "cache_1", "valkey-0.valkey.svc", "xn--rgr-0na.example", "h%6fst", "büs.example", "[::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[FE80::A]", "[2001:db8::7]", "[::ffff:10.0.0.1]"]
ODD_HOSTS = ["", "::1", "[::1", "::1]", "[nonsense]", "[10.0.0.1]", "[v1.x]", "[::1]x", "[fe80::1%]", "a..b", "1.2.3.4.5", "[::1%25a%b]", "[]"]
PORTS = ["6379", "6380", "1", "65535", "0", "06379", ""]
ODD_PORTS = ["65536", "99999", "-1", "+6379", "6379 ", "63 79", "port", "٦٣٧٩", "6379x", "6_379", "0x10"]
PATHS = ["", "/", "/0", "/1", "/15", "/3/", "//4", "/007", "/+2", "/1_0", "/%31", "/٣", "/３", "/ 5", "/5 ", "/%205", "/x", "/name", "/1x", "/1.0", "/0/0", "/1/2", "/_1", "/1__0", "/;a=1", "/¼", "/²"]
ODD_PATHS = ["/-1", "/-0", "/-٣", "/" + "9" * 20, "/-1/", "/%2D1", "/" + "1" * 4301]
NUMBERS = ["0", "1", "5", "30", "+3", " 7 ", "1_000", "٣", "１０", "007"]
NOT_NUMBERS = ["5s", "x", "1.5", "1e3", "nan", "inf", "-1", "0x10", "1__0", "None", "true", "²", ""]
FLOATS = ["5", "0.5", "1e3", "inf", "1_0.5", ".5", "5.", "٣.٥", " 2 ", "+1"]
NOT_FLOATS = ["5s", "x", "None", "0", "-1", "nan", "1,5", "0x1p3", "", "1__0", "-inf", "1e-400"]
BOOLEANS = ["true", "True", "yes", "1", "on", "false", "False", "no", "n", "f", "0", "off", "N", "None", "x", ""]
TEXTS = ["app", "my-service", "worker.1", "bus%2B1", "x" * 30]
CERT_REQS = ["none", "optional", "required"]
ODD_CERT_REQS = ["None", "NONE", "CERT_REQUIRED", "CERT_NONE", "Required", "0", "true", " required", ""]
UNKNOWN = ["ssl", "tls", "family", "timeout", "foo", "ssl_", "SSL_CERT_REQS", "Db", "pass", "user", "sslmode", "database", "socket_timeout_ms", "decode_response", "ssl_validate_ocsp", "retry_attempts", "unix_socket_path", "__class__", "constructor", "self", "cls"]
OBJECTS = ["retry", "retry_on_error", "parser_class", "encoder_class", "driver_info", "credential_provider", "redis_connect_func", "connection_class", "event_dispatcher"]

FILES = {"ssl_ca_certs": "FOLDER/ca.pem", "ssl_certfile": "FOLDER/client.pem", "ssl_keyfile": "FOLDER/client.key"}
NOT_FILES = ["FOLDER/nowhere.pem", "FOLDER", "FOLDER/not-pem.txt", "FOLDER/empty.pem", ""]


def word():
    return choices.word(WORDS, SPECIAL)


def encoded(text):
    return choices.encoded(text, 0.9, ["!$&'()*+,;=", "@", ":", "[]", "/?#", "%"])


def user_info():
    kind = choices.source.randrange(8)
    if kind < 2:
        return ""
    if kind < 4:
        return ":" + encoded(word()) + "@"
    if kind < 7:
        return encoded(word()) + ":" + encoded(word()) + "@"
    return pick([encoded(word()) + "@", ":@", "@", "::@", encoded(word()) + ":@", ":" + encoded(word()) + ":" + encoded(word()) + "@"])


def value(usual, odd, share=0.06):
    return choices.value(usual, odd, share)


def parameters(secure):
    wanted = []
    if chance(0.35):
        wanted.append(pick([
            ("db", value(NUMBERS, NOT_NUMBERS)),
            ("socket_timeout", value(FLOATS, NOT_FLOATS)),
            ("socket_connect_timeout", value(FLOATS, NOT_FLOATS)),
            ("socket_read_size", value(["65536", "1024", "٤٠٩٦"], NOT_NUMBERS)),
            ("socket_keepalive", pick(BOOLEANS)),
            ("retry_on_timeout", pick(BOOLEANS)),
            ("legacy_responses", pick(BOOLEANS)),
            ("decode_responses", pick(BOOLEANS)),
            ("max_connections", value(NUMBERS, NOT_NUMBERS)),
            ("health_check_interval", value(NUMBERS, NOT_NUMBERS)),
            ("client_name", value(TEXTS, ["a b", "ü", "a\nb"], 0.04)),
            ("encoding", value(["utf-8", "UTF-8", "utf8"], ["foo", "ascii"], 0.1)),
            ("protocol", value(["2", "3", "٣", " 2 ", "+3"], ["4", "1", "0", "-2", "x", "2.0", "", "resp3"], 0.25)),
            ("lib_name", pick(TEXTS)),
        ]))
    if chance(0.12):
        wanted += pick([[("username", encoded(word())), ("password", encoded(word()))], [("password", encoded(word()))], [("username", encoded(word()))]])
    if chance(0.04):
        wanted.append(pick([("host", pick(["other", "10.9.9.9", "Other"])), ("port", value(["7000", "+7001", "٧"], ["x", "65536", "-5", ""])), ("path", "/run/other.sock")]))
    if chance(0.04):
        wanted.append((pick(UNKNOWN), pick(["1", "true", "x", ""])))
    if chance(0.008):
        wanted.append((pick(OBJECTS), pick(["1", "x"])))
    if secure or chance(0.02):
        wanted += tls_parameters()
    choices.source.shuffle(wanted)
    if wanted and chance(0.04):
        wanted.append((pick(wanted)[0], pick(["1", "2", "none", "x"])))
    return wanted


def tls_parameters():
    wanted = []
    if chance(0.5):
        wanted.append(("ssl_cert_reqs", value(CERT_REQS, ODD_CERT_REQS, 0.2)))
    if chance(0.5):
        wanted.append(("ssl_ca_certs", value([FILES["ssl_ca_certs"]], NOT_FILES, 0.1)))
    if chance(0.3):
        wanted.append(("ssl_certfile", value([FILES["ssl_certfile"], "FOLDER/both.pem", "FOLDER/locked.pem"], NOT_FILES, 0.08)))
        if chance(0.85):
            wanted.append(("ssl_keyfile", value([FILES["ssl_keyfile"], FILES["ssl_keyfile"], "FOLDER/locked.key"], NOT_FILES, 0.08)))
        if chance(0.3):
            wanted.append(("ssl_password", value(["opensesame"], ["wrong", ""], 0.2)))
    elif chance(0.03):
        wanted.append(("ssl_keyfile", FILES["ssl_keyfile"]))
    if chance(0.3):
        wanted.append(("ssl_check_hostname", pick(BOOLEANS)))
    if chance(0.12):
        wanted.append(("ssl_min_version", value(["771", "772", "770", "769", "+771", "٧٧١"], ["TLSv1.2", "1.2", "773", "0", "-1", "-2", "768", "x", ""], 0.3)))
    if chance(0.02):
        wanted.append(("ssl_ciphers", value(["ECDHE-RSA-AES256-GCM-SHA384", "HIGH"], ["nonsense", "TLSv9"], 0.3)))
    if chance(0.01):
        wanted.append(pick([("ssl_include_verify_flags", pick(["VERIFY_X509_STRICT", "x"])), ("ssl_exclude_verify_flags", "VERIFY_X509_STRICT"), ("ssl_ca_path", "FOLDER"), ("ssl_ca_data", "x")]))
    return wanted


def query(scheme):
    pieces = [f"{name}={text}" if chance(0.99) else name for name, text in parameters(scheme.lower() == "rediss")]
    if chance(0.02):
        pieces.append(pick(["", "=", "=x", "a", "&"]))
    return ("?" if pieces or chance(0.02) else "") + "&".join(pieces)


def url():
    scheme = pick(["redis", "redis", "redis", "rediss", "rediss", "rediss", "unix"])
    if chance(0.06):
        scheme = scheme.upper() if chance(0.6) else scheme.capitalize()
    elif chance(0.02):
        scheme = pick(["valkey", "valkeys", "http", "redis+tls", "redi ss", "", "rediſ", "redis-sentinel"])
    if scheme.lower() == "unix":
        base = pick(["///run/redis/redis.sock", "//" + user_info() + "/run/redis.sock", "/run/redis.sock", "///tmp/a%20b.sock", "//host/run/x.sock", "//", "///run/redis.sock/1"])
    else:
        host = pick(ODD_HOSTS) if chance(0.05) else pick(HOSTS)
        port = pick(ODD_PORTS) if chance(0.04) else pick(PORTS)
        path = pick(ODD_PATHS) if chance(0.05) else pick(PATHS)
        base = "//" + user_info() + host + (":" + port if port or chance(0.1) else "") + path
    text = scheme + ":" + base + query(scheme)
    if chance(0.01):
        text += pick(["#", "#fragment"])
    if chance(0.02):
        text = pick([" " + text, text + " ", text + "\n", "\t" + text, text[:8] + "\t" + text[8:], text + "\r", "\x00" + text])
    if chance(0.01):
        text = pick(["", "redis", "redis:", "redis:/", "redis://", "//h", "h:6379", "127.0.0.1", "redis:6379", "redis:///", "rediss://", "unix://", "://", "redis//h"])
    return text


# --- what the driver makes of one ---------------------------------------------------------------------------------------------


def described(connection, opened, commands):
    credentials, database = [], "0"
    for words in commands:
        name = words[0].upper()
        if name == b"HELLO" and len(words) > 2:
            credentials = words[3:]
        if name == b"AUTH":
            credentials = words[1:]
        if name == b"SELECT":
            database = words[1].decode()
    texts = [part.decode() for part in credentials]
    # A password alone goes to the user `default`: over HELLO by that name, over AUTH without one.
    password_only = not connection.username and len(texts) > 0
    return {
        "endpoints": [opened["endpoint"]],
        "user": "" if password_only or not texts else texts[0],
        "password": texts[-1] if texts and texts[-1] != "" else None,
        "database": database,
        "tls": tls_of(connection, opened["context"]),
        "protocol": str(connection.protocol),
    }


def tls_of(connection, context):
    if context is None:
        return None
    given = connection.ssl_context
    versions = {ssl.TLSVersion.TLSv1: "TLSv1", ssl.TLSVersion.TLSv1_1: "TLSv1.1", ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}
    return {
        "verify": "none" if context.verify_mode == ssl.CERT_NONE else "full" if context.check_hostname else "chain",
        "trustFile": given.ca_certs,
        "certificateFile": given.certfile,
        "keyFile": given.keyfile,
        "keyPassword": given.password,
        "minimumVersion": None if given.min_version is None else versions.get(context.minimum_version),
    }


async def described_by(text):
    server = Server()
    connection, opened = await connected(text, server)
    return described(connection, opened, server.commands)


def outcome(text, _variables, folder):
    named = text.replace("FOLDER", folder)
    try:
        return {"accepted": without_folder(asyncio.run(asyncio.wait_for(described_by(named), 20)), folder)}
    except Exception as error:  # whatever the driver raises is what is recorded
        return {"error": error_line(error, folder)}


# --- the files of a vector ------------------------------------------------------------------------------------------------------


def make_files(files):
    files.make_certificates({"ca": "vectors", "client": "client"})


record("redis-py", redis.__version__, GENERATOR, SEED, COUNT, MOST_REFUSED, make_files, lambda: (url(), {}), outcome)
