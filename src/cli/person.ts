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
    type: (question, _expected, signal) => ask(question, signal, async ({ input }, config, context) => input(config, context)),
    line: (question, signal) => ask(question, signal, async ({ input }, config, context) => input(config, context)),
    secret: (question, signal) => ask(question, signal, async ({ password }, config, context) => password({ ...config, mask: '*' }, context)),
    pick: (question, options, signal) =>
      ask(question, signal, async ({ select }, config, context) => select({ ...config, choices: options.map(({ value, title }) => ({ value, name: neutralise(title) })) }, context)),
  }
}

const nobody: Person = {
  type: (question, expected) => refuse(question, `\`${expected}\` can be typed at a terminal only`),
  line: (question) => refuse(question),
  pick: (question) => refuse(question),
  secret: (question) => refuse(question),
}

function refuse({ ask: text }: Question, detail = 'there is no terminal to ask at'): Promise<never> {
  return Promise.reject(new UnansweredError(`nobody could be asked: ${text} (${detail})`))
}

type Prompts = typeof import('@inquirer/prompts')
interface PromptContext {
  readonly output: NodeJS.WritableStream
  readonly signal: AbortSignal
}

async function ask(question: Question, signal: AbortSignal, prompt: (prompts: Prompts, config: { message: string }, context: PromptContext) => Promise<string>): Promise<string> {
  const prompts = await import('@inquirer/prompts')
  if (question.explain !== undefined) process.stderr.write(`${neutralise(question.explain, { keepNewlines: true })}\n`)
  try {
    return await prompt(prompts, { message: neutralise(question.ask) }, { output: process.stderr, signal })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error.name === 'ExitPromptError') {
      // At a prompt the terminal hands Ctrl-C over as a key: it must mean what it means everywhere.
      if (error.message.includes('SIGINT')) await interruptOurselves(signal)
      throw new UnansweredError('the question was not answered')
    }
    if (error.name === 'AbortPromptError') throw new UnansweredError('the question was interrupted')
    throw error
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
