import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execPath } from 'node:process'
import { userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { terminalSession } from '../../cli/support/terminal.js'
import { signingKey } from '../../runbooks/actions/support/signing.js'
import { folderOf, regionPack } from '../cli/preflight.js'
import { program } from '../program.js'
import { expectCaptured, goldenOf, goldens, sizes, type Session } from './capture.js'

/** Every question that a run can ask, each in a step of its own. */
const book = `title: every question that a run asks
target: the questions of \${{ params.place }}
parameters: { place: { type: path, default: ., description: where it is } }
steps:
  - id: look
    title: look before anything is done
    run: [echo, "all is well"]
    effect: read
  - id: way
    title: by which way the service is stopped
    choose:
      ask: how is the service run here?
      options:
        systemd: { title: by systemd, steps: [{ id: stop-unit, run: ["true"], effect: idempotent }] }
        script: { title: by a script of ours, steps: [{ id: stop-script, run: ["true"], effect: idempotent }] }
  - id: agreed
    title: somebody else agrees
    approve: { message: the service is away for a minute }
  - id: call
    title: call the people who use the service
    manual: { instructions: "Call 4711.\\nSay that the service is away for a minute.", note: required }
  - id: wipe
    title: empty the cache
    destructive: true
    run: ["true"]
    effect: idempotent
    undo: { run: ["true"] }
`

/** The first twelve characters of the plan's hash, as the question shows them. */
const shownHash = (screen: string): string => `${/\(([0-9a-f]{12})\)/.exec(screen)![1]!}\r`

const ownRunbooks = ['--no-builtin', '--runbooks', 'books']
const started = (command: string, ...args: readonly string[]): readonly string[] => [
  'runbook',
  command,
  ...args,
  ...ownRunbooks,
  ...(command === 'practice' ? [] : ['--state', 'state']),
]

/** Of a runbook, in the order that `undo last` presupposes. */
const sessions: Readonly<Record<string, Session>> = {
  practice: {
    args: started('practice', 'site/questions'),
    turns: [
      { at: 'look before anything is done: how does it end?', picks: 0 },
      { at: 'how is the service run here?', picks: 1 },
      { at: 'stop-script: how does it end?', picks: 0 },
      { at: 'somebody else agrees: how does it end?', picks: 0 },
      { at: 'call the people who use the service: how does it end?', picks: 0 },
      { at: 'type wipe to continue, anything else to stop', keys: 'wipe\r' },
      { at: 'empty the cache: how does it end?', picks: 1 },
      { at: 'undo of empty the cache: how does it end?', picks: 0 },
    ],
    exitCode: 0,
  },
  'approval-by-the-starter': {
    args: started('run', 'site/questions'),
    turns: [
      { at: 'how is the service run here?', picks: 1 },
      { at: 'name of the approver', keys: `${userInfo().username}\r` },
    ],
    exitCode: 20,
  },
  'approval-of-another-plan': {
    args: started('run', 'site/questions'),
    turns: [
      { at: 'how is the service run here?', picks: 0 },
      { at: 'name of the approver', keys: 'grace\r' },
      { at: 'to approve', keys: 'ffffffffffff\r' },
    ],
    exitCode: 20,
  },
  'manual-step-not-done': {
    args: started('run', 'site/questions'),
    turns: [
      { at: 'how is the service run here?', picks: 0 },
      { at: 'name of the approver', keys: 'grace\r' },
      { at: 'to approve', keys: shownHash },
      { at: 'is it done? (type done, or no)', keys: 'perhaps\r' },
      { at: 'is it done? (type done, or no)', keys: 'no\r' },
    ],
    exitCode: 20,
  },
  'confirmation-refused': {
    args: started('run', 'site/questions'),
    turns: [
      { at: 'how is the service run here?', picks: 0 },
      { at: 'name of the approver', keys: 'grace\r' },
      { at: 'to approve', keys: shownHash },
      { at: 'is it done? (type done, or no)', keys: 'done\r' },
      { at: 'a note for the record', keys: 'they know\r' },
      { at: 'type wipe to continue, anything else to stop', keys: 'wait\r' },
    ],
    exitCode: 23,
  },
  run: {
    args: started('run', 'site/questions'),
    turns: [
      { at: 'how is the service run here?', picks: 0 },
      { at: 'name of the approver', keys: 'grace\r' },
      { at: 'to approve', keys: shownHash },
      { at: 'is it done? (type done, or no)', keys: 'done\r' },
      { at: 'a note for the record', keys: 'they know\r' },
      { at: 'type wipe to continue, anything else to stop', keys: 'wipe\r' },
    ],
    exitCode: 0,
  },
  undo: {
    args: started('undo', 'last', '--reason', 'the release is withdrawn'),
    turns: [{ at: 'undo this run?', picks: 1 }],
    exitCode: 21,
  },
}

/** Of the first minutes with a deployment. */
const firstSessions: Readonly<Record<string, Session>> = {
  'init-of-your-own': {
    args: ['init', 'own'],
    turns: [
      { at: 'What do you run?', picks: 3 },
      { at: 'What else, besides something of my own?', picks: 3 },
      { at: 'Where is the environment of the deployment?', picks: 0 },
      { at: 'Which other address should be looked at? (empty: none)', keys: 'over there\r' },
      { at: 'Which other address should be looked at? (empty: none)', keys: 'http://127.0.0.1:9/health\r' },
      { at: 'And another? (empty: no more)', keys: '\r' },
    ],
    exitCode: 0,
  },
  'init-of-arqonbus': {
    args: ['init', 'bus', '--pack', 'arqonbus', '--env-file', '.env'],
    turns: [
      { at: 'Do the gates run here?', picks: 0 },
      { at: 'bus_url (empty: ws://127.0.0.1:9100)', keys: '\r' },
      { at: 'bus_http_url (empty: http://127.0.0.1:8080)', keys: 'http://127.0.0.1:9\r' },
      { at: 'telemetry_url (empty: ws://localhost:8081)', keys: '\r' },
    ],
    exitCode: 0,
  },
  environment: {
    args: ['run', '--no-builtin', '--checks', 'packs'],
    turns: [{ at: 'Which environment do you mean?', picks: 3 }],
    exitCode: 2,
  },
  'no-go': {
    args: ['run', 'site/a/region', '--no-builtin', '--checks', 'packs', '--env-file', '.env.us'],
    turns: [{ at: 'Make an incident bundle for an engineer?', picks: 0 }],
    exitCode: 1,
  },
  waiver: {
    args: ['waiver', 'add', '--no-builtin', '--checks', 'packs', '--waivers', 'agreed.yaml', '--owner', 'ops'],
    turns: [
      { at: 'Which check may fail? (its id)', keys: 'site/a/region\r' },
      { at: 'Why may it fail?', keys: 'mended in March\r' },
      { at: 'Which ticket approves it?', keys: 'OPS-9\r' },
      { at: '(in UTC)?', keys: `${new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)}\r` },
      { at: 'In which profiles, separated by commas? (empty: prod)', keys: '\r' },
    ],
    exitCode: 0,
  },
}

const agreement = (signers: string): string => `title: what somebody else signs
target: the agreement of \${{ params.place }}
parameters: { place: { type: path, default: ., description: where it is } }
steps:
  - id: agreed
    title: somebody else agrees
    approve: { message: the service is away for a minute, signed: true, signers: "${signers}" }
  - { id: stop, title: stop the service, run: ["true"], effect: idempotent }
`

/** Of an approval that only a signed file can give; the approver has a key that the signers file names. */
const approvalSessions: Readonly<Record<string, Session>> = {
  'signed-approval-asked': { args: started('run', 'site/agreement'), turns: [], exitCode: 23 },
  'signed-approval-made': {
    args: ['runbook', 'approve', 'last', ...'--step agreed --output agreed --sign key --state state'.split(' ')],
    turns: [],
    exitCode: 0,
  },
  'signed-approval-used': {
    args: ['runbook', 'resume', 'last', '--approval', 'agreed', '--state', 'state'],
    turns: [],
    exitCode: 0,
  },
}

describe.each(sizes)('at a terminal of $columns columns and $rows rows (UPDATE_GOLDEN=1 writes them anew)', (size) => {
  const folder = folderOf({ 'books/site/questions.yaml': book, 'preflight.yaml': 'deployment: here\n' })
  it.each(Object.entries(sessions))('every question of %s is seen and answered', (name, session) =>
    expectCaptured(name, session, size, folder),
  )

  const agreed = folderOf({ 'preflight.yaml': 'deployment: here\n' })
  const key = signingKey(agreed)
  const files = {
    'books/site/agreement.yaml': agreement('../../signers'),
    signers: `grace@example.org ${key.publicKey}\n`,
  }
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(agreed, file)), { recursive: true })
    writeFileSync(join(agreed, file), content)
  }
  copyFileSync(key.path, join(agreed, 'key'))
  chmodSync(join(agreed, 'key'), 0o600)
  it.each(Object.entries(approvalSessions))('%s is seen', (name, session) =>
    expectCaptured(name, session, size, agreed),
  )

  const first = folderOf({
    'packs/site/a.yaml': regionPack,
    '.env': 'REDIS_URL=redis://127.0.0.1:9/0\nTOKEN_SECRET=please-change-me\n',
    '.env.us': 'REGION=us\n',
    'agreed.yaml': 'waivers: []\n',
  })
  it.each(Object.entries(firstSessions))('every question of %s is seen and answered', (name, session) =>
    expectCaptured(name, session, size, first),
  )
})

it('an input and a secret parameter that the journal does not keep are asked for, unseen', async () => {
  const folder = folderOf({
    'books/site/judge.yaml': `title: judges
target: \${{ params.place }}
parameters:
  place: { type: path, default: ., description: where it is }
  token: { type: secret, description: a secret }
steps:
  - { id: gate, run: [test, -e, go], effect: read }
  - { id: use, run: { argv: ["true"], environment: { TOKEN: "\${{ params.token }}" } }, effect: read }
  - { id: judged, check: site/a }
`,
    'other.env': 'OTHER=1\n',
    'packs/site/a.yaml': `stage: config
variables: { SOME_VARIABLE: { exposure: public } }
inputs: { password: { type: string, secret: true, description: a password, default: none } }
checks:
  region: { title: it is long, severity: blocker, class: config, fix: set it, env: { name: SOME_VARIABLE },
    expect: [{ that: "!facts.set && size(inputs.password) > 10", message: too short }] }
`,
  })
  const at = { cwd: folder, environment: { HOME: folder, NO_COLOR: '1' } }
  const start = [
    'run',
    'site/judge',
    ...['--no-builtin', '--runbooks', 'books', '--checks', 'packs'],
    ...['--input', 'password=Xq9vT2mLw8Zr4KpB', '--param-env', 'token=TOKEN', '--env-file', 'other.env'],
  ]
  const started = terminalSession([execPath, program, 'runbook', ...start], {
    ...at,
    environment: { ...at.environment, TOKEN: 'b7-Kq2.vXw9_Lz4' },
  })
  expect(await started.ended, started.screen()).toBe(20)
  writeFileSync(join(folder, 'go'), '')
  const resumed = terminalSession([execPath, program, 'runbook', 'resume', 'last'], { ...at, cwd: '/' })
  await resumed.settles((written) => /password \(input\)[^]*masked\]/.test(written), 'the first question')
  resumed.type('Xq9vT2mLw8Zr4KpB\r')
  await resumed.settles((written) => /token \(secret\)[^]*masked\]/.test(written), 'the second question')
  resumed.type('b7-Kq2.vXw9_Lz4\r')
  expect(await resumed.ended, resumed.screen()).toBe(0)
  expect(resumed.screen()).not.toMatch(/Xq9vT2|b7-Kq2/)
})

it('there is no capture of a session that does not exist', () => {
  const names = Object.keys({ ...sessions, ...approvalSessions, ...firstSessions })
  const expected = names.flatMap((name) => sizes.map((size) => goldenOf(name, size)))
  expect(readdirSync(goldens).toSorted()).toEqual(expected.toSorted())
})
