import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A Node process that listens on a port which others may share with it (SO_REUSEPORT). */
export interface SharingProcess {
  readonly pid: number
  stop(): Promise<void>
}

/** Node 20 cannot set SO_REUSEPORT: perl makes the socket and becomes Node, which finds it as descriptor 3. */
const socketMaker = `
use Socket;
$^F = 255;
my ($host, $port, @command) = @ARGV;
socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1) or die "setsockopt: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEPORT, 1) or die "setsockopt: $!";
bind($server, sockaddr_in($port, inet_aton($host))) or die "bind: $!";
listen($server, 64) or die "listen: $!";
fileno($server) == 3 or die "the socket is not descriptor 3";
exec { $command[0] } @command or die "exec: $!";
`

/** Answers every upgrade: `open` accepts it, anything else is the refusal of a bus that demands a token. */
const service = `
const { createHash } = require('node:crypto')
const server = require('node:http').createServer()
server.on('upgrade', (request, socket) => {
  socket.on('error', () => undefined)
  if (process.argv[1] === 'open') {
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
    return socket.write('HTTP/1.1 101 Switching Protocols\\r\\nupgrade: websocket\\r\\nconnection: Upgrade\\r\\nsec-websocket-accept: ' + accept + '\\r\\n\\r\\n')
  }
  const body = '{"error":"Unauthorized","details":"Missing bearer token"}'
  socket.end('HTTP/1.1 401 Unauthorized\\r\\nwww-authenticate: Bearer realm="arqonbus"\\r\\ncontent-type: application/json\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body)
})
server.listen({ fd: 3 }, () => console.log('listening'))
`

/** Starts a process that shares the port; settles when it listens. @param door whether it lets every client in */
export async function startSharingProcess(port: number, door: 'open' | 'closed'): Promise<SharingProcess> {
  const child = spawn('perl', ['-e', socketMaker, '127.0.0.1', String(port), process.execPath, '-e', service, door], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = await Promise.race([once(child.stdout, 'data'), ended(child)])
  if (!String(said).includes('listening')) throw new Error(`the process does not listen: ${String(said)}`)
  return {
    pid: child.pid!,
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function ended(child: ChildProcess): Promise<string> {
  let words = ''
  child.stderr?.on('data', (data: Buffer) => (words += data.toString()))
  const [code] = (await once(child, 'exit')) as [number | null]
  return `exit code ${String(code)}: ${words}`
}
