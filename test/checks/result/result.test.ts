import { describe, expect, it } from 'vitest'
import { resultDocumentSchema } from '../../../src/checks/result/report.js'
import { serialiseResult } from '../../../src/checks/result/serialise-result.js'
import type { Plan } from '../../../src/checks/plan/plan.js'
import type { Probe } from '../../../src/engine/probe.js'
import {
  finishedDocument,
  interruptedDocument,
  invalidDocument,
  startedDocument,
  type RunMeta,
  type FinishedRun,
} from '../../../src/checks/result/result.js'
import { runPlan } from '../../../src/checks/run/scheduler.js'
import { reachVerdict } from '../../../src/checks/run/verdict.js'
import { answerProbe, climbed, definition, expectation, ladderProbe, plan, runOf, template } from '../run/builders.js'

const meta: RunMeta = {
  toolVersion: '1.2.3',
  runId: 'r1',
  startedAt: '2026-01-02T03:04:05.000Z',
  deployment: 'eu',
  host: 'box',
  definitionsDigest: 'd',
  git: null,
}
const secret = 'connect'
const redact = {
  text: (text: string) => text.replaceAll(secret, '[redacted]'),
  value: (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(secret, '[redacted]')),
}

async function record(plans: Plan, probes: readonly Probe[]): Promise<FinishedRun> {
  const { request } = runOf(plans, probes, { now: () => 0 })
  const { outcomes } = await runPlan(request)
  return {
    meta,
    plan: plans,
    outcomes,
    probes: request.probes,
    finishedAt: '2026-01-02T03:04:06.000Z',
    durationMs: 1000.4,
    redact,
    originOf: () => undefined,
  }
}

const finish = (run: FinishedRun) => finishedDocument(run, reachVerdict(run.plan, run.outcomes, { failOnWarn: false }))

describe('the document of a run', () => {
  it('that has not ended has neither verdict nor exit code, and keeps to the schema', () => {
    const document = startedDocument(meta, plan([definition({ id: 'a/a/x' })]))
    expect(document).toMatchObject({
      state: 'incomplete',
      verdict: null,
      exitCode: null,
      checks: [],
      counts: { declared: 1, selected: 1, pass: 0 },
    })
    expect(resultDocumentSchema.parse(document)).toEqual(document)
  })

  it('that ended keeps to the schema and survives being written and read', async () => {
    const checks = [definition({ id: 'a/a/x' }), definition({ id: 'a/a/y', needs: ['a/a/x'] })]
    const document = finish(
      await record(plan(checks, { deselected: ['b/b/z'], skipped: ['b/b/z'] }), [
        answerProbe(() => ({ ok: false, value: 'v' })),
      ]),
    )
    expect(resultDocumentSchema.parse(JSON.parse(serialiseResult(document)))).toEqual(document)
    expect(document).toMatchObject({
      state: 'complete',
      verdict: 'no-go',
      exitCode: 1,
      run: { durationMs: 1000, selection: { deselectedIds: ['b/b/z'], skipped: ['b/b/z'] } },
      counts: { declared: 3, deselected: 1, selected: 2, fail: 1, blocked: 1 },
      checks: [
        {
          id: 'a/a/x',
          status: 'fail',
          facts: { ok: false, value: 'v' },
          startedAt: '1970-01-01T00:00:00.000Z',
          blockedBy: null,
        },
        { id: 'a/a/y', status: 'blocked', needs: ['a/a/x'], blockedBy: 'a/a/x', startedAt: null, attempts: 0 },
      ],
    })
  })

  it('that was interrupted holds what had finished, and no verdict', async () => {
    const run = await record(plan([definition({ id: 'a/a/x' }), definition({ id: 'a/a/y' })]), [
      answerProbe(() => ({ ok: true, value: '' })),
    ])
    const document = interruptedDocument({ ...run, outcomes: run.outcomes.slice(0, 1) }, 130)
    expect(document).toMatchObject({
      state: 'incomplete',
      verdict: null,
      exitCode: 130,
      counts: { selected: 2, pass: 1 },
      checks: [{ id: 'a/a/x' }],
    })
    expect(resultDocumentSchema.parse(document)).toEqual(document)
  })

  it('that never began lists its diagnostics and is a no-go', () => {
    const document = invalidDocument(meta, 'prod', [
      {
        position: { file: 'a.yaml', line: 2, column: 3 },
        code: 'unknown-key',
        message: 'no such key',
        hint: 'did you mean expect?',
      },
    ])
    expect(document).toMatchObject({
      verdict: 'no-go',
      exitCode: 3,
      diagnostics: [{ file: 'a.yaml', line: 2, column: 3, code: 'unknown-key' }],
    })
    expect(resultDocumentSchema.parse(document)).toEqual(document)
  })

  it('says a phase in stages', () => {
    const request = { selectors: [], given: [], stages: [], skip: [], phase: 'before-start', profile: 'prod' } as const
    expect(startedDocument(meta, plan([], { request })).run.selection.stages).toEqual([
      'toolchain',
      'config',
      'secrets',
      'datastores',
      'gates',
    ])
    expect(
      startedDocument(meta, plan([], { request: { ...request, phase: 'after-start' } })).run.selection.stages,
    ).toEqual(['runtime'])
  })
})

describe('redaction', () => {
  it('comes before a value that is too large is cut', async () => {
    const value = `${'x'.repeat(1020)}${secret}${'y'.repeat(300_000)}`
    const unmet = [expectation('facts.value == ""', (facts) => facts['value'] === '', ['facts.value'])]
    const document = finish(
      await record(plan([definition({ id: 'a/a/x', expect: unmet })]), [answerProbe(() => ({ ok: true, value }))]),
    )
    const cut = expect.stringMatching(/^x{1020}\[red… \(cut: 301032 bytes as JSON, sha256 [0-9a-f]{64}\)$/) as string
    expect(document.checks[0]).toMatchObject({
      facts: { value: cut },
      failedExpectations: [{ values: { 'facts.value': cut } }],
    })
    expect(resultDocumentSchema.parse(document)).toEqual(document)
  })

  it('covers what came from outside, and leaves ids, enumerations, numbers and the words of the author', async () => {
    const message = template(
      ({ facts }) => `cannot connect: ${(facts as { problem: { detail: string } }).problem.detail}`,
    )
    const check = definition({
      id: 'demo/config/connect',
      title: 'the peer can connect',
      why: 'who cannot connect cannot work',
      fix: 'connect it',
      probe: { kind: 'ladder', input: template(() => ({})) },
      expect: [
        expectation(
          'facts.reached != "connect"',
          () => false,
          ['facts.reached', 'facts.problem.detail', 'facts.clients', 'profile'],
          message,
        ),
      ],
    })
    const facts = {
      ...climbed,
      reached: 'connect',
      elapsedMs: 12,
      problem: { ...climbed.problem, code: 'wrong-password', detail: 'no connect for you' },
    }
    const document = finish(await record(plan([check]), [ladderProbe(() => facts)]))
    expect(document.checks[0]).toMatchObject({
      id: 'demo/config/connect',
      title: 'the peer can connect',
      why: 'who cannot connect cannot work',
      fix: 'connect it',
      message: 'cannot [redacted]: no [redacted] for you',
      facts: { reached: 'connect', clients: 3, problem: { detail: 'no [redacted] for you' } },
      failedExpectations: [
        {
          that: 'facts.reached != "connect"',
          message: 'cannot [redacted]: no [redacted] for you',
          values: {
            'facts.reached': 'connect',
            'facts.problem.detail': 'no [redacted] for you',
            'facts.clients': 3,
            profile: 'prod',
          },
        },
      ],
    })
  })
})
