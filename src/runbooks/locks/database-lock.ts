import { createHash } from 'node:crypto'
import { messageOf, PreflightError, exitCodes } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { driverContextOf } from '../../environment/driver-context.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { logInToPostgres } from '../../net/postgres/postgres-login.js'
import type { PostgresSession } from '../../net/postgres/postgres-session.js'
import { readPostgresSecurity, readPostgresTarget } from '../../net/postgres/postgres-target.js'
import { LockedError, type Lock, lockOnHost, type Holder } from '../../processes/locks/host-lock.js'
import { removeLocksOfTheDead, machineLockFolder } from '../../processes/locks/file-lock.js'

/** Milliseconds for the login and for each question. */
const answerLimit = 10_000

/** Milliseconds between two looks at whether the session that holds the lock is still open. */
const lookEvery = 5_000

/** The database in which a lock is taken. */
export interface LockDatabase {
  readonly url: Secret
  /** Of the account that the service runs under; empty when it is not stated. */
  readonly serviceHome: string
  /** The one under test, of which the driver takes what the URL leaves out. */
  readonly environment: TestedEnvironment
}

/**
 * Takes an advisory lock in a PostgreSQL database, so that runs from different machines exclude each other. It belongs
 * to a session of ours and goes with it, and so with this process.
 *
 * @param run shown to others that find it taken, as the session's application name
 * @param onLost called when the session ends before the lock is released: from then on somebody else may work on the
 *   target
 * @throws LockedError, naming the holder; PreflightError (exit 25) when the database cannot be asked
 */
export async function lockInDatabase(
  what: string,
  database: LockDatabase,
  name: string,
  run: string,
  onLost: (reason: string) => void,
): Promise<Lock> {
  const session = await open(database, run)
  const key = createHash('sha256').update(name).digest().readBigInt64BE(0)
  try {
    const [row] = await session.query('SELECT pg_try_advisory_lock($1::bigint) AS taken', [String(key)])
    if (row?.['taken'] !== true) throw new LockedError(what, await holderOf(session, key))
  } catch (error) {
    await session.end()
    throw error
  }
  const timer = setInterval(() => {
    session.query('SELECT 1').catch((error: unknown) => {
      clearInterval(timer)
      onLost(messageOf(error))
    })
  }, lookEvery)
  timer.unref()
  return {
    async release() {
      clearInterval(timer)
      await session.end()
    },
  }
}

async function open({ url, serviceHome, environment }: LockDatabase, run: string): Promise<PostgresSession> {
  const signal = new AbortController().signal
  try {
    const target = readPostgresTarget(url, 'asyncpg', driverContextOf(environment, serviceHome))
    const named = { ...target, settings: { ...target.settings, application_name: `preflight ${run}`.slice(0, 63) } }
    const { session } = await logInToPostgres(named, await readPostgresSecurity(target, ''), answerLimit, {
      signal,
      reach: () => undefined,
    })
    return session
  } catch (error) {
    throw new PreflightError(
      'lock',
      exitCodes.locked,
      `the lock in the database could not be taken: ${messageOf(error)}`,
      { cause: error, hint: 'without it two runs could change the same database; make the database reachable first' },
    )
  }
}

async function holderOf(session: PostgresSession, key: bigint): Promise<string> {
  const unsigned = BigInt.asUintN(64, key)
  const [row] = await session.query(
    `SELECT a.application_name AS name, a.usename AS role, coalesce(a.client_addr::text, 'a local socket') AS address, a.backend_start::text AS since
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid`,
    [String(unsigned >> 32n), String(unsigned & 0xffffffffn)],
  )
  if (row === undefined) return 'a session that has since ended'
  return `${String(row['name'])} (role ${String(row['role'])}, from ${String(row['address'])}, since ${String(row['since'])})`
}

export interface Locks {
  /** Aborted when the lock in the database is lost. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/**
 * Takes what a run needs for itself: the run, its target on this machine, and its target in the database where the
 * runbook names one.
 *
 * @throws LockedError, naming the holder, with nothing held
 */
export async function takeLocks(request: {
  readonly holder: Holder
  readonly target: string
  readonly database: LockDatabase | undefined
}): Promise<Locks> {
  const { holder, target, database } = request
  const lost = new AbortController()
  const held: Lock[] = []
  const release = async (): Promise<void> => {
    for (const lock of held.splice(0).reverse()) await lock.release()
  }
  try {
    await removeLocksOfTheDead(machineLockFolder)
    held.push(await lockOnHost(`run ${holder.run}`, `run ${holder.run}`, holder))
    held.push(await lockOnHost(`the target ${target}`, `target ${target}`, holder))
    if (database !== undefined)
      held.push(
        await lockInDatabase(`the target ${target}`, database, `preflight target ${target}`, holder.run, (reason) =>
          lost.abort(new Error(`the lock in the database was lost: ${reason}`)),
        ),
      )
    return { lost: lost.signal, release }
  } catch (error) {
    await release()
    throw error
  }
}
