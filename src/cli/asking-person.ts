import { setTimeout as pause } from 'node:timers/promises'
import { styleText } from 'node:util'
import type * as Inquirer from '@inquirer/prompts'
import { surrounding } from '../base/own-environment.js'
import { breakLine, displayWidth, neutralise } from '../base/text/terminal-text.js'
import { fitToScreen } from '../base/text/fit-to-screen.js'
import { settledWithin } from '../base/time/waiting.js'
import type { EnvironmentAsked } from '../checks/environment/choose-environment.js'
import { UnansweredError, type Person, type Question } from '../engine/person.js'
import { widthOf } from './terminal.js'

/** Whether somebody can be asked. */
export function isPersonPresent(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/**
 * The person at the terminal, asked on standard error. Where standard input or error is not a terminal (a pipe full of
 * `yes`), every question is refused.
 */
export function terminalPerson(): Person {
  if (!isPersonPresent()) return noPerson
  return {
    type: (question, _expected, signal) =>
      ask(question, signal, ({ input }, config, context) => input({ ...config, transformer: shown(config) }, context)),
    line: (question, signal) =>
      ask(question, signal, ({ input }, config, context) => input({ ...config, transformer: shown(config) }, context)),
    // Neither the value nor its length is shown, and no key reveals it.
    secret: (question, signal) =>
      ask(question, signal, ({ password }, config, context) => password({ ...config, toggleMask: false }, context)),
    pick: (question, options, signal) =>
      ask(question, signal, ({ select }, config, context) =>
        select(
          {
            ...config,
            choices: options.map(({ value, title }) => ({
              value,
              name: underItsMark(title).join('\n  '),
              short: neutralise(title),
            })),
          },
          context,
        ),
      ),
  }
}

/**
 * Who is asked which environment is meant: nobody in CI, and nobody where a program reads standard output.
 *
 * @param format of standard output
 */
export function environmentAsked(signal: AbortSignal, format = 'human'): EnvironmentAsked | undefined {
  const isForProgram = format !== 'human' && !process.stdout.isTTY
  if (!isPersonPresent() || isForProgram || (surrounding('CI') ?? '') !== '') return undefined
  return { person: terminalPerson(), signal }
}

/** Text of any length, broken between words, safe for a terminal. */
function lines(text: string): string {
  return fitToScreen(neutralise(text, { keepNewlines: true }), widthOf(process.stderr))
}

/** The rows of a line that follows a mark, safe for a terminal: the library would break it within a word. */
function underItsMark(text: string): readonly string[] {
  return breakLine(neutralise(text), widthOf(process.stderr) - 3)
}

/** The answer, which the library puts after the question: below it, where there is no room for both. */
function answerAfter(asked: string): (answer: string) => string {
  return (answer) => {
    const rows =
      displayWidth(`  ${asked} ${answer}`) > widthOf(process.stderr) ? ['', ...underItsMark(answer)] : [answer]
    return styleText('cyan', rows.join('\n  '))
  }
}

/** What is pasted may hold anything as well. */
const shown =
  ({ theme }: PromptConfig) =>
  (typed: string, { isFinal }: { readonly isFinal: boolean }): string =>
    isFinal ? theme.style.answer(neutralise(typed)) : neutralise(typed)

const noPerson: Person = {
  type: refuse,
  line: refuse,
  pick: refuse,
  secret: refuse,
}

function refuse({ ask: text }: Question): Promise<never> {
  return Promise.reject(
    new UnansweredError(
      `there is no terminal to ask at: ${text}`,
      'start it at a terminal, without redirecting standard input or standard error',
    ),
  )
}

type Prompts = typeof Inquirer
interface PromptConfig {
  readonly message: string
  readonly theme: { readonly style: { readonly answer: (text: string) => string } }
}
interface PromptContext {
  readonly output: NodeJS.WritableStream
  readonly signal: AbortSignal
}

async function ask(
  question: Question,
  signal: AbortSignal,
  prompt: (prompts: Prompts, config: PromptConfig, context: PromptContext) => Promise<string>,
): Promise<string> {
  const prompts = await import('@inquirer/prompts')
  await discardTypedAhead(signal)
  const isInterrupted = (): boolean => signal.aborted
  if (isInterrupted()) throw new UnansweredError('the question was interrupted')
  if (question.explain !== undefined) process.stderr.write(`${lines(question.explain)}\n`)
  const end = endOfQuestion(signal)
  try {
    const rows = underItsMark(question.ask)
    const config = { message: rows.join('\n  '), theme: { style: { answer: answerAfter(rows.at(-1) ?? '') } } }
    return await prompt(prompts, config, { output: process.stderr, signal: end.signal })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error.name === 'ExitPromptError') {
      // At a prompt the terminal hands Ctrl-C over as a key: it must mean what it means everywhere.
      if (error.message.includes('SIGINT')) await interruptOurselves(signal)
      throw new UnansweredError('the question was not answered')
    }
    if (error.name === 'AbortPromptError')
      throw new UnansweredError(
        isInterrupted() ? 'the question was interrupted' : 'the question was not answered: the input ended',
      )
    throw error
  } finally {
    end.dispose()
  }
}

/** How long the terminal is given to hand over what was typed before a question, in milliseconds. */
const typedAheadWait = 50

/** What was typed before a question appeared does not answer it; a Ctrl-C answers everything. */
async function discardTypedAhead(signal: AbortSignal): Promise<void> {
  const { stdin } = process
  let isInterrupted = false as boolean
  const look = (chunk: Buffer | string): void => {
    isInterrupted ||= chunk.toString().includes('\u0003')
  }
  stdin.setRawMode(true)
  stdin.on('data', look)
  stdin.resume()
  try {
    await pause(typedAheadWait, undefined, { signal }).catch(() => undefined)
  } finally {
    stdin.pause()
    stdin.off('data', look)
    stdin.setRawMode(false)
  }
  if (isInterrupted) await interruptOurselves(signal)
}

/**
 * Aborted with the given signal, and when nothing more comes from standard input. Inquirer leaves a question open for
 * ever when its reader closes, be it by Ctrl-D, at the end of the stream or after the program was suspended; all of
 * these pause the stream.
 */
function endOfQuestion(signal: AbortSignal): { readonly signal: AbortSignal; dispose(): void } {
  const { stdin } = process
  const controller = new AbortController()
  const end = (): void => controller.abort()
  // An answer pauses the stream as well, once it has been given.
  const afterAnswer = (): void => void setImmediate(end)
  stdin.on('pause', afterAnswer).on('end', end).on('close', end).on('error', end)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted || stdin.readableEnded || stdin.destroyed) end()
  return {
    signal: controller.signal,
    dispose() {
      stdin.off('pause', afterAnswer).off('end', end).off('close', end).off('error', end)
      signal.removeEventListener('abort', end)
    },
  }
}

/** Sends this process the signal that Ctrl-C stands for, and waits until it has arrived. */
async function interruptOurselves(signal: AbortSignal): Promise<void> {
  process.kill(process.pid, 'SIGINT')
  await settledWithin(new Promise(() => {}), { milliseconds: 500, signal })
}
