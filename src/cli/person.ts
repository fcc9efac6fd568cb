import type * as Inquirer from '@inquirer/prompts'
import { neutralise } from '../kernel/terminal-text.js'
import { UnansweredError, type Person, type Question } from '../model/runbook/person.js'

/** Whether somebody can be asked. */
export function isPersonPresent(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/** Whoever sits at the terminal, asked on standard error; nobody where standard input or error is none. A pipe full of `yes` is none. */
export function terminalPerson(): Person {
  if (!isPersonPresent()) return nobody
  return {
    type: (question, _expected, signal) => ask(question, signal, ({ input }, config, context) => input({ ...config, transformer: shown }, context)),
    line: (question, signal) => ask(question, signal, ({ input }, config, context) => input({ ...config, transformer: shown }, context)),
    // Neither the value nor its length is shown, and no key reveals it.
    secret: (question, signal) => ask(question, signal, ({ password }, config, context) => password({ ...config, toggleMask: false }, context)),
    pick: (question, options, signal) =>
      ask(question, signal, ({ select }, config, context) => select({ ...config, choices: options.map(({ value, title }) => ({ value, name: neutralise(title) })) }, context)),
  }
}

/** What is pasted may hold anything as well. */
const shown = (typed: string): string => neutralise(typed)

const nobody: Person = {
  type: (question, expected) => refuse(question, `\`${expected}\` can be typed at a terminal only`),
  line: (question) => refuse(question),
  pick: (question) => refuse(question),
  secret: (question) => refuse(question),
}

function refuse({ ask: text }: Question, detail = 'there is no terminal to ask at'): Promise<never> {
  return Promise.reject(new UnansweredError(`nobody could be asked: ${text} (${detail})`, 'start it at a terminal, with standard input and standard error left as they are'))
}

type Prompts = typeof Inquirer
interface PromptContext {
  readonly output: NodeJS.WritableStream
  readonly signal: AbortSignal
}

async function ask(question: Question, signal: AbortSignal, prompt: (prompts: Prompts, config: { message: string }, context: PromptContext) => Promise<string>): Promise<string> {
  const prompts = await import('@inquirer/prompts')
  if (signal.aborted) throw new UnansweredError('the question was interrupted')
  if (question.explain !== undefined) process.stderr.write(`${neutralise(question.explain, { keepNewlines: true })}\n`)
  const ended = inputEnds()
  try {
    return await prompt(prompts, { message: neutralise(question.ask) }, { output: process.stderr, signal: AbortSignal.any([signal, ended.signal]) })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error.name === 'ExitPromptError') {
      // At a prompt the terminal hands Ctrl-C over as a key: it must mean what it means everywhere.
      if (error.message.includes('SIGINT')) await interruptOurselves(signal)
      throw new UnansweredError('the question was not answered')
    }
    if (error.name === 'AbortPromptError') throw new UnansweredError(signal.aborted ? 'the question was interrupted' : 'the question was not answered: the input ended')
    throw error
  } finally {
    ended.dispose()
  }
}

/**
 * Aborted when nothing more comes from standard input. Inquirer leaves a question open for ever when its reader closes, be it by
 * Ctrl-D, at the end of the stream or after the program was suspended; all of these pause the stream.
 */
function inputEnds(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController()
  const end = (): void => controller.abort()
  // An answer pauses the stream as well, once it has been given.
  const afterAnswer = (): void => void setImmediate(end)
  process.stdin.on('pause', afterAnswer).on('end', end).on('close', end).on('error', end)
  return {
    signal: controller.signal,
    dispose: () => void process.stdin.off('pause', afterAnswer).off('end', end).off('close', end).off('error', end),
  }
}

/** Sends this process the signal that Ctrl-C stands for, and waits until it has arrived. */
async function interruptOurselves(signal: AbortSignal): Promise<void> {
  process.kill(process.pid, 'SIGINT')
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 500)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
