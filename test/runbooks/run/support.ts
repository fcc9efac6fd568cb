import { z } from 'zod'
import type { Expectation } from '../../../src/engine/probe.js'
import type { Template } from '../../../src/definitions/expression/expression.js'
import type {
  Operation,
  RunbookDefinition,
  RunbookScope,
  StepDefinition,
} from '../../../src/runbooks/definition/runbook-definition.js'
import type { JournalEntry, JournalEvent } from '../../../src/runbooks/record/journal.js'
import { UnansweredError, type Person } from '../../../src/engine/person.js'
import type { PlannedStep } from '../../../src/runbooks/plan/runbook-plan.js'
import { RunFold, type RunRecord } from '../../../src/runbooks/record/run-record.js'
import { defineStepKind, type ActionContext, type StepKind } from '../../../src/runbooks/definition/step-kind.js'
import type { Effect } from '../../../src/runbooks/definition/runbook-vocabulary.js'
import { carryOut } from '../../../src/runbooks/run/carry-out.js'
import type { RunbookRunRequest } from '../../../src/runbooks/run/runbook-run-request.js'
import { runRunbook, undoRunbook } from '../../../src/runbooks/run/go-back.js'
import { growingRedactor } from '../../../src/redaction/redact.js'
import { SecretOutputs } from '../../../src/runbooks/record/secret-outputs.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'

const position = { file: 'runbooks/example/example.yaml', line: 1, column: 1 }
const always = (value: unknown): Template => ({ references: [], resolve: () => value })

export const okIsTrue: Expectation = {
  that: { source: 'facts.ok', references: ['facts.ok'], evaluate: ({ facts }) => (facts as { ok: boolean }).ok },
  message: undefined,
}

/** What the test's own step kind does for a word, a step's input. */
type Behaviour = (context: ActionContext) => Promise<{ ok: boolean; note?: string }> | { ok: boolean; note?: string }

/** The world that the steps of a test act upon, and what becomes of them there. */
export class World {
  readonly log: string[] = []
  readonly behaviours = new Map<string, Behaviour>()

  readonly kind: StepKind = defineStepKind({
    kind: 'act',
    title: 'something a test can see',
    description: 'Writes a word into a log.',
    input: z.string(),
    facts: z.looseObject({ ok: z.boolean(), note: z.string() }),
    effects: ['read', 'idempotent', 'once'],
    expect: ['facts.ok'],
    defaultTimeout: 1000,
    examples: [],
    describe: (word) => ({ lines: [`act ${word}`], addresses: [], files: [] }),
    perform: async (word, context) => {
      this.log.push(word)
      const facts = await (this.behaviours.get(word)?.(context) ?? { ok: true })
      return { note: '', ...facts }
    },
  })

  readonly asking: StepKind = { ...this.kind, kind: 'ask' }
}

export function operation(word: string, effect: Effect = 'read', timeout = 1000, kind = 'act'): Operation {
  return {
    action: { kind, input: always(word), filled: [], probe: undefined, written: word },
    effect,
    timeout,
    expect: [okIsTrue],
  }
}

export function step(id: string, overrides: Partial<StepDefinition> & { readonly kind?: string } = {}): StepDefinition {
  const { kind = 'act', ...rest } = overrides
  return {
    ...operation(id, rest.effect ?? 'once', 1000, kind),
    id,
    title: `step ${id}`,
    needs: [],
    when: undefined,
    retry: { attempts: 1, delay: 1 },
    verify: undefined,
    undo: undefined,
    destructive: false,
    asksFirst: false,
    pointOfNoReturn: false,
    changes: [],
    capture: [],
    alternatives: [],
    includes: undefined,
    position,
    ...rest,
  }
}

export function undo(
  word: string,
  effect: Effect = 'idempotent',
  verify?: Operation,
): NonNullable<StepDefinition['undo']> {
  return { ...operation(word, effect), verify }
}

const runbook: RunbookDefinition = {
  id: 'example/example',
  system: 'example',
  title: 'an example',
  description: '',
  parameters: [],
  target: always('example'),
  lock: undefined,
  onFailure: 'stop',
  isChecklist: false,
  schedule: undefined,
  requires: [],
  steps: [],
  afterUndo: [],
  departures: [],
  source: '',
  position,
  folder: '/',
  written: {},
  digest: '',
}

export function planned(steps: readonly StepDefinition[]): PlannedStep[] {
  const frame = { runbook, path: '', parent: undefined }
  return steps.map((definition) => ({ path: definition.id, definition, frame, groups: [] }))
}

/** The items of a checklist; one that carries out another runbook comes with the steps of that. */
export function plannedItems(items: readonly (StepDefinition | readonly [StepDefinition, ...StepDefinition[]])[]) {
  const frame = { runbook: { ...runbook, isChecklist: true }, path: '', parent: undefined }
  return items.flatMap((item): PlannedStep[] => {
    const [definition, ...included] = Array.isArray(item) ? (item as StepDefinition[]) : [item as StepDefinition]
    const path = definition!.id
    const within = { runbook, path, parent: frame }
    return [
      { path, definition: definition!, frame, groups: [] },
      ...included.map((step) => ({
        path: `${path}/${step.id}`,
        definition: step,
        frame: within,
        groups: [{ path, alternative: undefined }],
      })),
    ]
  })
}

export const operator = { user: 'ada', uid: 1000, host: 'bus-1', pid: 4711 }

export const noPerson: Person = {
  type: () => Promise.reject(new UnansweredError('there is no terminal')),
  line: () => Promise.reject(new UnansweredError('there is no terminal')),
  pick: () => Promise.reject(new UnansweredError('there is no terminal')),
  secret: () => Promise.reject(new UnansweredError('there is no terminal')),
}

/** A run whose journal is in memory: it can be cut off after any entry and gone on with, as after a crash. */
export class MemoryRun {
  readonly entries: JournalEntry[] = []
  fold!: RunFold

  constructor(
    readonly world: World,
    readonly steps: readonly PlannedStep[],
    readonly overrides: Partial<RunbookRunRequest> & { readonly onFailure?: 'stop' | 'undo' } = {},
  ) {
    this.append({
      type: 'run-started',
      format: 1,
      run: 'run',
      runbook: 'example/example',
      title: 'an example',
      tool: '0',
      planHash: 'sha256:00',
      definition: {},
      parameters: {},
      target: 'example',
      operator,
      onFailure: overrides.onFailure ?? 'stop',
      ...(steps[0]?.frame.runbook.isChecklist === true ? { checklist: true as const } : {}),
      practice: false,
      steps: steps.map(({ path, definition, isAfterUndo }) => ({
        path,
        title: definition.title,
        kind: definition.action.kind,
        effect: definition.effect,
        isManual: definition.action.kind === 'ask',
        undo: definition.undo?.effect ?? null,
        pointOfNoReturn: definition.pointOfNoReturn,
        ...(isAfterUndo === true ? { isAfterUndo } : {}),
      })),
    })
    this.fold = new RunFold(this.entries[0]!)
  }

  append(event: JournalEvent): JournalEntry {
    const entry = { seq: this.entries.length + 1, at: new Date().toISOString(), event }
    this.entries.push(entry)
    return entry
  }

  request(more: Partial<RunbookRunRequest> = {}): RunbookRunRequest {
    const scope: RunbookScope = {
      params: {},
      outputs: {},
      run: { id: 'run', operator: 'ada', host: 'bus-1', started_at: '', folder: '/' },
    }
    const environment = TestedEnvironment.of({})
    const kinds = new Map([
      ['act', this.world.kind],
      ['ask', this.world.asking],
    ])
    return {
      steps: this.steps,
      kinds,
      environment,
      fold: this.fold,
      append: (event) => Promise.resolve(this.append(event)),
      scopeOf: () => scope,
      carryOut: (planned, _role, operation, prepared, _scope, signal) => {
        const sharedContext = {
          environment,
          folder: '/',
          step: { path: planned.path, title: '', effect: operation.effect, isRepeated: false },
          run: { ...scope.run, planHash: '', startedBy: operator },
          operator,
          person: noPerson,
          approvals: [],
          approval: { digest: () => Promise.resolve(''), use: () => Promise.resolve(undefined) },
          idempotencyKey: '',
          output: () => undefined,
          check: () => Promise.reject(new Error('no checks')),
        }
        return carryOut(operation, kinds.get(operation.action.kind)!, prepared, scope, sharedContext, signal)
      },
      person: noPerson,
      operator,
      approved: new Set(),
      redact: { text: (text) => text, value: (value) => value },
      secrets: new SecretOutputs(growingRedactor([])),
      signal: new AbortController().signal,
      interruptedBy: () => undefined,
      ...this.overrides,
      ...more,
    }
  }

  async go(more: Partial<RunbookRunRequest> = {}): Promise<RunRecord> {
    await runRunbook(this.request(more))
    return this.fold.record
  }

  /** Goes on as another process would: from the entries alone. */
  async resume(more: Partial<RunbookRunRequest> = {}): Promise<RunRecord> {
    this.refold()
    this.fold.apply(this.append({ type: 'run-resumed', operator, planHash: 'sha256:00' }))
    return this.go(more)
  }

  async back(more: Partial<RunbookRunRequest> = {}): Promise<RunRecord> {
    this.refold()
    await undoRunbook(this.request(more), 'the test says so')
    return this.fold.record
  }

  refold(): void {
    this.fold = new RunFold(this.entries[0]!)
    for (const entry of this.entries.slice(1)) this.fold.apply(entry)
  }

  states(): Record<string, string> {
    return Object.fromEntries([...this.fold.record.steps].map(([path, { state }]) => [path, state]))
  }
}
