import { boundedText, headerFacts, mediaType, readJson } from '../http/web-facts.js'
import type { UpgradeListener } from './websocket-upgrade.js'

/** The facts of one answer to a request for an upgrade. */
export interface UpgradeAnswerFacts {
  upgraded: boolean
  /** 101, or that of the refusal; 0 when there was none. */
  status: number
  headers: Record<string, string>
  contentType: string
  /** The beginning of the refusal's body. */
  text: string
  isJson: boolean
  /** The body as JSON; `{}` when it is not. */
  json: unknown
  wwwAuthenticate: string
}

export const noAnswer = {
  upgraded: false,
  status: 0,
  headers: {},
  contentType: '',
  text: '',
  isJson: false,
  json: {},
  wwwAuthenticate: '',
} as const satisfies UpgradeAnswerFacts

/** Writes what is learned of an answer into its facts, as it is learned. */
export function answerWriter(facts: UpgradeAnswerFacts): UpgradeListener {
  return {
    answered({ status, headers }) {
      Object.assign(facts, {
        status,
        headers: headerFacts(headers),
        contentType: mediaType(headers['content-type']?.toString()),
      })
      facts.wwwAuthenticate = headers['www-authenticate']?.toString() ?? ''
    },
    refused({ bytes, truncated }) {
      const text = bytes.toString('utf8')
      const { isJson, json } = readJson(text, truncated)
      Object.assign(facts, { text: boundedText(text), isJson, json })
    },
  }
}

/** What may differ between the refusals of two processes, the most telling first. */
const traits: readonly ((answer: UpgradeAnswerFacts) => unknown)[] = [
  ({ status }) => status,
  ({ wwwAuthenticate }) => wwwAuthenticate,
  ({ text }) => text,
]

/**
 * Of several answers the one that must be judged: the one that accepted, else the first that refused otherwise than the
 * first, else
 * the first.
 *
 * @returns its index
 */
export function oddAnswer(answers: readonly UpgradeAnswerFacts[]): number {
  const accepted = answers.findIndex(({ upgraded }) => upgraded)
  if (accepted !== -1) return accepted
  const [first] = answers
  for (const trait of traits) {
    const other = answers.findIndex((answer) => first !== undefined && trait(answer) !== trait(first))
    if (other !== -1) return other
  }
  return 0
}
