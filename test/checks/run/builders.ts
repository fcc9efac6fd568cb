import { z } from 'zod'
import { Deadline } from '../../../src/base/time/deadline.js'
import type { CheckDefinition } from '../../../src/checks/definition.js'
import {
  type CheckExpectation,
  type Surroundings,
  defineProbe,
  type Probe,
  type ProbeContext,
} from '../../../src/engine/probe.js'
import type { Expression, Scope, Template } from '../../../src/definitions/expression/expression.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import type { RunEvent } from '../../../src/checks/check-event.js'
import { wholeNumber, ladderFacts, noProblem } from '../../../src/base/facts.js'
import type { Plan, PlannedCheck } from '../../../src/checks/plan/plan.js'
import { stages } from '../../../src/base/vocabulary.js'
import type { PlanRunRequest } from '../../../src/checks/run/check-run-request.js'

export function expression(
  source: string,
  evaluate: (scope: Scope) => unknown,
  references: readonly string[] = [],
): Expression {
  return { source, references, evaluate }
}

export function template(resolve: (scope: Scope) => unknown, references: readonly string[] = []): Template {
  return { references, resolve }
}

export function expectation(
  source: string,
  holds: (facts: Record<string, unknown>) => unknown,
  references: readonly string[] = [],
  message?: Template,
): CheckExpectation {
  return {
    that: expression(source, ({ facts }) => holds(facts as Record<string, unknown>), references),
    message,
    isTransient: false,
  }
}

/** Green when the fact `ok` is true. */
const okIsTrue = expectation('facts.ok', (facts) => facts['ok'], ['facts.ok'])

export function definition(
  overrides: Partial<CheckDefinition> & { readonly id: string; readonly input?: unknown },
): CheckDefinition {
  const { input, ...rest } = overrides
  return Object.freeze({
    system: overrides.id.split('/')[0] ?? '',
    title: `${overrides.id} is as it should be`,
    why: 'the deployment needs it',
    severity: 'blocker',
    class: 'config',
    profiles: ['prod'],
    stage: 'config',
    needs: [],
    when: undefined,
    applies: undefined,
    probe: { kind: 'answer', input: template(() => input ?? {}) },
    expect: [okIsTrue],
    warn: [],
    waivable: true,
    isIndependent: false,
    hasAddedGuard: false,
    timeout: 10_000,
    retry: { attempts: 1, delay: 0 },
    fix: 'put it right',
    remedy: undefined,
    runbook: undefined,
    docs: undefined,
    source: 'docs/runbook.md',
    position: { file: 'checks/demo/a.yaml', line: 1, column: 1 },
    folder: '/pack/demo',
    inputs: [],
    variables: [],
    references: [],
    digest: '',
    ...rest,
  })
}

export function plan(definitions: readonly CheckDefinition[], overrides: Partial<Plan> = {}): Plan {
  const ids = new Set(definitions.map(({ id }) => id))
  const checks: PlannedCheck[] = definitions
    .toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage))
    .map((each) => ({ definition: each, needs: each.needs.filter((id) => ids.has(id)) }))
  return {
    profile: 'prod',
    request: { selectors: [], given: [], stages: [], skip: [], phase: 'all', profile: 'prod' },
    checks,
    declared: checks.length + (overrides.deselected?.length ?? 0),
    deselected: [],
    skipped: [],
    ...overrides,
  }
}

export type Observe = (input: { readonly id: string }, context: ProbeContext) => unknown

/** A probe whose behaviour a test writes; its facts are `ok` and `value`. */
export function answerProbe(observe: Observe, overrides: Partial<Probe> = {}): Probe {
  return defineProbe({
    kind: 'answer',
    title: 'an answer',
    description: 'Answers as the test says.',
    input: z.strictObject({ id: z.string().default('') }),
    facts: z.strictObject({ ok: z.boolean(), value: z.string() }),
    defaultTimeout: 1000,
    examples: [],
    // The test hands in wrong facts on purpose.
    observe: (input, context) => observe(input as { id: string }, context) as Promise<{ ok: boolean; value: string }>,
    ...overrides,
  })
}

const ladderRungs = ['connect', 'hello', 'ready'] as const

/** A ladder of three rungs, whose facts a test gives. */
export function ladderProbe(observe: Observe): Probe {
  const facts = z.strictObject({ ...ladderFacts(ladderRungs, ['wrong-password', 'loading']), clients: wholeNumber() })
  return answerProbe(observe, { kind: 'ladder', rungs: ladderRungs, facts })
}

export const climbed = { reached: 'ready', problem: noProblem, elapsedMs: 12, clients: 3 } as const

export function surroundings(overrides: Partial<Surroundings> = {}): Surroundings {
  return {
    scope: { vars: {}, env: {}, inputs: {}, profile: 'prod' },
    environment: TestedEnvironment.of({}),
    variables: {},
    secretInputs: new Set(),
    knownSecretsFile: undefined,
    ...overrides,
  }
}

interface Recorded {
  readonly request: PlanRunRequest
  readonly events: RunEvent[]
}

/** A run of these checks with these probes, and the events it will report. */
export function runOf(plans: Plan, probes: readonly Probe[], overrides: Partial<PlanRunRequest> = {}): Recorded {
  const events: RunEvent[] = []
  const request: PlanRunRequest = {
    plan: plans,
    probes: new Map(probes.map((probe) => [probe.kind, probe])),
    surroundings: () => surroundings(),
    concurrency: 4,
    deadline: Deadline.after(30_000),
    failFast: false,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...overrides,
  }
  return { request, events }
}
