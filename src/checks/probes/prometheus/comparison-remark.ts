import { z } from 'zod'
import { isPlainObject } from '../../../engine/plain-facts.js'
import { loginRemark } from '../../../net/http/login.js'
import { isNegative, conditionValues, whereSchema, type Where } from './label-condition.js'

/** An input as written: what expressions fill is not there. */
const written = z.object({
  series: z
    .record(z.string(), z.object({ metric: z.string().default('a metric'), where: whereSchema.catch({}) }))
    .default({}),
  ratios: z
    .record(z.string(), z.object({ of: z.string(), in: z.string(), atLeast: z.number().optional() }))
    .default({}),
})

/** What is compared and asked before, in words, and what a person must know of it. */
export function comparisonRemark(input: unknown): string | undefined {
  const { data } = written.safeParse(input)
  const isLoggedIn = isPlainObject(input) && input['login'] !== undefined
  if (data === undefined || Object.keys(data.series).length === 0) return isLoggedIn ? loginRemark : undefined
  const series = Object.entries(data.series).map(
    ([name, { metric, where }]) => `${name} is ${metric}${whereText(where)}`,
  )
  const ratios = Object.entries(data.ratios).map(
    ([name, { of, in: whole, atLeast }]) =>
      `${name} is ${of} in ${whole}, known from ${atLeast ?? 'a given number'} in ${whole} on`,
  )
  return [
    ...(isLoggedIn ? [loginRemark] : []),
    `Series ${series.join('; ')}.`,
    ...(ratios.length === 0 ? [] : [`Ratio ${ratios.join('; ')}.`]),
    'What preflight itself asks of the service is counted, unless `where` leaves it out.',
  ].join(' ')
}

function whereText(where: Where): string {
  const conditions = Object.entries(where).map(
    ([label, condition]) =>
      `${label} ${isNegative(condition) ? 'not ' : ''}${conditionValues(condition).join(isNegative(condition) ? ' nor ' : ' or ')}`,
  )
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}
