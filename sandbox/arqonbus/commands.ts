import type { JsonObject } from '../protobuf/struct.js'
import { type BusEnvelope, fromBus } from './bus-envelope.js'
import type { BusState } from './bus-state.js'
import { reloadedPolicy } from './casil.js'
import { CommandRefused } from './command-refused.js'
import { readHistory } from './history.js'

/** Who sent a command: what the token's claims say. */
export interface Sender {
  readonly isAdmin: boolean
}

type Command = (
  args: JsonObject,
  state: BusState,
  sender: Sender,
) =>
  | { readonly message: string; readonly data: JsonObject }
  | Promise<{ readonly message: string; readonly data: JsonObject }>

const plain = (policy: object): JsonObject => JSON.parse(JSON.stringify(policy)) as JsonObject

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['ping', () => ({ message: 'pong', data: { timestamp: new Date().toISOString() } })],
  ['op.casil.get', (_args, state) => ({ message: 'CASIL policy snapshot', data: plain(state.settings.casil) })],
  [
    'op.casil.reload',
    (args, state, sender) => {
      if (!sender.isAdmin) throw new CommandRefused('AUTHORIZATION_ERROR', 'Only admin clients can reload CASIL policy')
      state.settings = { ...state.settings, casil: reloadedPolicy(state.settings.casil, args) }
      state.log('WARNING', `CASIL policy reloaded: mode ${state.settings.casil.mode}`)
      return { message: 'CASIL policy reloaded', data: plain(state.settings.casil) }
    },
  ],
  ['op.webhook.list', () => ({ message: 'Webhook rules retrieved', data: { rules: [], count: 0 } })],
  ['op.cron.list', () => ({ message: 'Cron jobs retrieved', data: { jobs: [], count: 0 } })],
  [
    'op.store.list',
    (args) => ({
      message: 'Store keys listed',
      data: { namespace: typeof args['namespace'] === 'string' ? args['namespace'] : 'default', count: 0, keys: [] },
    }),
  ],
  [
    'op.omega.status',
    (_args, { settings }) => ({
      message: 'Tier-Omega lane status',
      data: { ...plain(settings.omega), substrate_count: 0, event_count: 0 },
    }),
  ],
  [
    'op.omega.list_events',
    (args, { settings }) => {
      if (!settings.omega.enabled)
        throw new CommandRefused('FEATURE_DISABLED', 'Tier-Omega experimental lane is disabled')
      const limit = typeof args['limit'] === 'number' ? args['limit'] : 50
      return { message: 'Tier-Omega events listed', data: { events: [], count: 0, limit } }
    },
  ],
  [
    'op.history.get',
    async (args, state, { isAdmin }) => ({
      message: 'History window retrieved',
      data: await readHistory(args, state, isAdmin),
    }),
  ],
])

const operatorCommand = /^op\.(?:webhook|cron|store|history|omega)\./

/** The answer to a command, whatever became of it. */
export async function answerToCommand(envelope: BusEnvelope, state: BusState, sender: Sender): Promise<BusEnvelope> {
  const answer = (status: string, message: string, data: JsonObject, errorCode = ''): BusEnvelope =>
    fromBus('response', { requestId: envelope.id, status, errorCode, payload: { message, data } })
  const { command: name } = envelope.body
  const command =
    state.misbehaviour.isBeforeOperatorCommands && operatorCommand.test(name) ? undefined : commands.get(name)
  if (command === undefined) {
    const payload = { message: `Command ${name} processing not fully implemented` }
    return fromBus('message', { requestId: envelope.id, status: 'pending', payload })
  }
  try {
    const { message, data } = await command(envelope.body.args, state, sender)
    return answer('success', message, data)
  } catch (error) {
    if (error instanceof CommandRefused) return answer('error', error.message, {}, error.code)
    if (error instanceof Error) return answer('error', error.message, {}, 'VALIDATION_ERROR')
    throw error
  }
}
