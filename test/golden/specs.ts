import type { CheckDefinition } from '../../src/checks/definition.js'
import type { Outcome } from '../../src/checks/check-event.js'
import type { Plan } from '../../src/checks/plan/plan.js'
import type { Probe } from '../../src/engine/probe.js'
import type { ResultDocument } from '../../src/checks/result/report.js'
import type { Waiver } from '../../src/checks/waivers/waiver.js'
import {
  finishedDocument,
  interruptedDocument,
  invalidDocument,
  startedDocument,
  type RunMeta,
  type FinishedRun,
} from '../../src/checks/result/result.js'
import { runPlan } from '../../src/checks/run/scheduler.js'
import { reachVerdict } from '../../src/checks/run/verdict.js'
import { waive, endingWaivers } from '../../src/checks/waivers/waivers-of-run.js'
import {
  answerProbe,
  climbed,
  definition,
  expectation,
  expression,
  ladderProbe,
  plan,
  runOf,
  template,
} from '../checks/run/builders.js'

const meta: RunMeta = {
  toolVersion: '0.0.0',
  runId: '01J0000000',
  startedAt: '2026-01-02T03:04:05.678Z',
  deployment: 'eu-west',
  host: 'ops-1',
  definitionsDigest: '0123456789abcdef',
  git: { commit: '0123456789abcdef0123456789abcdef01234567', dirty: true },
}

const redact = {
  text: (text: string) => text.replaceAll('hunter2', '[redacted]'),
  value: (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('hunter2', '[redacted]')),
}

/** One variable of the environment under test is known to stand in a file. */
const originOf = (variable: string) =>
  variable === 'INFRA_PROTOCOL' ? { source: 'production.env', line: 7 } : undefined

/** Behaves as the last segment of the check's id says. */
const answer = answerProbe(({ id }, { signal }) => {
  if (id.endsWith('crashes')) throw new Error('getaddrinfo: temporary failure')
  if (id.endsWith('silent')) return new Promise((_resolve, reject) => signal.addEventListener('abort', reject))
  return { ok: !id.endsWith('fails'), value: 'json' }
})

const refusal = {
  code: 'wrong-password',
  class: 'config',
  transient: false,
  detail: 'WRONGPASS \u001B[2Jinvalid username-password pair (hunter2)\r\nsecond line',
} as const
const ladder = ladderProbe(({ id }, context) => {
  context.reached('connect')
  if (id === 'demo/datastores/silent')
    return new Promise((_resolve, reject) => context.signal.addEventListener('abort', reject))
  return { ...climbed, reached: 'hello', problem: refusal }
})

function check(id: string, overrides: Partial<CheckDefinition> = {}): CheckDefinition {
  const stage = id.includes('/datastores/') ? 'datastores' : id.includes('/runtime/') ? 'runtime' : 'config'
  const kind = stage === 'datastores' ? 'ladder' : 'answer'
  return definition({
    id,
    title: `what ${id} stands for is so`,
    stage,
    // What is silent is not waited for; what answers may take its time on a busy machine.
    timeout: id.endsWith('silent') ? 30 : 60_000,
    probe: { kind, input: template(() => ({ id })) },
    ...overrides,
  })
}

const passes = check('demo/config/passes')
const fails = check('demo/config/fails', {
  variables: ['INFRA_PROTOCOL'],
  title: 'infrastructure traffic is protobuf, and this title is so long that it cannot stand on a line beside its id',
  expect: [
    expectation(
      'facts.ok && facts.value == "protobuf"',
      ({ ok }) => ok,
      ['facts.ok', 'facts.value', 'inputs.absent'],
      template(({ facts }) => `infrastructure protocol is ${(facts as { value: string }).value}`, ['facts.value']),
    ),
  ],
})
const advisory = { severity: 'advisory' } as const
const inapplicable = check('demo/config/inapplicable', {
  when: expression('profile == "dev"', () => false, ['profile']),
})
const refused = check('demo/datastores/refused', {
  class: 'dependency',
  expect: [
    expectation(
      'facts.reached == "ready"',
      () => false,
      ['facts.reached', 'facts.problem.detail'],
      template(
        ({ facts }) => `refused: ${(facts as { problem: { detail: string } }).problem.detail}`,
        ['facts.problem.detail'],
      ),
    ),
  ],
})

type Finish = (run: FinishedRun) => ResultDocument
const finish: Finish = (run) => finishedDocument(run, reachVerdict(run.plan, run.outcomes, { failOnWarn: false }))

async function recorded(
  plans: Plan,
  finishing: Finish = finish,
  amend: (outcomes: readonly Outcome[]) => readonly Outcome[] = (outcomes) => outcomes,
): Promise<ResultDocument> {
  const probes: readonly Probe[] = [answer, ladder]
  const { request } = runOf(plans, probes)
  const { outcomes } = await runPlan(request)
  const timeless = outcomes.map((outcome) => ({
    ...outcome,
    startedAt: outcome.startedAt === '' ? '' : '2026-01-02T03:04:05.900Z',
    durationMs: outcome.startedAt === '' ? 0 : 12,
  }))
  return finishing({
    meta: { ...meta, environment: { sources: ['.env.production', 'bus.env (systemd)'], variables: 34 } },
    plan: plans,
    outcomes: amend(timeless),
    probes: request.probes,
    finishedAt: '2026-01-02T03:04:07.000Z',
    durationMs: 1322,
    redact,
    originOf,
  })
}

const waiver: Waiver = {
  check: 'demo/config/fails',
  reason: 'the vendor fixes it in March',
  owner: 'ops',
  ticket: 'OPS-1',
  expires: '2026-01-05',
  profiles: ['prod'],
  deployment: undefined,
  position: { file: 'waivers.yaml', line: 2, column: 5 },
}
const waiverGround = { profile: 'prod', deployment: 'eu-west', now: Date.parse(meta.startedAt) }
const waiveAll = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.map((outcome) => waive(outcome, [waiver], waiverGround))

/** The runs whose reports are kept as golden files, by the name of the file. */
export const specs: Readonly<Record<string, () => Promise<ResultDocument>>> = {
  'every-status': () =>
    recorded(
      plan([
        passes,
        fails,
        inapplicable,
        check('demo/config/crashes', { retry: { attempts: 2, delay: 0 } }),
        check('demo/config/soft-fails', advisory),
        check('demo/config/soft-crashes', advisory),
        refused,
        check('demo/datastores/silent', { class: 'dependency' }),
        check('demo/runtime/first', { needs: ['demo/config/fails'] }),
        check('demo/runtime/second', { needs: ['demo/runtime/first'] }),
        check('demo/runtime/third', { needs: ['demo/datastores/silent'] }),
        check('demo/runtime/soft', { ...advisory, needs: ['demo/config/fails'] }),
      ]),
    ),
  go: () => recorded(plan([passes, check('demo/runtime/passes', { needs: ['demo/config/passes'] }), inapplicable])),
  'go-of-a-part': () =>
    recorded(
      plan([passes], {
        deselected: ['demo/gates/a', 'demo/gates/b', 'demo/runtime/c', 'other/config/d'],
        skipped: ['demo/gates/a', 'demo/gates/b'],
      }),
    ),
  'go-of-the-lock': async () => {
    const document = await specs['go-of-a-part']!()
    const lock = { digest: 'ab'.repeat(32), state: 'locked' } as const
    return { ...document, run: { ...document.run, lock, environment: { sources: [], variables: 0 } } }
  },
  'go-without-gates': () =>
    recorded(
      plan([passes], {
        deselected: ['demo/toolchain/a', 'demo/gates/b'],
        gatesLeftOut: { by: 'gates: false, preflight.yaml:7', ids: ['demo/toolchain/a', 'demo/gates/b'] },
      }),
    ),
  'no-go-without-gates': () =>
    recorded(
      plan([fails], {
        deselected: ['demo/gates/b'],
        gatesLeftOut: { by: '--no-gates', ids: ['demo/gates/b'] },
      }),
    ),
  waived: () =>
    recorded(
      plan([passes, fails]),
      (run) => finish({ ...run, notices: endingWaivers([waiver], waiverGround) }),
      waiveAll,
    ),
  'not-evaluated': () =>
    recorded(
      plan([passes, check('demo/config/silent'), check('demo/runtime/after', { needs: ['demo/config/silent'] })]),
    ),
  'warnings-count': () =>
    recorded(plan([passes, check('demo/config/soft-fails', advisory)]), (run) =>
      finishedDocument(run, reachVerdict(run.plan, run.outcomes, { failOnWarn: true })),
    ),
  'nothing-observed': () => recorded(plan([inapplicable])),
  invalid: async () =>
    invalidDocument(meta, 'prod', [
      {
        position: { file: 'checks/demo/config.yaml', line: 3, column: 5 },
        code: 'unknown-key',
        message: 'unknown key expct',
        hint: 'did you mean expect?',
      },
      {
        position: { file: 'checks/demo/config.yaml', line: 9, column: 1 },
        code: 'duplicate-id',
        message: 'demo/config/a is declared twice',
      },
    ]),
  gap: () => recorded(plan([passes, fails]), finish, (outcomes) => outcomes.slice(0, 1)),
  interrupted: () =>
    recorded(plan([passes, fails]), (run) => interruptedDocument({ ...run, outcomes: run.outcomes.slice(0, 1) }, 130)),
  'hung-up': () => recorded(plan([passes]), (run) => interruptedDocument(run, 129)),
  terminated: () => recorded(plan([fails]), (run) => interruptedDocument(run, 143)),
  killed: async () => startedDocument(meta, plan([passes, fails])),
}
