import { counted } from '../../base/text/wording.js'
import type { AddedWaiver } from '../waivers/add-waiver.js'
import type { ListedWaivers } from '../waivers/list-waivers.js'
import { safeJson } from '../../base/text/bounded-json.js'
import { daysOfWarning } from '../waivers/waiver.js'
import { lineText, wrap, type TextStyle } from '../../base/text/terminal-text.js'

type Entry = ListedWaivers['entries'][number]

/** Every waiver with what is left of it. */
export function waiverListText({ file, entries, signature }: ListedWaivers, style: TextStyle): string {
  if (entries.length === 0) return `${lineText(file)} holds no waivers.\n${signatureText(signature, style)}`
  const expired = entries.filter(({ daysLeft }) => daysLeft < 0).length
  const count = `${counted(entries.length, 'waiver')} in ${lineText(file)}${expired === 0 ? '' : `, ${expired} of them expired`}; a run of the whole selection shows whether each is used.`
  return `${entries.map((entry) => entryText(entry, style)).join('\n')}\n\n${count}\n${signatureText(signature, style)}`
}

/** What `waiver verify` found in order. */
export function waiverVerdictText({ file, entries, signature }: ListedWaivers, style: TextStyle): string {
  const holding = entries.filter(({ daysLeft }) => daysLeft >= 0).length
  return `${lineText(file)} is valid: ${holding} of ${entries.length} ${entries.length === 1 ? 'waiver is' : 'waivers are'} in force today.\n${signatureText(signature, style)}`
}

/** The same for programs. */
export function waiverListJson({ file, entries, signature }: ListedWaivers): string {
  const waivers = entries.map(
    ({ waiver: { check, reason, owner, ticket, expires, profiles, deployment, position }, daysLeft }) => ({
      check,
      reason,
      owner,
      ticket,
      expires,
      daysLeft,
      expired: daysLeft < 0,
      profiles,
      deployment: deployment ?? null,
      line: position.line,
    }),
  )
  const signatureFacts =
    signature === undefined
      ? null
      : typeof signature === 'string'
        ? { valid: false, problem: signature }
        : { valid: true, principals: signature.principals, key: signature.key }
  return safeJson({ file, waivers, signature: signatureFacts })
}

/** What was added, and what is left to do. */
export function addedWaiverText({ file, namedBy, waiver, signWith }: AddedWaiver): string {
  const { check, expires, profiles, deployment } = waiver
  const scope = `${profiles.join(', ')}${deployment === undefined ? '' : `, only ${lineText(deployment)}`}`
  const named = namedBy === undefined ? '' : `${lineText(namedBy)} names it: every run reads it.\n`
  const sign =
    signWith === undefined
      ? ''
      : `The file must be signed again before a run accepts it: remove ${lineText(file)}.sig if it exists, then\n  ${lineText(signWith)}\n`
  return `${lineText(file)} waives ${check} until ${expires} (${scope}).\n${named}${sign}`
}

function entryText({ waiver, daysLeft }: Entry, { chalk, width }: TextStyle): string {
  const { check, expires, owner, ticket, reason, profiles, deployment } = waiver
  const left =
    daysLeft < 0
      ? chalk.red(`expired on ${expires}`)
      : `until ${expires}, ${daysLeft > daysOfWarning ? inDays(daysLeft) : chalk.yellow(inDays(daysLeft))}`
  const scope = `${profiles.join(', ')}${deployment === undefined ? '' : `, only ${lineText(deployment)}`}`
  return [
    `${chalk.bold(check)}  ${left}`,
    chalk.dim(`    ${lineText(owner)} (${lineText(ticket)}); ${scope}`),
    wrap(lineText(reason), width, '    '),
  ].join('\n')
}

function inDays(days: number): string {
  return days === 0 ? 'its last day' : `${days} ${days === 1 ? 'day' : 'days'} left`
}

function signatureText(signature: ListedWaivers['signature'], { chalk }: TextStyle): string {
  if (signature === undefined) return 'No signature is required.\n'
  if (typeof signature === 'string') return `${chalk.red('No run takes it:')} ${lineText(signature)}.\n`
  return `Signed by ${signature.principals.map(lineText).join(', ')} (${signature.key}).\n`
}
