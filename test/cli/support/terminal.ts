import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { onTestFinished } from 'vitest'

export interface TerminalSession {
  /** Types, as keys would come. */
  type(text: string): void
  readonly screen: () => string
  /** Settles when this text is on the screen. */
  shows(text: string): Promise<void>
  /** Settles when what was written is as the test wants it. @param what it waits for, in words */
  settles(isThere: (written: string) => boolean, what: string): Promise<void>
  /** Settles with the exit code of the program. */
  readonly ended: Promise<number | null>
}

/** Milliseconds that a text is waited for: less than a test has, so that it fails with what came instead. */
const longestWait = 80_000

/**
 * Runs a program for Node in a terminal of its own (`script`, which hands on its exit code), which ends with the test
 * that asked for it.
 */
export function inTerminal(program: string, ...args: readonly string[]): TerminalSession {
  return terminalSession([process.execPath, program, ...args], { cwd: tmpdir() })
}

interface SessionOptions {
  readonly cwd: string
  readonly environment?: Readonly<Record<string, string>>
  readonly size?: { readonly columns: number; readonly rows: number }
}

/** Runs any program so, with no variables but PATH, TERM, SHELL and the given ones. */
export function terminalSession(
  argv: readonly string[],
  { cwd, environment = {}, size }: SessionOptions,
): TerminalSession {
  const words = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const command = size === undefined ? words : `stty cols ${size.columns} rows ${size.rows}; exec ${words}`
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // Without its terminal the program is hung up.
  onTestFinished(() => void child.kill('SIGKILL'))
  let seen = ''
  const looks = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString('utf8')
    for (const look of looks) look()
  })
  child.stdin.on('error', () => undefined)
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  const settles: TerminalSession['settles'] = (isThere, what) =>
    new Promise((resolve, reject) => {
      const fail = (how: string): void => reject(new Error(`${how} ${what}: ${JSON.stringify(seen)}`))
      const patience = setTimeout(() => fail('it does not show yet'), longestWait)
      const look = (): void => {
        if (!isThere(seen)) return
        looks.delete(look)
        clearTimeout(patience)
        resolve()
      }
      looks.add(look)
      look()
      void ended.then(() => {
        clearTimeout(patience)
        fail('it ended without showing')
      })
    })
  return {
    type: (text) => void child.stdin.write(text),
    screen: () => seen,
    ended,
    settles,
    // Lines are broken between words, wherever the width of the terminal asks for it.
    shows: (text) => settles((written) => onOneLine(written).includes(onOneLine(text)), JSON.stringify(text)),
  }
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
