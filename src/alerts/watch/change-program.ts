import { messageOf, SilenceError } from '../../base/errors.js'
import { lineText } from '../../base/text/terminal-text.js'
import { formatLimit } from '../../base/time/duration.js'
import { runMarked } from '../../processes/marked-program.js'
import { ProgramOutput } from '../../processes/program-output.js'
import type { AlertChange } from '../alerts-document.js'

interface ChangeProgramOptions {
  /** Absolute, or a name that is looked for on PATH. */
  readonly program: string
  /** Milliseconds for one change. */
  readonly limit: number
  /** Aborted when the watch is interrupted. */
  readonly signal: AbortSignal
  /** Takes secrets out of what the program complains of. */
  readonly redact: (text: string) => string
  /** Says that a change could not be told. */
  readonly warn: (text: string) => void
}

/** Milliseconds that a change which is being told has left when the watch is interrupted. */
const graceAtEnd = 2000

/**
 * Tells a program of changes, one after the other and beside the rounds: neither its failure nor its slowness ends or
 * delays them.
 */
export class ChangeProgram {
  #last: Promise<void> = Promise.resolve()
  readonly #cut = new AbortController()

  constructor(private readonly options: ChangeProgramOptions) {
    const cutLater = (): void => void setTimeout(() => this.#cut.abort(), graceAtEnd).unref()
    options.signal.addEventListener('abort', cutLater, { once: true })
  }

  /** @param onTold called when the program has ended, well or badly; not when the end of the watch cut it off */
  tell(change: AlertChange, onTold: () => void): void {
    this.#last = this.#last.then(() => this.#run(change, onTold))
  }

  /** Once nothing is under way any more. */
  settled(): Promise<void> {
    return this.#last
  }

  async #run(change: AlertChange, onTold: () => void): Promise<void> {
    if (this.options.signal.aborted) return
    const problem = await this.#problemOf(change)
    // Cut off by the end of the watch: the next one tells it again.
    if (problem !== undefined && this.#cut.signal.aborted) return
    onTold()
    if (problem !== undefined)
      this.options.warn(`${this.options.program} was not told that ${change.alert.id} is ${change.to}: ${problem}`)
  }

  /** Why the program did not take the change; `undefined` when it did. */
  async #problemOf(change: AlertChange): Promise<string | undefined> {
    const { program, limit, redact } = this.options
    const output = new ProgramOutput()
    try {
      const ran = await runMarked(
        { argv: [program], cwd: '.', input: `${JSON.stringify(change)}\n` },
        AbortSignal.any([this.#cut.signal, AbortSignal.timeout(limit)]),
        (stream, chunk) => output.push(stream, chunk),
      )
      if ('problem' in ran) return lineText(redact(ran.problem.detail))
      const { exitCode, signal: killedBy } = ran.end
      if (exitCode === 0) return undefined
      const words = lineText(redact(output.observed().tail))
      const how = killedBy === '' ? `it ended with exit code ${exitCode}` : `${killedBy} ended it`
      return words === '' ? how : `${how}: ${words}`
    } catch (error) {
      return error instanceof SilenceError
        ? `it was still running after ${formatLimit(limit)}, and was ended`
        : lineText(redact(messageOf(error)))
    }
  }
}
