import { connect } from 'node:net'

/**
 * Sends commands over one connection and gives the first line of each reply. No time limit, as in the script it stands
 * for.
 */
function converse(host: string, port: number, commands: readonly (readonly string[])[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      for (const command of commands)
        socket.write(
          `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`,
        )
    })
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('utf8')
      const lines = received.split('\r\n').slice(0, -1)
      if (lines.length < commands.length) return
      socket.destroy()
      resolve(lines)
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('connection closed')))
  })
}

/**
 * `scripts/manual_checks/redis_connection_check.py`: 2 without a URL, 1 when unreachable, 0 when fine; prints the URL
 * whole.
 */
export async function checkRedis(): Promise<number> {
  const url = process.env['ARQONBUS_VALKEY_URL'] || process.env['ARQONBUS_REDIS_URL']
  if (!url) {
    process.stdout.write('ERROR: set ARQONBUS_VALKEY_URL (or ARQONBUS_REDIS_URL)\n')
    return 2
  }
  try {
    const { hostname, port, username, password } = new URL(url)
    const credentials = [username, password].map(decodeURIComponent).filter((part) => part !== '')
    const commands = [...(credentials.length > 0 ? [['AUTH', ...credentials]] : []), ['PING']]
    const answers = await converse(hostname, Number(port || 6379), commands)
    const refusal = answers.find((answer) => answer.startsWith('-'))
    if (refusal !== undefined) throw new Error(refusal.slice(1))
    process.stdout.write(`OK: Valkey/Redis reachable at ${url}\n`)
    return 0
  } catch (error) {
    process.stdout.write(
      `ERROR: unable to reach Valkey/Redis at ${url}: ${error instanceof Error ? error.message : 'unknown'}\n`,
    )
    return 1
  }
}
