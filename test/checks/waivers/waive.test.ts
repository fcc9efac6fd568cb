import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/checks/check-event.js'
import { statuses } from '../../../src/base/vocabulary.js'
import { dateAhead, type Waiver } from '../../../src/checks/waivers/waiver.js'
import { finishedDocument } from '../../../src/checks/result/result.js'
import { runPlan } from '../../../src/checks/run/scheduler.js'
import { reachVerdict } from '../../../src/checks/run/verdict.js'
import { waive, type WaiverGround, endingWaivers, unusedWaivers } from '../../../src/checks/waivers/waivers-of-run.js'
import { answerProbe, definition, plan, runOf } from '../run/builders.js'

const ground: WaiverGround = { profile: 'prod', deployment: 'eu-1', now: Date.parse('2026-03-10T22:00:00Z') }

function waiverOf(over: Partial<Waiver> = {}): Waiver {
  return {
    check: 'demo/a',
    reason: 'it is mended in March',
    owner: 'ops',
    ticket: 'OPS-1',
    expires: dateAhead(ground.now, 30),
    profiles: ['prod'],
    deployment: undefined,
    position: { file: 'waivers.yaml', line: 2, column: 5 },
    ...over,
  }
}

function outcomeOf(over: Partial<Outcome> = {}): Outcome {
  return {
    id: 'demo/a',
    status: 'fail',
    class: 'config',
    message: 'it is not so',
    facts: { ok: false },
    failedExpectations: [],
    blockedBy: undefined,
    attempts: 1,
    startedAt: '',
    durationMs: 0,
    ...over,
  }
}

describe('a waiver', () => {
  it.each(statuses)('makes of %s what it may', (status) => {
    expect(waive(outcomeOf({ status }), [waiverOf()], ground).status).toBe(status === 'fail' ? 'waived' : status)
  })

  it.each([
    ['on its last day', { expires: '2026-03-10' }, 'waived'],
    ['on the day after', { expires: '2026-03-09' }, 'fail'],
    ['for another check', { check: 'demo/b' }, 'fail'],
    ['for a check below it', { check: 'demo' }, 'fail'],
    ['for another profile', { profiles: ['staging'] }, 'fail'],
    ['for this profile among others', { profiles: ['staging', 'prod'] }, 'waived'],
    ['for this deployment', { deployment: 'eu-1' }, 'waived'],
    ['for another deployment', { deployment: 'eu-2' }, 'fail'],
  ] as const)('%s', (_, over, status) => {
    expect(waive(outcomeOf(), [waiverOf(over)], ground).status).toBe(status)
  })

  it('for one deployment is for none where the deployment has no name', () => {
    expect(waive(outcomeOf(), [waiverOf({ deployment: 'eu-1' })], { ...ground, deployment: undefined }).status).toBe(
      'fail',
    )
  })

  it('leaves everything else of the outcome as it was', () => {
    const outcome = outcomeOf()
    expect(waive(outcome, [waiverOf()], ground)).toEqual({
      ...outcome,
      status: 'waived',
      waived: { waiver: waiverOf(), daysLeft: 30 },
    })
  })
})

describe('a run with waivers', () => {
  const answer = answerProbe(({ id }) => {
    if (id.endsWith('crashes')) throw new Error('no answer that could be read')
    return { ok: !id.endsWith('fails'), value: '' }
  })
  const check = (id: string, needs: readonly string[] = []) => definition({ id, input: { id }, needs })

  it('still runs the check, and what needs it', async () => {
    const plans = plan([check('demo/fails'), check('demo/after', ['demo/fails'])])
    const { request, events } = runOf(plans, [answer], {
      waive: (outcome) => waive(outcome, [waiverOf({ check: 'demo/fails' })], ground),
      failFast: true,
      concurrency: 1,
    })
    const { outcomes } = await runPlan(request)
    expect(outcomes.map(({ id, status, attempts }) => [id, status, attempts])).toEqual([
      ['demo/fails', 'waived', 1],
      ['demo/after', 'pass', 1],
    ])
    expect(events.flatMap((event) => (event.type === 'check-finished' ? [event.outcome.status] : []))).toEqual([
      'waived',
      'pass',
    ])
    expect(reachVerdict(plans, outcomes, { failOnWarn: true })).toMatchObject({
      verdict: 'go',
      exitCode: 0,
      counts: { waived: 1, pass: 1, fail: 0 },
      gaps: [],
    })
  })

  it('is a no-go for what is blocked by something unknown', async () => {
    const plans = plan([check('demo/crashes'), check('demo/after', ['demo/crashes'])])
    const waivers = [waiverOf({ check: 'demo/crashes' }), waiverOf({ check: 'demo/after' })]
    const { outcomes } = await runPlan(
      runOf(plans, [answer], { waive: (outcome) => waive(outcome, waivers, ground) }).request,
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['error', 'blocked'])
    expect(reachVerdict(plans, outcomes, { failOnWarn: false })).toMatchObject({ verdict: 'no-go', exitCode: 4 })
  })

  it('says in its result what was waived, without what must not be shown', async () => {
    const plans = plan([check('demo/fails')])
    const waiver = waiverOf({
      check: 'demo/fails',
      reason: 'the key hunter2 is rotated',
      owner: 'hunter2',
      ticket: 'hunter2',
    })
    const { request } = runOf(plans, [answer], { waive: (outcome) => waive(outcome, [waiver], ground) })
    const { outcomes } = await runPlan(request)
    const redact = { text: (text: string) => text.replaceAll('hunter2', '***'), value: (value: unknown) => value }
    const meta = {
      toolVersion: '',
      runId: '',
      startedAt: '',
      deployment: null,
      host: '',
      definitionsDigest: '',
      git: null,
    }
    const document = finishedDocument(
      {
        meta,
        plan: plans,
        outcomes,
        probes: request.probes,
        finishedAt: '',
        durationMs: 1,
        redact,
        originOf: () => undefined,
      },
      reachVerdict(plans, outcomes, { failOnWarn: false }),
    )
    expect(document.checks[0]?.waiver).toEqual({
      reason: 'the key *** is rotated',
      owner: '***',
      ticket: '***',
      expires: waiver.expires,
      daysLeft: 30,
    })
    expect('notices' in document).toBe(false)
  })
})

describe('what is said of waivers', () => {
  it.each([
    [15, undefined],
    [14, 'ends on 2026-03-24, in 14 days'],
    [1, 'ends on 2026-03-11, tomorrow'],
    [0, 'ends on 2026-03-10, today'],
    [-1, 'expired on 2026-03-09 and no longer waives anything'],
  ] as const)('with %i days left', (days, said) => {
    const waiver = waiverOf({ expires: dateAhead(ground.now, days) })
    expect(endingWaivers([waiver], ground)).toEqual(
      said === undefined ? [] : [`the waiver of demo/a ${said} (OPS-1, ops)`],
    )
  })

  it('is nothing of those for another profile or deployment', () => {
    const waivers = [
      waiverOf({ expires: '2026-03-01', profiles: ['dev'] }),
      waiverOf({ expires: '2026-03-01', deployment: 'eu-2' }),
    ]
    expect(endingWaivers(waivers, ground)).toEqual([])
    expect(
      unusedWaivers(
        waivers.map((waiver) => ({ ...waiver, expires: '2026-03-20' })),
        [],
        ground,
      ),
    ).toEqual([])
  })

  it.each([
    ['pass', 'the check passed'],
    ['not-applicable', 'the check does not apply'],
    ['warn', 'the check is advisory, and a warning does not need a waiver'],
    ['waived', undefined],
    ['error', undefined],
    ['timeout', undefined],
    ['blocked', undefined],
  ] as const)('when its check is %s', (status, why) => {
    expect(unusedWaivers([waiverOf()], [outcomeOf({ status })], ground)).toEqual(
      why === undefined ? [] : [`the waiver of demo/a was not used: ${why} (OPS-1, ops)`],
    )
  })

  it('when its check did not run, and when it has expired', () => {
    expect(unusedWaivers([waiverOf()], [], ground)).toEqual([
      'the waiver of demo/a was not used: the check is not selected (OPS-1, ops)',
    ])
    expect(unusedWaivers([waiverOf({ expires: '2026-03-01' })], [], ground)).toEqual([])
  })
})
