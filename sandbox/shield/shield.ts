import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint, openEndpoint } from '../endpoint.js'
import { openLog } from '../log-file.js'
import type { Environment } from '../settings/environment.js'
import { createEdge } from './edge.js'
import { createMetrics } from './metrics.js'
import { contractualShield, type ShieldMisbehaviour } from './misbehaviour.js'
import { readShieldSettings, refusals } from './settings.js'
import type { ShieldState } from './shield-state.js'
import { connectSpine } from './spine.js'

/** Shield will not start with this environment; the message lists why, by variable. */
export class ShieldRefusedToStart extends Error {
  readonly code = 'SANDBOX_SHIELD_REFUSED'

  constructor(readonly reasons: readonly string[]) {
    super(`Shield refuses to start: ${reasons.join('; ')}`)
    this.name = 'ShieldRefusedToStart'
  }
}

interface ShieldOptions {
  /** Its working folder: `envelope.desc` is read from it, the log goes to `logs/shield.log` in it. */
  readonly folder: string
}

export interface Shield {
  readonly edge: Endpoint
  readonly metrics: Endpoint
  readonly logFile: string
  /** Changed in place, at any time. */
  readonly misbehaviour: ShieldMisbehaviour
  /** Reads another environment without a restart; the connection to NATS stays as it is. */
  adopt(environment: Environment): void
  /** Back to its contract. */
  behave(): void
  /** Whether NATS answers Shield within this time. */
  seesSpine(withinMs: number): Promise<boolean>
  stop(): Promise<void>
}

/**
 * Starts a Shield that keeps to the contract, on free loopback ports.
 * @throws ShieldRefusedToStart where the real one would not start; what the NATS client throws when NATS is not
 *   reachable
 */
export async function startShield(environment: Environment, { folder }: ShieldOptions): Promise<Shield> {
  mkdirSync(folder, { recursive: true })
  const reasons = refusals(environment, folder)
  if (reasons.length > 0) throw new ShieldRefusedToStart(reasons)
  const logFile = join(folder, 'logs', 'shield.log')
  const settings = readShieldSettings(environment, folder)
  const spine = await connectSpine(settings.natsUrl)
  const state: ShieldState = { settings, misbehaviour: contractualShield(), spine, log: openLog(logFile, 'shield') }
  const edge = await openEndpoint(createEdge(state), '127.0.0.1', 0)
  const metrics = await openEndpoint(createMetrics(state), '127.0.0.1', 0)
  state.log('INFO', `Shield listens on ${edge.host}:${edge.port}`)
  return {
    edge,
    metrics,
    logFile,
    misbehaviour: state.misbehaviour,
    adopt(changed) {
      state.settings = readShieldSettings(changed, folder)
    },
    behave() {
      Object.assign(state.misbehaviour, contractualShield())
    },
    seesSpine: (withinMs) => spine.isAnswering(withinMs),
    async stop() {
      await Promise.all([edge.close(), metrics.close()])
      spine.close()
    },
  }
}
