import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.js'
import { privateFolder } from '../../base/files/state-folder.js'
import { DocumentUnreadableError, readDocument } from '../../base/files/read-document.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { configurationFileOf } from '../../checks/settings.js'
import { sourceTitles } from '../../environment/tested-environment.js'
import type { AlertDefinition } from '../alert-definition.js'
import type { AlertMemory, AlertState } from '../evaluate/alert-standing.js'
import type { PreparedAlerts } from '../prepare-alerts.js'
import { alertHistorySchema, type AlertHistoryDocument, type RememberedAlert } from './history-document.js'

/** What was told of an alert of which nothing is remembered. */
const untold: AlertState = 'not-firing'

interface Remembered extends AlertMemory {
  readonly told: AlertState
}

/**
 * The file of a system's history, for one deployment, profile and environment: what was counted of another one says
 * nothing.
 *
 * @param state the state folder
 */
export function alertHistoryFile(
  state: string,
  system: string,
  { prepared: { configuration, plan, sources } }: PreparedAlerts,
  config: string | undefined,
): string {
  const judged = [
    configuration.deployment ?? null,
    resolve(configurationFileOf({ config })),
    plan.profile,
    sourceTitles({ ...sources, pid: undefined }),
  ]
  const key = createHash('sha256').update(JSON.stringify(judged)).digest('hex').slice(0, 16)
  return join(state, 'alerts', `${system}-${key}.json`)
}

/** What is remembered of the alerts of one system. A file that cannot be trusted counts for nothing, and is said. */
export class AlertHistory {
  readonly #remembered = new Map<string, Remembered>()
  /** Milliseconds since the epoch of the round before; `undefined` where none is known. */
  #at: number | undefined
  #intervalMs: number | undefined

  private constructor(readonly file: string) {}

  /**
   * @param now milliseconds since the epoch
   * @param say called with why the file counts for nothing
   */
  static async read(file: string, now: number, say: (notice: string) => void): Promise<AlertHistory> {
    const history = new AlertHistory(file)
    const document = await readHistory(file, say)
    if (document === undefined) return history
    const at = Date.parse(document.at)
    if (at > now + clockSlack) {
      say(`the history ${file} is of the future (${document.at}), so that nothing of it counts`)
      return history
    }
    history.#at = at
    history.#intervalMs = document.intervalMs
    for (const [id, memory] of Object.entries(document.alerts)) history.#remembered.set(id, memory)
    return history
  }

  /** What the round before left of an alert; `undefined` where that was too long ago, or under another definition. */
  before({ id, digest }: AlertDefinition, now: number): AlertMemory | undefined {
    const memory = this.#remembered.get(id)
    return memory?.digest !== digest || this.#isOld(now) ? undefined : memory
  }

  /** The state that was told of an alert last. */
  told(id: string): AlertState {
    return this.#remembered.get(id)?.told ?? untold
  }

  /** Notes what a round left of an alert. */
  remember(id: string, memory: AlertMemory): void {
    this.#remembered.set(id, { ...memory, told: this.told(id) })
  }

  /** Notes that a change was told, as well as that could be done. */
  noteTold(id: string, told: AlertState): void {
    const memory = this.#remembered.get(id)
    if (memory !== undefined) this.#remembered.set(id, { ...memory, told })
  }

  /** Notes when a round began, and how often one does. Alerts that are no longer defined are forgotten. */
  endRound(at: number, intervalMs: number, alerts: readonly Pick<AlertDefinition, 'id'>[]): void {
    this.#at = at
    this.#intervalMs = intervalMs
    const known = new Set(alerts.map(({ id }) => id))
    for (const id of this.#remembered.keys()) if (!known.has(id)) this.#remembered.delete(id)
  }

  /** @throws OutputError when it cannot be written; the old content then stays */
  async save(state: string): Promise<void> {
    if (this.#at === undefined || this.#intervalMs === undefined) return
    await privateFolder(state)
    await privateFolder(join(state, 'alerts'))
    const document: AlertHistoryDocument = {
      schemaVersion: 1,
      at: new Date(this.#at).toISOString(),
      intervalMs: this.#intervalMs,
      alerts: Object.fromEntries([...this.#remembered].map(([id, memory]) => [id, written(memory)])),
    }
    await replaceFile(this.file, `${JSON.stringify(document)}\n`, { what: 'history', mode: 0o600 })
  }

  #isOld(now: number): boolean {
    return this.#at === undefined || now - this.#at > longestGap(this.#intervalMs ?? 0)
  }
}

/** Milliseconds by which the clock may be set back. */
const clockSlack = 60_000

/** Milliseconds between two rounds beyond which they are not in a row any more. */
function longestGap(intervalMs: number): number {
  return Math.max(10 * intervalMs, 10 * 60_000)
}

function written({ digest, state, since, held, samples, told }: Remembered): RememberedAlert {
  return { digest, state, since, held, samples: samples.map((own) => own.map((sample) => ({ ...sample }))), told }
}

async function readHistory(file: string, say: (notice: string) => void): Promise<AlertHistoryDocument | undefined> {
  try {
    return await readDocument(file, {
      noun: 'history',
      schema: alertHistorySchema,
      hint: 'the next round of a watch writes it anew',
      refuseLinks: true,
    })
  } catch (error) {
    if (!(error instanceof DocumentUnreadableError)) throw error
    if (codeOf(error.cause) === 'ENOENT') return undefined
    say(`${messageOf(error)}, so that nothing of it counts`)
    return undefined
  }
}
