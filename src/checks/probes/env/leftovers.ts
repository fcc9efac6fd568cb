import { leftoverOf, type LeftoverReading } from '../../../environment/read-variable.js'
import { dsnCredentials } from '../../../redaction/redact.js'
import { declarationOf, type Reader } from './declared-names.js'

/** Whether passwords in URLs are looked at too. */
export type DsnPasswords = 'judged' | 'left-out'

/** The names of the variables with something in them that a template or a manual left there, by their raw text. */
export function leftovers(
  names: readonly string[],
  context: Reader,
  passwords: DsnPasswords = 'judged',
): { references: string[]; placeholders: string[] } {
  const textOf = (name: string): string => {
    const text = context.environment.get(name)?.reveal() ?? ''
    return passwords === 'left-out' && declarationOf(name, context).exposure === 'dsn' ? withoutPasswords(text) : text
  }
  const having = (leftover: LeftoverReading) => names.filter((name) => leftoverOf(textOf(name)) === leftover)
  return { references: having('reference'), placeholders: having('placeholder') }
}

/** A URL without its credentials, taken out where they are only: the rest may have the same text in it. */
function withoutPasswords(url: string): string {
  return dsnCredentials(url).reduce(
    (text, password) => text.replace(`:${password}@`, ':@').replaceAll(`=${password}`, '='),
    url,
  )
}
