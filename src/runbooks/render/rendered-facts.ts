import { code, fence, inline } from '../../base/text/markdown-text.js'
import { timeText } from './time-text.js'

/** Of more facts than these the journal has the rest. */
const mostFacts = 12
/** Characters of a value on one line. */
const longestValue = 300
/** Lines of a value of several. */
const mostLines = 12

/** What facts say of a person, whichever kind of step they come from. */
const personal = [
  'by',
  'uid',
  'at',
  'note',
  'evidence',
  'evidenceSha256',
  'proof',
  'key',
  'expires',
  'attested',
  'approved',
  'digest',
  'id',
  'document',
]

/** Who did or approved it, when, with which proof, note and evidence; nothing where no person did. */
export function personOf(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const said = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '')
  if (!isPersonal(facts)) return []
  const proofs: Readonly<Record<string, string>> = {
    signature: 'proven by a signature',
    user: 'proven by a document of that operating-system user',
    claim: 'a claim without proof',
  }
  const proof = said('proof')
  const parts = [
    `${proof === '' ? 'Done' : 'Approved'} by ${code(said('by'))}`,
    ...(proof === '' ? [] : [proofs[proof] ?? inline(proof)]),
    ...(said('key') === '' ? [] : [`key ${code(said('key'))}`]),
    ...(said('document') === '' ? [] : [`document ${code(said('document').slice(0, 12))}`]),
    ...(said('at') === '' ? [] : [timeText(said('at'))]),
    ...(said('expires') === '' ? [] : [`until ${timeText(said('expires'))}`]),
    ...(said('note') === '' ? [] : [`note: ${inline(said('note'))}`]),
    ...(said('evidence') === ''
      ? []
      : [
          `evidence: ${code(said('evidence'))}${said('evidenceSha256') === '' ? '' : ` (sha256 ${code(said('evidenceSha256'))})`}`,
        ]),
  ]
  return [parts.join(', ')]
}

/** Facts that say something, as a list, and texts of several lines as blocks; all of it cut to what a person reads. */
export function factBlocks(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const told = Object.entries(facts).filter(
    ([name, value]) => !isEmpty(value) && !(isPersonal(facts) && personal.includes(name)),
  )
  const shown = told.slice(0, mostFacts)
  const lines = shown
    .filter(([, value]) => !isText(value))
    .map(
      ([name, value]) =>
        `- ${code(name)}: ${code(cut(typeof value === 'string' ? value.trim() : (JSON.stringify(value) ?? '')))}`,
    )
  const texts = shown.flatMap(([name, value]) =>
    isText(value) ? [`${code(name)}:`, fence(firstLines(value), 'text')] : [],
  )
  const rest = told.length - shown.length
  return [
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...texts,
    ...(rest === 0 ? [] : [`And ${rest} facts more, in the journal.`]),
  ]
}

function isPersonal(facts: Readonly<Record<string, unknown>>): boolean {
  return typeof facts['by'] === 'string' && facts['by'] !== '' && ('attested' in facts || 'approved' in facts)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim().includes('\n')
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === ''
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length <= longestValue
    ? text
    : `${characters.slice(0, longestValue).join('')}… (${characters.length - longestValue} characters more)`
}

function firstLines(text: string): string {
  const lines = text.trim().split('\n')
  const shown = lines.slice(0, mostLines).map(cut)
  return [...shown, ...(lines.length > mostLines ? [`… (${lines.length - mostLines} lines more)`] : [])].join('\n')
}
