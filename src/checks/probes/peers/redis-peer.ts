import type { Workbench } from '../../../engine/self-test.js'

/** How the peer differs from a server in order. */
export interface RedisScript {
  readonly password: string
  /** Refuses every write, as a replica does. */
  readonly isReadOnly?: boolean
  /** Elements of every list; three when left out. */
  readonly waiting?: number
}

const status = (text: string): string => `+${text}\r\n`
const refusal = (text: string): string => `-${text}\r\n`
const number = (value: number): string => `:${value}\r\n`
const bulk = (text: string | undefined): string =>
  text === undefined ? '$-1\r\n' : `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const array = (items: readonly string[]): string => `*${items.length}\r\n${items.join('')}`

const info = [
  '# Server',
  'redis_version:7.4.0',
  'redis_mode:standalone',
  '# Replication',
  'role:master',
  '# Memory',
  'maxmemory_policy:noeviction',
  '',
].join('\r\n')
const writes = new Set(['SET', 'DEL', 'XADD', 'EXPIRE', 'XGROUP', 'XREADGROUP', 'XACK'])

/** Takes the commands that are complete (RESP arrays of bulk strings, Latin-1) off the front of what was heard. */
function commandsIn(heard: string): { readonly commands: string[][]; readonly rest: string } {
  const commands: string[][] = []
  let rest = heard
  for (;;) {
    const head = /^\*(\d+)\r\n/.exec(rest)
    if (head === null) return { commands, rest }
    const words: string[] = []
    let at = head[0].length
    while (words.length < Number(head[1])) {
      const length = /^\$(\d+)\r\n/.exec(rest.slice(at))
      const start = at + (length?.[0].length ?? 0)
      const end = start + Number(length?.[1])
      if (length === null || rest.length < end + 2) return { commands, rest }
      words.push(rest.slice(start, end))
      at = end + 2
    }
    commands.push(words)
    rest = rest.slice(at)
  }
}

/** What one connection knows: enough of a store for a value and a stream to be written and read back. */
class Conversation {
  readonly #values = new Map<string, string>()
  #isLoggedIn = false

  constructor(private readonly script: RedisScript) {}

  answer([name = '', ...rest]: readonly string[]): string {
    const command = name.toUpperCase()
    const [key = '', value = ''] = rest
    if (command === 'AUTH') {
      this.#isLoggedIn = rest.at(-1) === this.script.password
      return this.#isLoggedIn ? status('OK') : refusal('WRONGPASS invalid username-password pair or user is disabled.')
    }
    if (!this.#isLoggedIn) return refusal('NOAUTH Authentication required.')
    if (this.script.isReadOnly === true && writes.has(command))
      return refusal("READONLY You can't write against a read only replica.")
    if (command === 'PING') return status('PONG')
    if (command === 'INFO') return bulk(info)
    if (command === 'CONFIG') return array([bulk(rest[1]), bulk(rest[1] === 'save' ? '3600 1' : '')])
    if (command === 'SET') {
      this.#values.set(key, value)
      return status('OK')
    }
    if (command === 'LLEN') return number(this.script.waiting ?? 3)
    if (command === 'GET') return bulk(this.#values.get(key))
    if (command === 'DEL') return number(this.#values.delete(key) ? 1 : 0)
    if (command === 'XADD') {
      this.#values.set(key, rest.at(-1) ?? '')
      return bulk('1-1')
    }
    if (command === 'EXPIRE') return number(this.#values.has(key) ? 1 : 0)
    if (command === 'XRANGE') return array([this.#entry(key)])
    if (command === 'XGROUP') return status('OK')
    if (command === 'XREADGROUP') return array([array([bulk(rest.at(-2)), array([this.#entry(rest.at(-2) ?? '')])])])
    if (command === 'XACK') return number(0)
    return refusal(`ERR unknown command '${name}'`)
  }

  #entry(stream: string): string {
    return array([bulk('1-1'), array([bulk('probe'), bulk(this.#values.get(stream))])])
  }
}

/** A Redis that speaks just enough (RESP 2, redis.io/docs/reference/protocol-spec). */
export function serveRedis(workbench: Workbench, script: RedisScript): Promise<number> {
  return workbench.serve((socket) => {
    const conversation = new Conversation(script)
    let heard = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      const { commands, rest } = commandsIn(heard + text)
      heard = rest
      for (const command of commands) socket.write(conversation.answer(command), 'latin1')
    })
  })
}
