import { suggestionHint } from '../../base/text/wording.js'

/** What a command may be given, besides its name. */
interface ReadingCommand {
  readonly least: number
  readonly most: number
}

const of = (least: number, most = least): ReadingCommand => ({ least, most })

/**
 * Commands that change nothing and whose answer is short, whatever the data: no KEYS, LRANGE or HGETALL. PFCOUNT, which
 * writes what it has counted, is not among them, and neither is what shows what others send (CLIENT LIST, SLOWLOG GET).
 */
const readingCommands: Readonly<Record<string, ReadingCommand>> = {
  'ACL WHOAMI': of(0),
  'CLUSTER INFO': of(0),
  'CONFIG GET': of(1),
  DBSIZE: of(0),
  EXISTS: of(1, 20),
  GET: of(1),
  HEXISTS: of(2),
  HGET: of(2),
  HLEN: of(1),
  HSTRLEN: of(2),
  INFO: of(1),
  LASTSAVE: of(0),
  'LATENCY LATEST': of(0),
  LLEN: of(1),
  'MEMORY USAGE': of(1),
  'OBJECT ENCODING': of(1),
  'OBJECT IDLETIME': of(1),
  PTTL: of(1),
  SCARD: of(1),
  SISMEMBER: of(2),
  'SLOWLOG LEN': of(0),
  STRLEN: of(1),
  TTL: of(1),
  TYPE: of(1),
  'XINFO GROUPS': of(1),
  'XINFO STREAM': of(1),
  XLEN: of(1),
  XPENDING: of(2),
  ZCARD: of(1),
  ZCOUNT: of(3),
  ZSCORE: of(2),
}

/** A command that may be asked: its name in capitals, and what it is given. */
interface Reading {
  readonly name: string
  readonly args: readonly string[]
}

/** Reads a command and its arguments; in place of it why it may not be asked. */
export function readingCommandOf(words: readonly string[]): Reading | { readonly refusal: string } {
  const [first = '', second = ''] = words.map((word) => word.toUpperCase())
  const length = Object.hasOwn(readingCommands, `${first} ${second}`) ? 2 : 1
  const name = length === 2 ? `${first} ${second}` : first
  const isListed = (length === 2 || !name.includes(' ')) && Object.hasOwn(readingCommands, name)
  const known = isListed ? readingCommands[name] : undefined
  if (known === undefined) {
    const hint = suggestionHint(name, Object.keys(readingCommands))
    const what = `${words[0] ?? ''} is not a command that only reads and has a short answer`
    return { refusal: hint === undefined ? what : `${what}; ${hint}` }
  }
  const args = words.slice(length)
  if (args.length < known.least || args.length > known.most) return { refusal: `${name} ${argumentsWanted(known)}` }
  const refusal = unfit(name, args[0] ?? '')
  return refusal === undefined ? { name, args } : { refusal }
}

function argumentsWanted({ least, most }: ReadingCommand): string {
  if (most === 0) return 'takes no argument'
  if (least !== most) return `takes ${least} to ${most} arguments`
  return least === 1 ? 'takes one argument' : `takes ${least} arguments`
}

function unfit(name: string, argument: string): string | undefined {
  if (name === 'INFO' && !/^[a-z]+$/i.test(argument)) return 'INFO takes the name of one section'
  if (name !== 'CONFIG GET') return undefined
  if (!/^[a-z0-9-]+$/i.test(argument)) return 'CONFIG GET takes the name of one setting'
  // requirepass, masterauth, tls-key-file-pass
  return /pass|auth|secret/i.test(argument) ? 'this setting may hold a password, and is not shown' : undefined
}

/** The words that the server is sent. */
export function sentWords({ name, args }: Reading): readonly [string, ...string[]] {
  const [command = '', ...rest] = name.split(' ')
  return [command, ...rest, ...args]
}
