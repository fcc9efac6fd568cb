import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { terminalPerson } from '../../src/cli/asking-person.js'
import { inTerminal, type TerminalSession } from './support/terminal.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-person-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const program = join(import.meta.dirname, 'support/ask.mjs')
let asked = 0

interface Ending {
  readonly exitCode: number | null
  readonly screen: string
  readonly [fact: string]: unknown
}

/** Asks in a terminal; `keys` is given the session once the question is on the screen. */
async function ask(
  method: string,
  keys: (session: TerminalSession) => void | Promise<void>,
  patience = '',
): Promise<Ending> {
  const file = join(root, `ending-${(asked += 1)}.json`)
  const session = inTerminal(program, file, method, patience)
  await session.shows('is \\e[2Jit\\r done?')
  await keys(session)
  const exitCode = await session.ended
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as object), exitCode, screen: session.screen() }
}
const cursorShown = '\u001B[?25h'

describe.each(['type', 'line'])('%s', (method) => {
  it('gives what was typed, to the letter', async () => {
    expect(await ask(method, (session) => session.type(' done ż\r'))).toMatchObject({
      answer: ' done ż',
      exitCode: 0,
      isRaw: false,
    })
  })

  it('may be empty', async () => {
    expect(await ask(method, (session) => session.type('\r'))).toMatchObject({ answer: '' })
  })
})

it('a secret is not shown, nor how long it is', async () => {
  const ending = await ask('secret', (session) => session.type('canary-7\u0014\r'))
  expect(ending).toMatchObject({ answer: 'canary-7', exitCode: 0 })
  for (const trace of ['c', 'anary', '*'])
    expect(
      ending.screen.slice(ending.screen.lastIndexOf('done?') + 5).replace('[input is masked]', ''),
      trace,
    ).not.toContain(trace)
})

it('a pick is made with the arrow keys', async () => {
  const ending = await ask('pick', async (session) => {
    await session.shows('the first')
    session.type('\u001B[B\r')
  })
  expect(ending).toMatchObject({ answer: 'second', exitCode: 0 })
  expect(ending.screen).toContain('the \\e[31msecond')
})

it('one question after the other', async () => {
  const ending = await ask('twice', async (session) => {
    session.type('one\r')
    await session.shows('one\u001B')
    // The second question is on the screen when the first is there with its tick.
    await until(() => session.screen().split('first line').length > 2 && session.screen().endsWith('G'))
    session.type('two\r')
  })
  expect(ending).toMatchObject({ answer: 'one', second: 'two', exitCode: 0 })
})

describe.each(['type', 'line', 'secret', 'pick', 'twice'])('no one answers: %s', (method) => {
  it('at the end of input', async () => {
    expect(await ask(method, (session) => session.type('\u0004'))).toMatchObject({
      name: 'UnansweredError',
      message: 'the question was not answered: the input ended',
      exitCode: 0,
      isRaw: false,
    })
  })

  it('at Ctrl-C, which interrupts the program as well', async () => {
    const ending = await ask(method, (session) => session.type('\u0003'))
    expect(ending).toMatchObject({ name: 'UnansweredError', exitCode: 130, isRaw: false })
    expect(ending.screen.endsWith(cursorShown)).toBe(true)
  })

  it('when it takes too long: the terminal is left as it was', async () => {
    const ending = await ask(method, () => undefined, '2500')
    expect(ending).toMatchObject({
      name: 'UnansweredError',
      message: 'the question was interrupted',
      exitCode: 0,
      isRaw: false,
    })
    expect(ending.screen.endsWith(cursorShown)).toBe(true)
  })
})

it('what is half typed at Ctrl-C is not an answer', async () => {
  expect(await ask('type', (session) => session.type('done\u0003\r'))).toMatchObject({
    name: 'UnansweredError',
    exitCode: 130,
  })
})

it('what was typed before the question is not an answer to it', async () => {
  const file = join(root, 'early.json')
  const session = inTerminal(program, file, 'type')
  session.type('done\r')
  await session.shows('done?')
  session.type('no\r')
  await session.ended
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ answer: 'no' })
})

describe('on the screen', () => {
  it('contains nothing that a terminal would obey, except what the prompt itself draws', async () => {
    const { screen } = await ask('line', (session) => session.type('a\u001B[200~b\u001B[201~\u0007c\u009Bd\u202E\r'))
    expect(screen).toContain('first line\r\nsecond \\e]0;title\\u{7} line \\u{202e}txt\r\n')
    expect(screen.replace(/\u001B\[\??[0-9;]*[GKhlmJAB]/g, '')).not.toMatch(
      /[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F-\u009F\u202E]/,
    )
    expect(screen).not.toContain('\u001B[2J')
  })
})

describe('without a terminal', () => {
  it.each([
    ['a pipe full of yes', ['pipe', 'pipe', 'pipe']],
    ['no input', ['ignore', 'pipe', 'pipe']],
  ] as const)('%s answers nothing', async (_, stdio) => {
    const file = join(root, `ending-${(asked += 1)}.json`)
    const child = spawn(process.execPath, [program, file, 'type'], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: [...stdio],
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.write('done\n'.repeat(100))
    await new Promise((resolve) => void child.once('close', resolve))
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      name: 'UnansweredError',
      message: expect.stringMatching(/^there is no terminal to ask at: /) as string,
      hint: expect.stringContaining('terminal') as string,
    })
  })

  it('every question is refused', async () => {
    // Tests have no terminal themselves.
    const person = terminalPerson()
    const { signal } = new AbortController()
    const question = { ask: 'done?' }
    for (const answer of [
      person.type(question, 'done', signal),
      person.line(question, signal),
      person.pick(question, [{ value: 'a', title: 'a' }], signal),
      person.secret(question, signal),
    ]) {
      await expect(answer).rejects.toMatchObject({ name: 'UnansweredError', hint: expect.any(String) as string })
    }
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}
