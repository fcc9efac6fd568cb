import { TooMuchError } from '../checked-stream.js'
import { misconfigured, refusedByPeer, isRefusal } from '../refusal.js'
import { readingCommandOf, sentWords } from './redis-reading-commands.js'
import { parseRedisInfo, RedisReplyError, type RedisReply, type RedisSession } from './redis-session.js'

/** What a reading command may end in. */
export const readProblems = ['read-refused', 'answer-too-large'] as const

export const answerForms = ['none', 'nil', 'number', 'text', 'fields', 'list', 'rows'] as const

/** Texts, elements of a list and fields that are kept of one answer. */
export const longestAnswer = 4096
export const mostElements = 100
const mostFields = 300

type Fields = Readonly<Record<string, string>>

interface RedisAnswer {
  readonly form: (typeof answerForms)[number]
  readonly number: number
  readonly text: string
  readonly list: readonly string[]
  readonly fields: Fields
  readonly numbers: Readonly<Record<string, number>>
  readonly rows: readonly Fields[]
  readonly truncated: boolean
}

export const unaskedAnswer: RedisAnswer = {
  form: 'none',
  number: 0,
  text: '',
  list: [],
  fields: {},
  numbers: {},
  rows: [],
  truncated: true,
}

/**
 * Asks commands that only read, one after the other.
 *
 * @param asked each by a name, as words on the list of such commands
 * @throws Refusal of the first that is not answered: `read-refused`, `no-permission`, `answer-too-large`
 */
export async function askReadingCommands(
  session: RedisSession,
  asked: Readonly<Record<string, readonly string[]>>,
): Promise<Readonly<Record<string, RedisAnswer>>> {
  await leaveUntouched(session)
  const answers: [string, RedisAnswer][] = []
  for (const [name, words] of Object.entries(asked)) {
    const reading = readingCommandOf(words)
    if ('refusal' in reading) throw misconfigured('read-refused', `${name}: ${reading.refusal}`)
    answers.push([name, answerOf(reading.name, await answerTo(session, name, sentWords(reading)))])
  }
  return Object.fromEntries(answers)
}

/** What is read is not to look as if somebody used it, which keeps it from being evicted. Before Redis 7.2 it does. */
async function leaveUntouched(session: RedisSession): Promise<void> {
  try {
    await session.ask('CLIENT', 'NO-TOUCH', 'ON')
  } catch (error) {
    if (error instanceof RedisReplyError || (isRefusal(error) && error.problem.code === 'no-permission')) return
    throw error
  }
}

async function answerTo(
  session: RedisSession,
  name: string,
  [command, ...rest]: readonly [string, ...string[]],
): Promise<RedisReply> {
  try {
    return await session.ask(command, ...rest)
  } catch (error) {
    if (error instanceof RedisReplyError) throw misconfigured('read-refused', `${name}: ${error.message}`)
    if (error instanceof TooMuchError) throw refusedByPeer('answer-too-large', `${name}: ${error.message}`)
    throw error
  }
}

function answerOf(command: string, reply: RedisReply): RedisAnswer {
  const answer = { ...unaskedAnswer, truncated: false }
  if (reply === null) return { ...answer, form: 'nil' }
  if (typeof reply === 'number') return { ...answer, form: 'number', number: reply, text: String(reply) }
  if (typeof reply === 'string')
    return command === 'INFO' || command === 'CLUSTER INFO'
      ? fieldsAnswer([...parseRedisInfo(reply)])
      : { ...answer, form: 'text', ...keptText(reply), number: wholeIn(reply) }
  if (command === 'CONFIG GET' || command === 'XINFO STREAM') return fieldsAnswer(pairsOf(reply))
  if (command === 'XINFO GROUPS') {
    const rows = reply
      .slice(0, mostElements)
      .map((each) => fieldsAnswer(Array.isArray(each) ? pairsOf(each as readonly RedisReply[]) : []))
    return {
      ...answer,
      form: 'rows',
      rows: rows.map(({ fields }) => fields),
      truncated: reply.length > mostElements || rows.some(({ truncated }) => truncated),
    }
  }
  const elements = reply.slice(0, mostElements).map((each) => keptText(elementText(each)))
  return {
    ...answer,
    form: 'list',
    list: elements.map(({ text }) => text),
    truncated: reply.length > mostElements || elements.some(({ truncated }) => truncated),
  }
}

/** Whole or not at all: the beginning of a text could be half of a secret. */
function keptText(text: string): { readonly text: string; readonly truncated: boolean } {
  return text.length <= longestAnswer ? { text, truncated: false } : { text: '', truncated: true }
}

function elementText(element: RedisReply): string {
  if (element === null) return ''
  return typeof element === 'string' || typeof element === 'number'
    ? String(element)
    : element.map(elementText).join(' ')
}

/** Names and values in turn; what is itself a list (an entry of a stream) is left out. */
function pairsOf(list: readonly RedisReply[]): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < list.length; index += 2) {
    const value = list[index + 1]
    if (typeof value === 'string' || typeof value === 'number') pairs.push([elementText(list[index]!), String(value)])
  }
  return pairs
}

function fieldsAnswer(pairs: readonly (readonly [string, string])[]): RedisAnswer {
  const kept = pairs.filter(([, value]) => value.length <= longestAnswer).slice(0, mostFields)
  const numbers = kept.flatMap(([name, value]) => {
    const number = numberIn(value)
    return number === undefined ? [] : [[name, number] as const]
  })
  return {
    ...unaskedAnswer,
    form: 'fields',
    fields: Object.fromEntries(kept),
    numbers: Object.fromEntries(numbers),
    truncated: kept.length < pairs.length,
  }
}

function numberIn(text: string): number | undefined {
  return /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

function wholeIn(text: string): number {
  const number = numberIn(text) ?? 0
  return Number.isInteger(number) ? number : 0
}
