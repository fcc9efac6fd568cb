import type { Concealed } from '../../../engine/probe.js'
import { variableTypeOf } from '../../../environment/read-variable.js'
import type { Reading, VariableDeclaration } from '../../../environment/variable-reading.js'
import { concealing, urlFactNames } from './concealed.js'
import { urlFacts } from './url-facts.js'

/** What a value shows of itself, by what may be shown of the variable that it is read as. */
export function shownFacts(reading: Reading, { exposure }: VariableDeclaration, trusted: readonly string[]) {
  if (exposure === 'secret') return {}
  const parts = reading.url === undefined ? {} : urlFacts(reading.url, trusted)
  if (exposure === 'dsn') return parts
  return {
    ...parts,
    value: carriesCredentials(reading) ? '' : reading.text,
    int: reading.int,
    number: finite(reading.number),
    bool: reading.bool,
  }
}

/**
 * The facts that this very value does not give, though its variable may be shown: their blanks would say something of
 * it that is not so.
 */
export function withheldFacts(reading: Reading, declaration: VariableDeclaration): Concealed {
  const { reason, valid, number } = reading
  const type = variableTypeOf(declaration)
  const isNumber = type === 'int' || type === 'double'
  // One that parsed and is only out of bounds has its number.
  const isUnread = isNumber && !valid && number === 0
  return {
    ...(declaration.reads.includes('url') && reading.url === undefined
      ? concealing(urlFactNames, `the target cannot read the value as a URL (${reason}): expect facts.valid before it`)
      : {}),
    ...(carriesCredentials(reading)
      ? concealing(
          ['value'],
          'the value is a URL with credentials in it, and is not shown: expect facts.host and its like',
        )
      : {}),
    ...(isUnread ? concealing(['int', 'number'], `the value ${reason}: expect facts.valid before it`) : {}),
    ...(isNumber && !Number.isFinite(number)
      ? concealing(
          ['int', 'number'],
          'the value is no finite number, which no comparison would tell: compare facts.value',
        )
      : {}),
  }
}

function carriesCredentials({ url }: Reading): boolean {
  return url !== undefined && (url.hasPassword || url.user !== '' || url.unsentUserInfo === true)
}

function finite(number: number): number {
  return Number.isNaN(number) ? 0 : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, number))
}
