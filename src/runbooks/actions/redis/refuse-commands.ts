import type { FilledPlace } from '../../definition/runbook-definition.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { isFilled } from '../effect/filled.js'

export type RedisCommand = readonly [string, ...string[]]

/** Commands whose answer does not come, or comes and comes: the connection would hang on them. */
const waiting = new Set(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR SYNC PSYNC REPLCONF BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP'.split(
    ' ',
  ),
)

/** Commands that belong to the connection, which is ours. */
const ours: Readonly<Record<string, string>> = {
  AUTH: 'credentials stand in the URL',
  HELLO: 'the protocol is chosen already',
  SELECT: 'the database stands in the URL',
  QUIT: 'the connection is ended after the last command',
  RESET: 'the connection is ended after the last command',
  MULTI: 'say atomic: true',
  EXEC: 'say atomic: true',
  DISCARD: 'say atomic: true',
  WATCH: 'say atomic: true',
  UNWATCH: 'say atomic: true',
}

/** Commands that empty, stop or derange a server. */
const dangerous = new Set(['SHUTDOWN', 'FLUSHALL', 'FLUSHDB', 'DEBUG', 'SWAPDB'])

/** Where a script stands in commands that have one: the server runs it as a program. */
const scripts: Readonly<Record<string, number>> = { EVAL: 1, EVAL_RO: 1, 'SCRIPT LOAD': 2, 'FUNCTION LOAD': 2 }

function reasonAgainst([name, ...words]: RedisCommand, isDangerAllowed: boolean): string | undefined {
  const command = name.toUpperCase()
  const options = words.map((word) => word.toUpperCase())
  if (waiting.has(command)) return `${command} waits or streams`
  if (
    (command === 'XREAD' || command === 'XREADGROUP') &&
    options.slice(0, Math.max(0, options.indexOf('STREAMS'))).includes('BLOCK')
  )
    return `${command} with BLOCK waits`
  if ((command === 'WAIT' || command === 'WAITAOF') && Number(words.at(-1)) === 0)
    return `${command} with the limit 0 waits for ever`
  if (command === 'CLIENT' && (options[0] === 'REPLY' || options[0] === 'TRACKING'))
    return `CLIENT ${options[0]} changes what the connection answers`
  const own = Object.hasOwn(ours, command) ? ours[command] : undefined
  if (own !== undefined) return `${command} belongs to the connection: ${own}`
  if (dangerous.has(command) && !isDangerAllowed)
    return `${command} can destroy what the server holds: say dangerous: true when it is meant`
  return undefined
}

/**
 * Refuses what cannot be done over one connection that ends, what is dangerous unless it is meant, and names and
 * scripts that an
 * expression gives.
 *
 * @throws NotPerformedError
 */
export function refuseCommands(
  commands: readonly RedisCommand[],
  filled: readonly FilledPlace[],
  isDangerAllowed: boolean,
): void {
  for (const [index, command] of commands.entries()) {
    const refuse = (reason: string): never => {
      throw new NotPerformedError(`commands[${index}]: ${reason}`)
    }
    if (isFilled(filled, ['commands', index, 0])) refuse('an expression cannot give the name of a command')
    const name = command[0].toUpperCase()
    const script = scripts[name] ?? scripts[`${name} ${command[1]?.toUpperCase() ?? ''}`]
    const program = [...Array.from({ length: script ?? 0 }, (_, place) => place + 1)]
    if (program.some((place) => isFilled(filled, ['commands', index, place])))
      refuse('an expression cannot give a script, only what follows it')
    const reason = reasonAgainst(command, isDangerAllowed)
    if (reason !== undefined) refuse(reason)
  }
}
