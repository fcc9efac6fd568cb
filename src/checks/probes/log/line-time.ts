/** A time as a log has it: RFC 3339, with a blank for the T, with or without fractions and a zone. */
const written =
  /^[^\w]{0,2}(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?[ ]?(Z|UTC|[+-]\d\d:?\d\d)?(?![\d:])/

/** Numbers from here on are milliseconds, those below are seconds: 1973 in the one, 5138 in the other. */
const leastMilliseconds = 1e11

/**
 * When a line was written, in milliseconds of the epoch; `undefined` where that cannot be read.
 *
 * Without a zone it is UTC or this machine's, whichever is later: a line must not seem older than it is.
 */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0)
    return value < leastMilliseconds ? value * 1000 : value
  if (typeof value !== 'string') return undefined
  const match = written.exec(value.slice(0, 64))
  if (match === null) return undefined
  const [, day = '', time = '', fraction = '0', zone] = match
  const moment = `${day}T${time}${time.length === 5 ? ':00' : ''}.${fraction.slice(0, 3)}`
  const times =
    zone === undefined
      ? [Date.parse(`${moment}Z`), Date.parse(moment)]
      : [Date.parse(`${moment}${zone === 'UTC' ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')}`)]
  const latest = Math.max(...times)
  return Number.isNaN(latest) ? undefined : latest
}
