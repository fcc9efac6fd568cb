"""How redis-py greets servers of several kinds, recorded from redis-py itself.

    python3 -m venv VENV && VENV/bin/pip install redis==8.1.0
    VENV/bin/python scripts/driver-vectors/redis-py-greeting.py > test/fixtures/driver-vectors/redis-py-greeting.jsonl

The first line names the versions. Each other line is a URL, the kind of server, what was said and answered in order, and the error
that the driver raises, if any. The servers' answers are those of Redis 5, Redis 7 and a proxy that speaks RESP2 alone.
"""

import asyncio
import json
import platform
import warnings

import redis
from recording import error_line
from redis_peer import Server, connected

warnings.simplefilter("ignore")

PASSWORD = b"s3cret"
WRONG = b"-WRONGPASS invalid username-password pair or user is disabled.\r\n"
WANTED = b"-NOAUTH Authentication required.\r\n"
UNKNOWN = b"-ERR unknown command `HELLO`, with args beginning with: `%s`, \r\n"
UNASKED = b"-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\r\n"


class Greeted(Server):
    """A server with a password, or none, and a user of its own where it knows users."""

    def __init__(self, has_password):
        super().__init__()
        self.has_password, self.is_known, self.exchange = has_password, not has_password, []

    def reply(self, words):
        name = words[0].upper()
        answer = self.hello(words) if name == b"HELLO" else self.auth(words[1:]) if name == b"AUTH" else self.other(words)
        self.exchange.append([[word.decode() for word in words], answer.decode()])
        return answer

    def other(self, words):
        return super().reply(words) if self.is_known else WANTED

    def let_in(self, is_right):
        self.is_known = self.is_known or is_right
        return b"+OK\r\n" if is_right else WRONG


class Redis7(Greeted):
    def hello(self, words):
        if len(words) > 2:
            user, password = words[3:5]
            refused = self.let_in(user == b"default" and not self.has_password or password == PASSWORD and user in (b"default", b"bus"))
            if refused.startswith(b"-"):
                return refused
        return Server.reply(self, words) if self.is_known else b"-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time\r\n"

    def auth(self, words):
        if len(words) == 1 and not self.has_password:
            return UNASKED
        user = words[0] if len(words) == 2 else b"default"
        return self.let_in(user == b"default" and not self.has_password or words[-1] == PASSWORD and user in (b"default", b"bus"))


class Redis5(Greeted):
    def hello(self, words):
        return UNKNOWN % b"`, `".join(words[1:])

    def auth(self, words):
        if len(words) != 1:
            return b"-ERR wrong number of arguments for 'auth' command\r\n"
        if not self.has_password:
            return b"-ERR Client sent AUTH, but no password is set\r\n"
        return self.let_in(words[0] == PASSWORD) if words[0] == PASSWORD else b"-ERR invalid password\r\n"


class Resp2Proxy(Redis7):
    def hello(self, words):
        return b"-NOPROTO unsupported protocol version\r\n" if words[1] != b"2" else super().hello(words)


SERVERS = [(kind, has_password) for kind in (Redis7, Redis5, Resp2Proxy) for has_password in (True, False)]
USERS = ["", ":s3cret@", ":wrong@", "bus:s3cret@", "bus@"]


def recorded(kind, has_password, url):
    async def greet():
        server = kind(has_password)
        try:
            await connected(url, server)
            return {"exchange": server.exchange}
        except Exception as error:  # whatever the driver raises is what is recorded
            return {"exchange": server.exchange, "error": error_line(error, "FOLDER")}

    return {"url": url, "server": kind.__name__, "hasPassword": has_password, **asyncio.run(asyncio.wait_for(greet(), 20))}


print(json.dumps({"driver": "redis-py", "version": redis.__version__, "interpreter": f"CPython {platform.python_version()}", "generator": "scripts/driver-vectors/redis-py-greeting.py"}))
for kind, has_password in SERVERS:
    for user in USERS:
        for protocol in ("", "?protocol=2"):
            print(json.dumps(recorded(kind, has_password, f"redis://{user}cache.internal:6379/1{protocol}")))
