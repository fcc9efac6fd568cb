import { exitCodes } from '../../base/exit-codes.js'
import type { ResultDocument } from '../../checks/result/report.js'
import { verdictWords } from '../wording/verdict-words.js'

/** What follows from a no-go, by its exit code. */
const consequences: Readonly<Record<number, string>> = {
  [exitCodes.invalid]: 'That proves nothing.',
  [exitCodes.notEvaluated]: 'What is unknown is not green.',
  [exitCodes.internal]: 'Trust nothing in this report.',
}

const endings: Readonly<Record<number, string>> = {
  [exitCodes.hangup]: 'Its terminal was closed.',
  [exitCodes.interrupt]: 'It was interrupted.',
  [exitCodes.terminate]: 'It was terminated.',
}

/** What the verdict means for the one who reads it, in sentences. */
export function meaningOf(document: ResultDocument): string {
  const { kind, reason } = verdictWords(document)
  const exitCode = document.exitCode ?? -1
  const why = sentence(reason)
  if (kind === 'incomplete') return joined(why, endings[exitCode])
  if (kind === 'no-go') return joined(why, consequences[exitCode] ?? 'This deployment must not go live as it is.')
  if (kind === 'part') return joined('What was looked at is green, and it is not all there is.', why)
  return joined(
    `${why === '' ? 'All that is declared for this profile was selected' : 'The locked selection was judged'}, and nothing in it stops the release.`,
    why,
    ...reservations(document),
  )
}

function reservations({ counts: { warn, waived } }: ResultDocument): readonly string[] {
  return [
    ...(warn === 0 ? [] : [`${warn === 1 ? 'One warning does' : `${warn} warnings do`} not count.`]),
    ...(waived === 0
      ? []
      : [`${waived === 1 ? 'One check failed and is' : `${waived} checks failed and are`} waived.`]),
  ]
}

function sentence(phrase: string): string {
  return phrase === '' ? '' : `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`
}

function joined(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter((each) => each !== undefined && each !== '').join(' ')
}
