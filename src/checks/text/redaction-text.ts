import type { Finding, Redactor } from '../../redaction/redact.js'
import { neutralise } from '../../base/text/terminal-text.js'

const listed = (names: readonly string[]): string => names.map((name) => neutralise(name)).join(', ')

/** What whoever redacts must know of the values that cannot be masked; empty when there is nothing to say. */
export function knowledgeText({ masked, unmaskable }: Pick<Redactor, 'masked' | 'unmaskable'>): string {
  return [
    masked.length === 0
      ? 'Warning: no secret value is known, so only what looks like a credential is masked. Name the environment with --env-file or --env-pid.\n'
      : '',
    unmaskable.length > 0
      ? `Warning: too short or too common to be masked wherever they stand: ${listed(unmaskable)}. Look for their values yourself.\n`
      : '',
  ].join('')
}

/** The answer of `--check`. */
export function findingText({ names, unmasked, isClean }: Finding, source: string): string {
  if (isClean) return `${neutralise(source)}: nothing to mask\n`
  return [
    ...(names.length > 0 ? [`holds ${listed(names)}`] : []),
    ...(unmasked.length > 0
      ? [`holds the value of ${listed(unmasked)}, which cannot be masked: remove it by hand`]
      : []),
    ...(names.length === 0 && unmasked.length === 0
      ? ['holds what looks like a credential, of no known variable']
      : []),
  ]
    .map((finding) => `${neutralise(source)}: ${finding}\n`)
    .join('')
}
