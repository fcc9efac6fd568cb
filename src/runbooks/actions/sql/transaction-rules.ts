import type { SqlStatement } from './statements.js'

const endings = new Set(['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT'])

/** Commands that are known by their first words. */
const aloneByName = [
  'VACUUM',
  'CREATE DATABASE',
  'DROP DATABASE',
  'CREATE TABLESPACE',
  'DROP TABLESPACE',
  'CREATE INDEX CONCURRENTLY',
  'CREATE UNIQUE INDEX CONCURRENTLY',
  'DROP INDEX CONCURRENTLY',
  'ALTER SYSTEM',
  'DISCARD ALL',
  'COMMIT PREPARED',
  'ROLLBACK PREPARED',
] as const

/** What REINDEX takes, and whether it commits after each table of it. */
const reindexed: ReadonlyMap<string, boolean> = new Map([
  ['INDEX', false],
  ['TABLE', false],
  ['SCHEMA', true],
  ['DATABASE', true],
  ['SYSTEM', true],
])

/**
 * The command, where PostgreSQL 15 runs it only outside a transaction (its pages on SQL commands, "cannot be executed
 * inside a transaction block"), whatever is in the database. What depends on that is left to the server: DROP
 * SUBSCRIPTION, CLUSTER and REINDEX of a partitioned table, a procedure that commits.
 */
function commandRunAlone({ words }: SqlStatement): string | undefined {
  const [first = '', second = '', third = ''] = words
  const byName = aloneByName.find((name) => name === words.slice(0, name.split(' ').length).join(' '))
  if (byName !== undefined) return byName
  switch (`${first} ${second}`) {
    case 'ALTER DATABASE':
      return hasPair(words, 'SET', 'TABLESPACE') ? 'ALTER DATABASE SET TABLESPACE' : undefined
    case 'ALTER TABLE':
      return hasPair(words, 'DETACH', 'PARTITION') && words.at(-1) === 'CONCURRENTLY'
        ? 'ALTER TABLE DETACH PARTITION CONCURRENTLY'
        : undefined
    case 'CREATE SUBSCRIPTION':
      return words.includes('CREATE_SLOT') || words.includes('CONNECT') ? undefined : 'CREATE SUBSCRIPTION'
    case 'ALTER SUBSCRIPTION':
      return refreshedBy(words)
    default:
  }
  if (first === 'REINDEX') return reindexAlone(words)
  // Without a table it is one transaction for each table that was clustered before.
  return first === 'CLUSTER' && (second === '' || (second === 'VERBOSE' && third === '')) ? 'CLUSTER' : undefined
}

function hasPair(words: readonly string[], first: string, second: string): boolean {
  return words.some((word, index) => word === first && words[index + 1] === second)
}

function refreshedBy(words: readonly string[]): string | undefined {
  if (hasPair(words, 'REFRESH', 'PUBLICATION')) return 'ALTER SUBSCRIPTION REFRESH PUBLICATION'
  const verb = ['SET', 'ADD', 'DROP'].find((each) => hasPair(words, each, 'PUBLICATION'))
  return verb === undefined || words.includes('REFRESH') ? undefined : `ALTER SUBSCRIPTION ${verb} PUBLICATION`
}

/** Its options come first, in parentheses: `REINDEX (CONCURRENTLY, VERBOSE) TABLE t`. */
function reindexAlone(words: readonly string[]): string | undefined {
  const place = words.findIndex((word) => reindexed.has(word))
  const kind = words[place]
  if (kind === undefined) return undefined
  if (reindexed.get(kind) === true) return `REINDEX ${kind}`
  const option = words.indexOf('CONCURRENTLY')
  const isOn = option !== -1 && option <= place + 1 && !['FALSE', 'OFF'].includes(words[option + 1] ?? '')
  return isOn ? `REINDEX ${kind} CONCURRENTLY` : undefined
}

/**
 * Why a statement cannot be sent by a step, and what to write instead; `undefined` when it can.
 *
 * @param isInTransaction whether the step runs its statements in a transaction
 */
export function unfitFor(statement: SqlStatement, isInTransaction: boolean): string | undefined {
  const [first = '', second = '', third = ''] = statement.words
  const alone = commandRunAlone(statement)
  if (alone !== undefined)
    return isInTransaction ? `${alone} cannot run in a transaction: write transaction: false` : undefined
  const toSavepoint = second === 'TO' || ((second === 'WORK' || second === 'TRANSACTION') && third === 'TO')
  if (first === 'ROLLBACK' && toSavepoint && isInTransaction) return undefined
  if (first === 'PREPARE' && second === 'TRANSACTION')
    return isInTransaction
      ? 'PREPARE TRANSACTION would end the transaction of the step'
      : 'PREPARE TRANSACTION needs a transaction, and the step has transaction: false'
  if (!endings.has(first)) return undefined
  return isInTransaction
    ? `${first} would begin or end a transaction; the step already runs in one`
    : `${first} would begin or end a transaction; leave out transaction: false to run all statements in one`
}
