import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, it } from 'vitest'
import { terminalSession, type TerminalSession } from '../../cli/support/terminal.js'
import { Terminal } from '../../engine/terminal.js'
import { folderOf } from '../cli/preflight.js'
import { program } from '../program.js'

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

const down = '\u001B[B'

interface Turn {
  /** What is on the screen when it is this turn. */
  readonly at: string
  readonly keys: string | ((screen: string) => string)
}

interface Session {
  readonly args: readonly string[]
  readonly turns: readonly Turn[]
  readonly exitCode: number
}

const sessions: Readonly<Record<string, Session>> = {
  practice: {
    args: ['practice', 'site/questions'],
    turns: [
      { at: 'look before anything is done: how does it end?', keys: '\r' },
      { at: 'how is the service run here?', keys: `${down}\r` },
      { at: 'stop-script: how does it end?', keys: '\r' },
      { at: 'somebody else agrees: how does it end?', keys: '\r' },
      { at: 'call the people who use the service: how does it end?', keys: '\r' },
      { at: 'type wipe to continue, anything else to stop', keys: 'wipe\r' },
      { at: 'empty the cache: how does it end?', keys: `${down}\r` },
      { at: 'undo of empty the cache: how does it end?', keys: '\r' },
    ],
    exitCode: 0,
  },
  run: {
    args: ['run', 'site/questions'],
    turns: [
      { at: 'how is the service run here?', keys: '\r' },
      { at: 'name of the approver', keys: 'grace\r' },
      {
        at: "characters of the plan's hash",
        keys: (screen) => `${/\(([0-9a-f]{12})\)/.exec(screen)![1]!}\r`,
      },
      { at: '(type done, or no)', keys: 'done\r' },
      { at: 'a note for the record', keys: 'they know\r' },
      { at: 'type wipe to continue, anything else to stop', keys: 'wipe\r' },
    ],
    exitCode: 0,
  },
  undo: {
    args: ['undo', 'last', '--reason', 'the release is withdrawn'],
    turns: [{ at: 'undo this run?', keys: `${down}\r` }],
    exitCode: 21,
  },
}

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
]

const goldens = join(import.meta.dirname, '../../golden/terminal')
const isUpdating = process.env['UPDATE_GOLDEN'] === '1'

describe.each(sizes)('at a terminal of $columns columns and $rows rows (UPDATE_GOLDEN=1 writes them anew)', (size) => {
  const folder = folderOf({ 'books/site/questions.yaml': book, 'preflight.yaml': 'deployment: here\n' })
  const own = ['--no-builtin', '--runbooks', 'books']

  it.each(Object.entries(sessions))('every question of %s is seen and answered', async (name, session) => {
    const { args, turns, exitCode } = session
    const state = args[0] === 'practice' ? [] : ['--state', 'state']
    const terminal = terminalSession([execPath, program, 'runbook', ...args, ...state, ...own], {
      cwd: folder,
      environment: { HOME: folder, NO_COLOR: '1' },
      size,
    })
    const seen: string[] = []
    for (const { at, keys } of turns) {
      const screen = await settled(terminal, size, { folder, question: at })
      seen.push(`──── ${at}`, screen)
      terminal.type(typeof keys === 'string' ? keys : keys(terminal.screen()))
    }
    expect(await terminal.ended, terminal.screen()).toBe(exitCode)
    seen.push(`──── the end: exit ${exitCode}`, screenOf(terminal, size, folder), '')
    const file = join(goldens, `${name}.${size.columns}x${size.rows}.txt`)
    const text = seen.join('\n')
    if (isUpdating) writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })
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
  await resumed.shows('password (input)')
  await new Promise((resolve) => setTimeout(resolve, 300))
  resumed.type('Xq9vT2mLw8Zr4KpB\r')
  await resumed.shows('token (secret)')
  await new Promise((resolve) => setTimeout(resolve, 300))
  resumed.type('b7-Kq2.vXw9_Lz4\r')
  expect(await resumed.ended, resumed.screen()).toBe(0)
  expect(resumed.screen()).not.toMatch(/Xq9vT2|b7-Kq2/)
})

it('there is no capture of a session that does not exist', () => {
  const expected = Object.keys(sessions).flatMap((name) =>
    sizes.map(({ columns, rows }) => `${name}.${columns}x${rows}.txt`),
  )
  expect(readdirSync(goldens).toSorted()).toEqual(expected.toSorted())
})

/** What a person sees, with all that scrolled away. */
function screenOf(session: TerminalSession, { columns, rows }: (typeof sizes)[number], folder: string): string {
  const terminal = new Terminal(columns, rows)
  terminal.write(normalised(session.screen(), folder))
  return rejoined(terminal.text)
}

/** The screen when the question stands on its last lines, and nothing is drawn any more. */
async function settled(
  session: TerminalSession,
  size: (typeof sizes)[number],
  { folder, question }: { readonly folder: string; readonly question: string },
): Promise<string> {
  await session.shows(question)
  for (let before = ''; ;) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    const now = screenOf(session, size, folder)
    if (now === before) return now
    before = now
  }
}

/**
 * What was written, without what is another each time and on each machine. What the cursor moves over keeps its width.
 */
function normalised(raw: string, folder: string): string {
  const { username } = userInfo()
  return raw
    .replaceAll(folder, '/site')
    .replaceAll(/\d{8}T\d{6}Z-questions-[0-9a-f]{6}/g, '20000101T000000Z-questions-000000')
    .replaceAll(/\d{4}-\d\d-\d\d/g, '2000-01-01')
    .replaceAll(/\d\d:\d\d:\d\d/g, '00:00:00')
    .replaceAll(/\b\d+:[0-9a-f]{64}\b/g, 'HEAD')
    .replaceAll(/(?<=\()[0-9a-f]{12}(?=\))/g, 'x'.repeat(12))
    .replaceAll(`by ${username}`, 'by USER')
    .replaceAll(`than ${username},`, 'than USER,')
    .replaceAll(`on ${hostname()}`, 'on HOST')
}

/** The facts of a run are wrapped by the width of its user and host; what was typed is wrapped by the prompt. */
function rejoined(screen: string): string {
  return screen
    .replaceAll(/started\s+2000-01-01\s+00:00:00\s+UTC\s+by\s+USER\s+on\s+HOST/g, 'started TIME by USER on HOST')
    .replaceAll(
      /^(run \S+)\s+·\s+on\s+the\s+questions\s+of\s+\/site\s+·\s+started/gm,
      '$1 · on the questions of /site · started',
    )
    .replaceAll(/(?<=✔ .* to approve )[0-9a-f]+\n?[0-9a-f]*$/gm, 'TYPED')
    .replaceAll(/\b\d+(?:\.\d+)? ?m?s\b/g, 'DURATION')
}
