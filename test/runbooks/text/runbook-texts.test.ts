import { join } from 'node:path'
import { Chalk } from 'chalk'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  historyJson,
  historyText,
  listRunbooksJson,
  listRunbooksText,
} from '../../../src/runbooks/text/runbook-list-text.js'
import { nextCommands, startCommand } from '../../../src/runbooks/text/runbook-next.js'
import { planJson, planText } from '../../../src/runbooks/text/runbook-plan-text.js'
import { showRunbookText } from '../../../src/runbooks/text/runbook-show-text.js'
import { statusJson, statusText } from '../../../src/runbooks/text/runbook-status-text.js'
import { verifyText } from '../../../src/runbooks/text/runbook-verify-text.js'
import type { RunbookDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import type { JournalEvent } from '../../../src/runbooks/record/journal.js'
import type { PlannedAction, RunbookPlanDocument } from '../../../src/runbooks/plan/runbook-plan.js'
import { exampleRunbooks, grace, recordOf, startOf, stepEnds, undoEnds } from '../render/example.js'
import { expectGolden } from '../render/golden.js'

const style = { chalk: new Chalk({ level: 0 }), width: 80 }
const golden = (name: string): string => join(import.meta.dirname, 'golden', `${name}.txt`)
const run = '20260102T030405Z-deploy-3f9a1c'

let runbooks: ReadonlyMap<string, RunbookDefinition>
let start: JournalEvent
beforeAll(async () => {
  runbooks = await exampleRunbooks()
  start = startOf(runbooks.get('example/deploy')!, runbooks)
})

const commandsOf = (events: readonly JournalEvent[]): readonly string[] =>
  nextCommands(recordOf(events)).map(({ command }) => command)
const ended = (
  state: 'completed' | 'failed' | 'undone' | 'undo-failed' | 'cancelled' | 'interrupted',
  exitCode: number,
  message = '',
): JournalEvent => ({ type: 'run-ended', state, exitCode, message })

describe('what is said of runbooks', () => {
  it('lists them with what they do to the world', () => {
    expectGolden(golden('list'), listRunbooksText([...runbooks.values()], style))
    expect(JSON.parse(listRunbooksJson([...runbooks.values()]))).toMatchObject([
      { id: 'example/backup', steps: 2, effects: { read: 1, idempotent: 1, once: 0 }, irreversible: 1, destructive: 0 },
      {
        id: 'example/deploy',
        steps: 9,
        effects: { read: 5, idempotent: 1, once: 3 },
        irreversible: 3,
        destructive: 1,
        includes: ['example/backup'],
      },
    ])
    expect(listRunbooksText([], style)).toBe('No runbooks.\n')
  })

  it('shows one in full', () => {
    expectGolden(golden('show'), showRunbookText(runbooks.get('example/deploy')!, style))
  })
})

describe('a plan', () => {
  const action: PlannedAction = {
    kind: 'run',
    lines: ["./migrate --to 'a b'"],
    addresses: ['127.0.0.1:5432'],
    effect: 'once',
    timeoutMs: 600_000,
    expect: ['facts.exitCode == 0'],
  }
  const plan: RunbookPlanDocument = {
    schemaVersion: 1,
    runbook: 'example/deploy',
    title: 'deploy the example to production',
    hash: `sha256:${'0123456789abcdef'.repeat(4)}`,
    target: 'example on bus-1',
    parameters: { host: { value: 'bus-1' }, database_url: { fingerprint: 'scrypt:00ff' } },
    files: [
      { path: './migrate', sha256: 'ab'.repeat(32) },
      { path: './absent', sha256: null },
    ],
    checksDigest: null,
    covers: [
      { kind: 'environment_file', name: '/srv/example/.env', digest: 'scrypt:00ff' },
      { kind: 'file', name: '/srv/example/absent', digest: null },
      { kind: 'program', name: './migrate', digest: 'ab'.repeat(32), detail: '/srv/example/migrate' },
      { kind: 'step', name: 'agreed', digest: 'cd'.repeat(32) },
    ],
    notCovered: ['start: the programs that its shell text calls, in addition to bash'],
    requires: [
      {
        kind: 'program',
        name: './migrate in /srv/example',
        neededBy: ['migrate'],
        judgedBefore: null,
        now: 'holds',
        found: '',
        fix: 'install it',
      },
      {
        kind: 'file',
        name: '/srv/example/.env',
        neededBy: [],
        judgedBefore: null,
        now: 'missing',
        found: 'does not exist',
        fix: 'copy it from the vault',
      },
      {
        kind: 'address',
        name: '127.0.0.1:5432',
        neededBy: ['backup'],
        judgedBefore: 'backup',
        now: 'not-judged',
        found: '',
        fix: 'start the database',
      },
    ],
    steps: [
      {
        path: 'agreed',
        title: 'somebody agrees',
        action: {
          ...action,
          kind: 'approve',
          lines: ['the example is deployed'],
          addresses: [],
          effect: 'read',
          timeoutMs: null,
          expect: ['facts.approved'],
        },
        when: null,
        groups: [],
        destructive: false,
        pointOfNoReturn: false,
        irreversible: false,
        verify: null,
        undo: null,
        approval: { digest: `sha256:${'5e'.repeat(32)}`, covers: ['how/script/migrate', 'start'] },
      },
      {
        path: 'how/script/migrate',
        title: 'the schema is migrated',
        action,
        when: 'params.port > 1024',
        groups: ['how/script'],
        destructive: true,
        pointOfNoReturn: true,
        irreversible: true,
        verify: { ...action, lines: ['./migrate --check'], effect: 'read' },
        undo: null,
        approval: null,
      },
      {
        path: 'start',
        title: 'it starts',
        action: { ...action, lines: ['./example \u001B[2J start'] },
        when: null,
        groups: [],
        destructive: false,
        pointOfNoReturn: false,
        irreversible: false,
        verify: null,
        undo: { ...action, lines: ['./example stop'], effect: 'idempotent' },
        approval: null,
      },
    ],
  }

  const startedWith = {
    runbooks: ['/srv/my books'],
    checks: [],
    noBuiltin: false,
    config: '/srv/example/preflight.yaml',
    environment: ['--env-dotenv', '/srv/example/production.env'],
    parameterVariables: ['token=APP_TOKEN'],
    inputs: [{ name: 'wanted', value: 'eu' }, { name: 'password' }],
  }
  const start = startCommand(plan, startedWith, ['--param', 'host=db.internal'], '/srv/example')

  it('tells every action, what cannot be taken back, and how to run exactly this', () => {
    expectGolden(golden('plan'), planText(plan, style, start))
    expect(JSON.parse(planJson(plan))).toEqual(plan)
  })

  it('shows nothing of a secret, and no control character', () => {
    const text = planText(plan, style, start)
    expect(text).not.toContain('scrypt')
    expect(text).not.toContain('\u001B')
  })
})

describe('the status of a run', () => {
  it('shows the state of each step, why, and what to do next', () => {
    const record = recordOf([
      start,
      ...stepEnds('preflight', { facts: { verdict: 'go' } }),
      ...stepEnds('agreed'),
      ...stepEnds('backup'),
      ...stepEnds('backup/dump'),
      ...stepEnds('backup/kept'),
      ...stepEnds('remember', { state: 'failed', message: 'the service answered 503' }),
      ...stepEnds('remember', { attempt: 2, outputs: { limit: 1 } }),
      ...stepEnds('how', { facts: { choice: 'script' } }),
      { type: 'step-skipped', step: 'how/systemd/stop', reason: 'script was chosen' },
      ...stepEnds('how/script/stop'),
      { type: 'step-approved', step: 'migrate', how: 'typed', operator: grace },
      ...stepEnds('migrate', { state: 'unknown', message: 'did not end within 10m00s\u001B[2J' }),
      ended('failed', 24, 'unknown whether migrate took effect (did not end within 10m00s): an operator must decide'),
    ])
    expectGolden(golden('status.unknown'), statusText(record, style))
    expect(JSON.parse(statusJson(record, `4:${'0a'.repeat(32)}`))).toMatchObject({
      schemaVersion: 1,
      run,
      head: `4:${'0a'.repeat(32)}`,
      state: 'failed',
      exitCode: 24,
      steps: expect.arrayContaining([expect.objectContaining({ path: 'migrate', state: 'unknown' })]),
      next: nextCommands(record),
    })
  })

  it('names the commands that fit the state, and no others', () => {
    const resume = `preflight runbook resume ${run}`
    const render = `preflight runbook render --run ${run}`
    const undo = `preflight runbook undo ${run} --reason "…"`
    const stop = stepEnds('how/script/stop')
    const resolve = (path: string, ...as: string[]): string[] =>
      as.map((each) => `preflight runbook resolve ${run} ${path} --as ${each} --reason "…"`)
    expect(commandsOf([start, ...stop, ended('completed', 0)])).toEqual([render, undo])
    expect(commandsOf([start, ...stepEnds('preflight', { effect: 'none' }), ended('failed', 20)])).toEqual([
      resume,
      render,
    ])
    expect(commandsOf([start, ...stop, ended('interrupted', 130)])).toEqual([resume, undo, render])
    expect(commandsOf([start, { type: 'step-intent', step: 'how/script/stop', attempt: 1, action: [] }])).toEqual([
      resume,
      undo,
    ])
    expect(commandsOf([start, ...stepEnds('migrate', { state: 'failed' }), ended('failed', 20)])).toEqual([
      ...resolve('migrate', 'done', 'not-done'),
      resume,
      render,
    ])
    expect(
      commandsOf([
        start,
        ...stop,
        ended(
          'cancelled',
          23,
          'preflight is destructive and was not approved: …; give --approve preflight to approve it in advance',
        ),
      ]),
    ).toEqual([`${resume} --approve preflight`, undo, render])
    const undoing: JournalEvent = { type: 'undo-started', reason: 'because', operator: grace }
    expect(commandsOf([start, ...stop, undoing, ...undoEnds('how/script/stop'), ended('undone', 21)])).toEqual([render])
    expect(
      commandsOf([
        start,
        ...stop,
        undoing,
        ...undoEnds('how/script/stop', { state: 'unknown' }),
        ended('undo-failed', 24),
      ]),
    ).toEqual([...resolve('how/script/stop', 'undone', 'not-undone'), resume, render])
    expect(
      commandsOf([
        start,
        ...stop,
        undoing,
        ...undoEnds('how/script/stop', { state: 'undo-failed' }),
        ended('undo-failed', 22),
      ]),
    ).toEqual([resume, render])
  })

  it('tells the head of a run with approvals, and the commands that check it; of no other run, and not when it was read back', () => {
    const head = `4:${'0a'.repeat(32)}`
    const record = recordOf([start, ...stepEnds('how/script/stop'), ended('interrupted', 130)])
    expect(statusText(record, style, head)).toContain(`Head  ${head}`)
    expect(nextCommands(record, head).map(({ command }) => command)).toEqual([
      `preflight runbook resume ${run} --head ${head}`,
      `preflight runbook undo ${run} --head ${head} --reason "…"`,
      `preflight runbook render --run ${run}`,
    ])
    expect(statusText(record, style)).not.toContain('Head')
    const { steps } = start as Extract<JournalEvent, { type: 'run-started' }>
    const without = recordOf([
      {
        ...(start as Extract<JournalEvent, { type: 'run-started' }>),
        steps: steps.filter(({ kind }) => kind !== 'approve'),
      },
      ended('interrupted', 130),
    ])
    expect(statusText(without, style, head)).not.toContain(head)
  })

  it('no longer asks for a decision that a person made', () => {
    const lost = [
      start,
      ...stepEnds('how/script/stop', { state: 'unknown' }),
      ended('failed', 24, 'unknown whether how/script/stop took effect: an operator must decide'),
    ]
    expect(statusText(recordOf(lost), style)).toContain('an operator must decide')
    const resolved: JournalEvent = {
      type: 'step-resolved',
      step: 'how/script/stop',
      as: 'not-done',
      reason: 'looked',
      operator: grace,
    }
    const decided = recordOf([...lost, resolved])
    expect(statusText(decided, style)).not.toContain('an operator must decide')
    expect(decided.message).toBe(
      `how/script/stop is not-done by the word of ${grace.user}: looked; a resume runs it again`,
    )
    expect(nextCommands(decided)[0]).toEqual({
      command: `preflight runbook resume ${run}`,
      why: expect.stringMatching(/^continue with /),
    })
  })

  it.each([
    ['gone', /^The run: cut off at \d\d:\d\d:\d\d UTC in step how\/script\/stop; its process 4374 is gone\.$/m],
    [
      'running',
      /^The run: last entry at \d\d:\d\d:\d\d UTC in step how\/script\/stop; its process 4374 still runs\.$/m,
    ],
    ['unknown', /; see whether its process 4374 still runs on vm-1\.$/m],
  ] as const)('says how far a run without an end came, and that its process is %s', (fate, expected) => {
    const [intent] = stepEnds('how/script/stop')
    const record = recordOf([start, intent!])
    const operator = { ...grace, pid: 4374, host: 'vm-1' }
    expect(statusText({ ...record, operator }, { ...style, width: 200 }, undefined, fate)).toMatch(expected)
    const resume = nextCommands(record, undefined, fate).find(({ command }) => command.includes('resume'))
    expect(resume?.why).toMatch(fate === 'gone' ? /^continue with / : /^continue, when its process has ended$/)
  })

  it('says of practice that nothing is to be done', () => {
    expect(
      commandsOf([
        { ...(start as Extract<JournalEvent, { type: 'run-started' }>), practice: true },
        ended('failed', 20),
      ]),
    ).toEqual([])
  })

  it('says that the clock went back, and why a run was taken back', () => {
    const record = {
      ...recordOf([
        start,
        ...stepEnds('how/script/stop'),
        { type: 'undo-started', reason: 'the release is withdrawn', operator: grace },
      ]),
      clockWentBack: [3, 4],
    }
    const text = statusText(record, style)
    expect(text).toContain('The clock went back before entries 3, 4: the order is that of the journal.')
    expect(text).toContain('Undone because: the release is withdrawn')
  })

  it('shows each line of what a step found', () => {
    const message = '2 of 3 checks are not green\narq/a: fail: it is off\narq/b: timeout'
    const record = recordOf([
      start,
      ...stepEnds('preflight', { state: 'failed', effect: 'none', message }),
      ended('failed', 20, 'preflight failed: 2 of 3 checks are not green'),
    ])
    expect(statusText(record, style)).toMatch(
      /\n +2 of 3 checks are not green\n +arq\/a: fail: it is off\n +arq\/b: timeout\n/,
    )
    expect(JSON.parse(statusJson(record, `4:${'0a'.repeat(32)}`))).toMatchObject({
      message: 'preflight failed: 2 of 3 checks are not green',
      steps: expect.arrayContaining([expect.objectContaining({ path: 'preflight', message })]),
    })
  })

  it('lets no text from outside move the cursor or begin a line of its own', () => {
    const foreign = fc
      .array(fc.constantFrom('\u001B[2J', '\n', '\r', '\u0007', '\u202E', 'word', ' ', '‼ forged'), {
        minLength: 1,
        maxLength: 12,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(foreign, (text) => {
        const shown = statusText(
          recordOf([start, ...stepEnds('migrate', { state: 'failed', message: text }), ended('failed', 20, text)]),
          style,
        )
        expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/)
        expect(shown.split('\n').filter((line) => line.startsWith('‼'))).toEqual([])
      }),
    )
  })
})

it('lists runs, and those whose journal is damaged as that', () => {
  const runs = [
    {
      run,
      runbook: 'example/deploy',
      state: 'completed',
      startedAt: '2026-01-02T03:04:05.678Z',
      operator: 'ada',
      target: 'example on bus-1',
      problem: '',
    },
    {
      run: '20260101T000000Z-deploy-00aa11',
      runbook: '',
      state: 'damaged',
      startedAt: '',
      operator: '',
      target: '',
      problem: 'the chain is broken at entry 3',
    },
  ]
  expectGolden(golden('runbook-history'), historyText(runs, style))
  expect(JSON.parse(historyJson(runs))).toEqual(runs)
  expect(historyText([], style)).toBe('No runs.\n')
})

describe('what is said of a journal', () => {
  const verdict = {
    run,
    isTrusted: true,
    problems: [],
    remarks: [],
    isComplete: true,
    anchor: `12:${'ab'.repeat(32)}`,
    entries: 12,
    state: 'completed',
  } as const

  it('tells a whole one, one without an end, and one that cannot be trusted apart', () => {
    expectGolden(golden('verify.whole'), verifyText(verdict, style))
    expectGolden(
      golden('verify.no-end'),
      verifyText(
        {
          ...verdict,
          isComplete: false,
          state: 'running',
          remarks: ['it has no end: the run is still running, or was killed'],
        },
        style,
      ),
    )
    expectGolden(
      golden('verify.damaged'),
      verifyText({ ...verdict, isTrusted: false, problems: ['entry 3 does not follow entry 2'] }, style),
    )
  })

  it('gives no anchor of a journal that cannot be trusted', () => {
    expect(verifyText({ ...verdict, isTrusted: false }, style)).not.toContain('12:')
  })
})
