import { tmpdir } from 'node:os'
import type { z } from 'zod'
import { Deadline } from '../../../src/base/time/deadline.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import type { FilledPlace } from '../../../src/runbooks/definition/runbook-definition.js'
import { UnansweredError, type Person } from '../../../src/engine/person.js'
import type { Operator } from '../../../src/processes/operator.js'
import type { ActionContext, StepKind } from '../../../src/runbooks/definition/step-kind.js'

const operator: Operator = { user: 'somebody', uid: 1000, host: 'here', pid: 1 }

const refuse = (): Promise<never> => Promise.reject(new UnansweredError('no one is there'))
const noPerson: Person = { type: refuse, line: refuse, pick: refuse, secret: refuse }

export interface Circumstances {
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly limit?: number
  readonly folder?: string
  readonly filled?: readonly FilledPlace[]
  readonly effect?: 'read' | 'idempotent' | 'once'
  readonly idempotencyKey?: string
  /** Variables of the environment under test. */
  readonly environment?: Readonly<Record<string, string>>
  readonly onOutput?: (text: string) => void
}

/** For a run that has none. */
export const noEnvironment = TestedEnvironment.of({})

/** Of what an approve step in no run at all approves. */
export const approvedDigest = `sha256:${'ef'.repeat(32)}`

/** The context of a step in no run at all. */
export function stepContext(given: Circumstances = {}): ActionContext {
  return {
    signal: given.signal ?? new AbortController().signal,
    deadline: Deadline.after(given.limit ?? 30_000),
    folder: given.folder ?? tmpdir(),
    environment: TestedEnvironment.of(given.environment ?? {}),
    filled: given.filled ?? [],
    step: { path: 'step', title: 'a step', effect: given.effect ?? 'once', isRepeated: false },
    run: {
      id: 'run',
      operator: 'somebody',
      host: 'here',
      started_at: '2026-01-01T00:00:00Z',
      folder: tmpdir(),
      planHash: '',
      startedBy: operator,
    },
    operator,
    person: noPerson,
    idempotencyKey: given.idempotencyKey ?? 'key-of-this-step',
    approvals: [],
    approval: { digest: () => Promise.resolve(approvedDigest), use: () => Promise.resolve(undefined) },
    output: given.onOutput ?? (() => {}),
    probe: undefined,
    check: () => Promise.reject(new Error('there are no checks here')),
  }
}

/**
 * Carries an action out once, as a run would: the input is parsed by its own schema, and the facts must satisfy theirs.
 */
export async function perform<Input extends z.ZodType, Facts extends z.ZodObject>(
  action: StepKind<Input, Facts>,
  input: z.input<Input>,
  circumstances: Circumstances = {},
): Promise<z.output<Facts>> {
  return action.facts.parse(await action.perform(action.input.parse(input), stepContext(circumstances)))
}

/**
 * Values that would do harm if anything read them as more than text. All but those with a NUL must arrive as they are,
 * or be refused.
 */
export const hostileValues = [
  '; touch pwned',
  '$(touch pwned)',
  '`touch pwned`',
  "'; touch pwned; '",
  '"; touch pwned; "',
  'one\ntouch pwned\n',
  '\r\ntouch: pwned',
  '-rf',
  '--output=pwned',
  '| touch pwned',
  '%0atouch pwned',
  '${HOME}',
  '\\"',
  '*',
  '',
] as const
