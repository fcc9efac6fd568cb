import type { ProbeContext } from '../../../engine/probe.js'
import {
  type Assessment,
  assessSecret,
  knownSecretMatcher,
  type ReasonCode,
  reasonCodes,
  searchForms,
} from '../../../secret-strength/index.js'
import { connectionUrls, siteWordsOfUrls } from './connection-urls.js'
import { type RepositorySearch, searchRepository } from './repository-search.js'
import { namedValue, namesOfSame, valuesNotToShare } from './datastore-passwords.js'
import { addAbortSignal } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { codeOf } from '../../../base/errors.js'
import { readableOf } from '../../../base/files/pipes.js'

interface SecretJudgement extends Pick<Assessment, 'bytes' | 'bits' | 'layer' | 'humanShaped'> {
  readonly reasons: readonly ReasonCode[]
  readonly sameAs: readonly string[]
  readonly known: boolean
  readonly search: RepositorySearch
}

interface Question {
  readonly name?: string | undefined
  readonly 'minimum-bytes': number
  readonly unlike: readonly string[]
  readonly 'site-words': readonly string[]
  readonly repository: string
  readonly forbidden: readonly string[]
}

const notSearched: RepositorySearch = { found: [], searched: 0, complete: false }

/**
 * Puts together what the secret alone tells and what only its surroundings do: other variables, a list, a repository.
 */
export async function judgeSecret(secret: string, question: Question, context: ProbeContext): Promise<SecretJudgement> {
  const name = question.name ?? ''
  const others = valuesNotToShare([name, ...question.unlike], context)
  const { bytes, bits, layer, humanShaped, reasons } = assessSecret(secret, {
    siteWords: [...question['site-words'], ...siteWordsOfUrls(name, connectionUrls(context))],
    otherValues: others,
    minimumBytes: question['minimum-bytes'],
  })
  const hasContent = secret.trim() !== ''
  const known =
    hasContent &&
    context.knownSecretsFile !== undefined &&
    (await anyLineMatches(context.knownSecretsFile, lineTest(secret), context.signal))
  const search =
    hasContent && question.repository !== ''
      ? await searchRepository(question.repository, formsOf(secret), context.signal)
      : notSearched

  const found = new Set<ReasonCode>(reasons)
  if (hasContent && question.forbidden.some(lineTest(secret))) found.add('published-key')
  if (known) found.add('known-to-operator')
  if (search.found.length > 0) found.add('in-repository')
  const compared = question.unlike.filter((other) => other !== name).flatMap((other) => namedValue(other, context))
  return {
    bytes,
    bits,
    layer,
    humanShaped,
    reasons: reasonCodes.filter((code) => found.has(code)),
    sameAs: hasContent ? namesOfSame(secret, [...compared, ...others]) : [],
    known,
    search,
  }
}

function lineTest(secret: string): (line: string) => boolean {
  const matcher = knownSecretMatcher(secret)
  return (line) => matcher.matches(line)
}

function formsOf(secret: string): readonly Buffer[] {
  return searchForms(secret).map(({ bytes }) => bytes)
}

/**
 * No secret is longer; what is gets skipped as a whole, so that a file without line ends is never held. In characters.
 */
const longestLine = 16 * 1024

/**
 * Whether a line of a file satisfies a test. The file is read in pieces and left at the first hit: lists have 100,000
 * lines and more.
 *
 * @throws Error when the file cannot be read, since a list that was not looked at must not pass for one without a hit
 */
async function anyLineMatches(file: string, matches: (line: string) => boolean, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const line of linesOf(file, signal)) if (matches(line)) return true
    return false
  } catch (error) {
    if (signal.aborted) throw error
    throw new Error(`the file of known secrets cannot be read (${codeOf(error) || 'unknown reason'})`, { cause: error })
  }
}

async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let pending = ''
  let isTooLong = false
  for await (const chunk of addAbortSignal(signal, readableOf(file))) {
    const [first = '', ...more] = decoder.write(chunk as Buffer).split('\n')
    pending += first
    for (const next of more) {
      if (!isTooLong) yield pending
      isTooLong = false
      pending = next
    }
    if (pending.length > longestLine) {
      isTooLong = true
      pending = ''
    }
  }
  if (!isTooLong && pending !== '') yield pending
}
