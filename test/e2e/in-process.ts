import { Console } from 'node:console'
import { Readable, Writable } from 'node:stream'
import { builtProgram, launcher } from './built.js'

const { handOverStray, runCommandLine } = builtProgram
const { withdrawFirst } = launcher

interface CommandLine {
  readonly args: readonly string[]
  readonly cwd: string
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** What comes on standard input; it is at its end when absent. */
  readonly input?: string | Buffer | undefined
  /** Code of the system's error that every write to standard output ends with. */
  readonly outputError?: 'EPIPE' | 'ENOSPC' | undefined
  /** Gets what is written to either stream, as it is written. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined
}

interface CommandLineEnd {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Carries out a command line of the built program in this process, with what `bin/run.js` does around it: pipes for the
 * standard streams, a working folder and an environment of its own, and at its end what a process does when it exits.
 * One at a time: folder, environment and streams are the process's.
 *
 * Not for what a process alone can show: signals, terminals, closed pipes, full disks, and what is decided before the
 * program is loaded.
 */
export function runInProcess(line: CommandLine): Promise<CommandLineEnd> {
  const end = last.then(() => carryOut(line))
  last = end.catch(() => undefined)
  return end
}

async function carryOut({
  args,
  cwd,
  environment,
  input,
  outputError,
  onOutput,
}: CommandLine): Promise<CommandLineEnd> {
  const stdout = new CapturedStream(onOutput, outputError)
  const stderr = new CapturedStream(onOutput)
  const giveBack = [
    replaceStreams({ stdin: Readable.from(input === undefined ? [] : [Buffer.from(input)]), stdout, stderr }),
    replaceEnvironment(environment),
    replaceFolder(cwd),
    replaceStrayHandlers(),
    replaceExitCode(),
  ]
  const listeners = new AddedListeners(['exit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGXFSZ', 'warning'])
  // Node's own words for it go past the replaced stream.
  process.on('warning', ({ name, message }) => stderr.write(`(node:${process.pid}) ${name}: ${message}\n`))
  try {
    await withdrawFirst(args)
    await runCommandLine(args)
    const exitCode = Number(process.exitCode)
    listeners.exit(exitCode)
    return { exitCode, stdout: stdout.written, stderr: stderr.written }
  } finally {
    listeners.remove()
    for (const each of giveBack.reverse()) each()
  }
}

/** A stream that is a pipe, not a terminal, and keeps what is written to it. */
class CapturedStream extends Writable {
  readonly #chunks: Buffer[] = []

  constructor(
    readonly onOutput?: (chunk: Buffer) => void,
    readonly errorCode?: string,
  ) {
    super({ decodeStrings: true })
    this.on('error', () => undefined)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    if (this.errorCode !== undefined) {
      done(Object.assign(new Error(`write ${this.errorCode}`), { code: this.errorCode, syscall: 'write' }))
      return
    }
    this.#chunks.push(chunk)
    this.onOutput?.(chunk)
    done()
  }

  get written(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

type GiveBack = () => void

interface Streams {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

function replaceStreams(streams: Streams): GiveBack {
  const names = ['stdin', 'stdout', 'stderr'] as const
  const before = names.map((name) => Object.getOwnPropertyDescriptor(process, name)!)
  const { console } = globalThis
  for (const name of names) Object.defineProperty(process, name, { value: streams[name], configurable: true })
  globalThis.console = new Console(streams.stdout, streams.stderr)
  return () => {
    globalThis.console = console
    names.forEach((name, index) => Object.defineProperty(process, name, before[index]!))
  }
}

/** In place and not by another object: what is not JavaScript, such as `os.homedir()`, reads it too. */
function replaceEnvironment(environment: Readonly<Record<string, string>>): GiveBack {
  const put = (variables: NodeJS.ProcessEnv): void => {
    for (const name of Object.keys(process.env))
      if (!Object.hasOwn(variables, name)) Reflect.deleteProperty(process.env, name)
    Object.assign(process.env, variables)
  }
  const before = { ...process.env }
  put(environment)
  return () => put(before)
}

function replaceFolder(folder: string): GiveBack {
  const before = process.cwd()
  process.chdir(folder)
  return () => process.chdir(before)
}

/** An error that a probe does not catch belongs to its check; everything else to the test runner. */
function replaceStrayHandlers(): GiveBack {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.rawListeners(event))
  events.forEach((event, index) => {
    process.removeAllListeners(event)
    process.on(event, (...args: unknown[]) => {
      if (!handOverStray(args[0])) for (const listener of before[index]!) Reflect.apply(listener, process, args)
    })
  })
  return () =>
    events.forEach((event, index) => {
      process.removeAllListeners(event)
      for (const listener of before[index]!) process.on(event, listener as () => void)
    })
}

function replaceExitCode(): GiveBack {
  const { exit } = process
  const before = process.exitCode
  process.exitCode = 0
  process.exit = (code) => {
    throw new Error(`the program ends its process with ${String(code)}: this needs a process of its own`)
  }
  return () => {
    process.exit = exit
    process.exitCode = before
  }
}

/** What listens to events of this process since then. */
class AddedListeners {
  readonly #before: ReadonlyMap<string, ReadonlySet<unknown>>

  constructor(events: readonly string[]) {
    this.#before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]))
  }

  #added(event: string): readonly ((...args: unknown[]) => void)[] {
    const known = this.#before.get(event)
    return process.rawListeners(event).filter((listener) => known?.has(listener) === false) as never
  }

  /** Does what was to be done when the process exits. */
  exit(code: number): void {
    for (const listener of this.#added('exit')) listener(code)
  }

  remove(): void {
    for (const event of this.#before.keys())
      for (const listener of this.#added(event)) process.removeListener(event, listener)
  }
}
