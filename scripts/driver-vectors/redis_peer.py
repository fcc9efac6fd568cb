"""A Redis server for recordings of redis-py, over streams that stand in for the socket."""

import asyncio

from redis.asyncio import Redis


class Server:
    """Answers what a server of 16 databases answers, over streams that are not sockets."""

    def __init__(self):
        self.reader = asyncio.StreamReader()
        self.commands = []
        self.buffer = b""

    def write(self, data):
        self.buffer += data
        while (command := self.take()) is not None:
            self.commands.append(command)
            asyncio.get_running_loop().call_soon(self.reader.feed_data, self.reply(command))

    def writelines(self, lines):
        self.write(b"".join(lines))

    def take(self):
        lines = self.buffer.split(b"\r\n", 1)
        if len(lines) < 2 or not lines[0].startswith(b"*"):
            return None
        rest, words = lines[1], []
        for _ in range(int(lines[0][1:])):
            size, _, rest = rest.partition(b"\r\n")
            length = int(size[1:])
            words.append(rest[:length])
            rest = rest[length + 2 :]
        self.buffer = rest
        return words

    def reply(self, words):
        name = words[0].upper()
        if name == b"HELLO":
            return b"%1\r\n$5\r\nproto\r\n:" + words[1] + b"\r\n"
        if name == b"SELECT" and not 0 <= int(words[1]) < 2**31:
            return b"-ERR DB index is out of range\r\n"
        if name == b"CLIENT" and words[1].upper() == b"MAINT_NOTIFICATIONS":
            return b"-ERR unknown subcommand 'MAINT_NOTIFICATIONS'\r\n"
        if name == b"CLIENT" and words[1].upper() == b"SETNAME" and not all(33 <= byte <= 126 for byte in words[2]):
            return b"-ERR Client names cannot contain spaces, newlines or special characters.\r\n"
        return b"+PONG\r\n" if name == b"PING" else b"+OK\r\n"

    async def drain(self):
        await asyncio.sleep(0)

    def close(self):
        self.reader.feed_eof()

    async def wait_closed(self):
        pass

    def is_closing(self):
        return False

    def get_extra_info(self, name):
        return ("127.0.0.1", 6379) if name == "peername" else None

    @property
    def transport(self):
        return self


async def connected(text, server):
    """Up to the answer of a PING; the error is the driver's own."""
    opened = {}

    async def open_connection(host=None, port=None, ssl=None, **rest):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if not 0 <= port <= 65535:
            raise OverflowError("connect(): port must be 0-65535.")
        opened.update(endpoint={"host": host, "port": port}, context=ssl)
        return server.reader, server

    async def open_unix_connection(path=None, **rest):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if path == "":
            raise ConnectionRefusedError("[Errno 111] Connection refused")
        opened.update(endpoint={"path": path}, context=None)
        return server.reader, server

    asyncio.open_connection, asyncio.open_unix_connection = open_connection, open_unix_connection
    client = Redis.from_url(text)
    connection = client.connection_pool.make_connection()
    await connection.connect_check_health(check_health=True, retry_socket_connect=False)
    await connection.send_command("PING")
    await connection.read_response()
    return connection, opened
