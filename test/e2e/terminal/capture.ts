import { readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { expect } from 'vitest'
import { terminalSession, type TerminalSession } from '../../cli/support/terminal.js'
import { Terminal } from '../../engine/terminal.js'
import { program } from '../program.js'

/** One key down in a list. */
const down = '\u001B[B'

interface Turn {
  /** How the question ends that is asked. */
  readonly at: string
  readonly keys: string | ((screen: string) => string)
}

interface ListTurn {
  /** How the question above the list ends. */
  readonly at: string
  /** Which entry of the list is taken, counted from 0. */
  readonly picks: number
}

/** A session at a terminal: what is started, and what a person answers. */
export interface Session {
  readonly args: readonly string[]
  readonly turns: readonly (Turn | ListTurn)[]
  readonly exitCode: number
}

interface Size {
  readonly columns: number
  readonly rows: number
}

export const sizes: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
]

export const goldens = join(import.meta.dirname, '../../golden/terminal')

export const goldenOf = (name: string, { columns, rows }: Size): string => `${name}.${columns}x${rows}.txt`

/**
 * Plays a session and compares what a person saw at every question and at the end with its golden file;
 * `UPDATE_GOLDEN=1` writes that anew.
 */
export async function expectCaptured(name: string, session: Session, size: Size, folder: string): Promise<void> {
  const terminal = terminalSession([execPath, '--', program, ...session.args], {
    cwd: folder,
    environment: { HOME: folder, NO_COLOR: '1' },
    size,
  })
  const seen: string[] = []
  for (const [index, turn] of session.turns.entries()) {
    const { at } = turn
    const earlier = session.turns.slice(0, index).filter((other) => other.at === at).length
    await terminal.settles((written) => isAsked(shown(written, size), turn, earlier), at)
    seen.push(`──── ${at}`, captured(terminal, size, folder))
    terminal.type(keysOf(turn, terminal.screen()))
  }
  expect(await terminal.ended, terminal.screen()).toBe(session.exitCode)
  seen.push(`──── the end: exit ${session.exitCode}`, captured(terminal, size, folder), '')
  expect(shown(terminal.screen(), size).brokenRows).toEqual([])
  const file = join(goldens, goldenOf(name, size))
  const text = seen.join('\n')
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}

function keysOf(turn: Turn | ListTurn, screen: string): string {
  if ('picks' in turn) return `${down.repeat(turn.picks)}\r`
  return typeof turn.keys === 'string' ? turn.keys : turn.keys(screen)
}

/** The terminal after all that was written. */
function shown(written: string, { columns, rows }: Size): Terminal {
  const terminal = new Terminal(columns, rows)
  terminal.write(written)
  return terminal
}

const endOfList = '\n↑↓ navigate • ⏎ select'

/**
 * Whether a question is drawn to its end, on the last lines, with the cursor there. A terminal may hand on a frame in
 * pieces, and the first piece of a list looks like a question for a text.
 *
 * @param earlier how often it was answered before
 */
function isAsked(terminal: Terminal, turn: Turn | ListTurn, earlier: number): boolean {
  const { at } = turn
  if (joined(terminal.text).split(at).length - 1 <= earlier) return false
  const question = /(?:^|\n)\? ((?!\? )[^\n]*(?:\n(?!\? )[^\n]*)*)$/.exec(terminal.text)?.[1]
  if (question === undefined || !terminal.isCursorLast) return false
  if ('picks' in turn) return question.endsWith(endOfList) && joined(question).includes(`${at} ❯`)
  return (
    terminal.isCursorShown &&
    joined(question)
      .replace(/ \[input is masked\]$/, '')
      .endsWith(at)
  )
}

/** The lines of an entry as one, behind its indentation. */
const indented = (text: string): string => text.replaceAll(/\n\s*/g, ' ')

const joined = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** What a person sees, with all that scrolled away, without what is another each time and on each machine. */
function captured(session: TerminalSession, size: Size, folder: string): string {
  return rejoined(shown(masked(session.screen(), folder), size).text)
}

/** What the cursor moves over keeps its width. */
function masked(written: string, folder: string): string {
  const { username } = userInfo()
  return written
    .replaceAll(folder, '/site')
    .replaceAll(/\d{8}T\d{6}Z-(questions|agreement)-[0-9a-f]{6}/g, '20000101T000000Z-$1-000000')
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\d/g, '2000-01-01')
    .replaceAll(/\d\d:\d\d:\d\d/g, '00:00:00')
    .replaceAll(/\b\d+:[0-9a-f]{64}\b/g, 'HEAD')
    .replaceAll(/sha256:[0-9a-f]{64}\b/g, 'sha256:HASH')
    .replaceAll(/(?<=\()[0-9a-f]{12}(?=\))/g, 'x'.repeat(12))
    .replaceAll(new RegExp(`\\b(by|than|approver|neither) ${username}(?![\\w.-])`, 'g'), '$1 USER')
    .replaceAll(`${username} said that`, 'USER said that')
    .replaceAll(`${username} approves`, 'USER approves')
    .replaceAll(`on ${hostname()}`, 'on HOST')
    .replaceAll(`· ${hostname()} ·`, '· HOST ·')
}

/** Lines are broken where real names and times end, so what has them is in one line here. */
function rejoined(screen: string): string {
  return screen
    .replaceAll(/ \\\n +/g, ' ')
    .replaceAll(/^run \S+ · on [^]*? by USER on HOST/gm, joined)
    .replaceAll(/^ *started 2000-[^]*? by USER on HOST/gm, indented)
    .replaceAll(/^profile [^]*?\srun ID/gm, joined)
    .replaceAll(/^✖ .*(?:\n {2}\S.*)*/gm, indented)
    .replaceAll(/^ {2}(?:\w+ failed|agreed): .*(?:\n(?: {2}\S.*|sha256:HASH.*))*/gm, indented)
    .replaceAll(/^USER approves [^]*?(?=\n {2}preflight)/gm, joined)
    .replaceAll(/^ {7}\S.*(?:\n {7}\S.*)+/gm, indented)
    .replaceAll(/^A person other than USER[^]*?claim\.$/gm, joined)
    .replaceAll(/(?<=✔ [^]* to approve)\s+[0-9a-f]{12}$/gm, ' TYPED')
    .replaceAll(/\b\d+(?:\.\d+)? ?m?s\b/g, 'DURATION')
}
