import { spawnSync } from 'node:child_process'
import { open, readFile, stat } from 'node:fs/promises'
import { codeOf, UsageError } from '../../base/errors.js'
import { surrounding } from '../../base/own-environment.js'
import { findProgram } from '../start-problem.js'

/** A program that was found, with all that it is to be started with. */
export interface ProgramToStart {
  /** Its name as it was given, then its arguments. */
  readonly argv: readonly [string, ...string[]]
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Absolute path. */
  readonly file: string
  /** What the system finds the same file by, when it is asked with this environment: the name, or else the path. */
  readonly word: string
}

/**
 * Finds a program as a shell in its environment would: on the `PATH` there, or on preflight's own where that has none.
 * It would be started where this process is.
 *
 * @throws UsageError when it cannot be started, as far as that shows without starting it
 */
export async function programToStart(
  argv: ProgramToStart['argv'],
  environment: ProgramToStart['environment'],
): Promise<ProgramToStart> {
  const [name] = argv
  if (name === '') throw new UsageError('the name of the program is empty')
  await refuseUndecoded(argv)
  const itsPath = environment['PATH'] ?? ''
  const folder = process.cwd()
  const file = await findProgram(name, folder, itsPath === '' ? (surrounding('PATH') ?? '') : itsPath)
  if (file === undefined) throw await notFound(name, itsPath !== '')
  await refuseMissingInterpreter(file)
  const program = { argv, environment, file, word: itsPath !== '' || name.includes('/') ? name : file }
  refuseTooLarge(program)
  return program
}

/** Node decodes its arguments, with U+FFFD for what is not UTF-8: the system still has the bytes. */
async function refuseUndecoded(argv: readonly string[]): Promise<void> {
  if (!argv.some((word) => word.includes('\uFFFD'))) return
  const bytes = await readFile(`/proc/${process.pid}/cmdline`).catch(() => undefined)
  if (bytes === undefined || Buffer.from(bytes.toString('utf8')).equals(bytes)) return
  throw new UsageError('an argument of the program is not UTF-8, and would not reach it as it is', {
    hint: 'write it as UTF-8, or start a script that holds it',
  })
}

async function notFound(name: string, hasPath: boolean): Promise<UsageError> {
  if (!name.includes('/'))
    return new UsageError(
      `program ${name} not found on the PATH ${hasPath ? 'of the environment that is judged' : 'of preflight: the environment that is judged has none'}`,
      { hint: 'give the path of the program, or put its folder on the PATH of that environment' },
    )
  const status = await stat(name).catch(() => undefined)
  if (status === undefined) return new UsageError(`program ${name} not found`, { hint: 'give the path of a program' })
  return new UsageError(`${name} is not an executable file`, {
    hint: status.isFile() ? `make it one: chmod +x ${name}` : 'give the path of a program',
  })
}

/** How much of a file Linux looks at for the interpreter, in bytes. */
const interpreterLine = 256

/** The system says of such a script that the script itself does not exist. */
async function refuseMissingInterpreter(file: string): Promise<void> {
  const [, interpreter] = /^#![ \t]*([^ \t\n]+)/.exec(await beginningOf(file)) ?? []
  if (interpreter === undefined || (await stat(interpreter).catch(() => undefined)) !== undefined) return
  throw new UsageError(`${file} cannot be started: its first line names ${JSON.stringify(interpreter)}, not found`, {
    hint: interpreter.endsWith('\r')
      ? 'its lines end in a carriage return and a line feed: write them with a line feed alone'
      : 'install that interpreter, or name another one in the first line',
  })
}

/** Nothing of a file that can be executed and not read. */
async function beginningOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined)
  try {
    const bytes = await handle?.read(Buffer.alloc(interpreterLine), 0, interpreterLine, 0)
    return bytes === undefined ? '' : bytes.buffer.toString('latin1', 0, bytes.bytesRead)
  } finally {
    await handle?.close()
  }
}

/** Every system takes more than this; what is to be started by way of another program has a few bytes more. */
const surelyTaken = 64 * 1024

/**
 * What the system takes depends on its limits, so it is asked: by starting something harmless with as many and as long
 * words, none of which says anything.
 */
function refuseTooLarge({ argv, environment }: ProgramToStart): void {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, size: sizeOf(`${name}=${value}`) }))
  const sizes = [...argv.map(sizeOf), ...variables.map(({ size }) => size)]
  const total = sizes.reduce((sum, size) => sum + size + 1, 0)
  if (total <= surelyTaken) return
  const { error } = spawnSync(process.execPath, ['--version', '--', ...sizes.map((size) => 'x'.repeat(size))], {
    env: {},
    stdio: 'ignore',
  })
  if (codeOf(error) !== 'E2BIG') return
  const [largest] = variables.sort((one, other) => other.size - one.size)
  throw new UsageError(`the arguments and the environment are larger than the system takes: ${total} bytes`, {
    hint: `${largest === undefined ? '' : `the largest variable is ${largest.name} (${largest.size} bytes): `}put large values into files`,
  })
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text)
}
