import { parseArgs } from 'node:util'
import { assessSecret } from '../src/secret-strength/index.js'
import { generators } from '../test/fixtures/strength/generators.js'
import { freshSource, seededSource, type RandomSource } from '../test/fixtures/strength/random-source.js'
import { weakSecrets } from '../test/fixtures/strength/weak.js'
import { isRejected, siteContext } from '../test/fixtures/strength/verdict.js'
import { runAlone, type Benchmark, type Figure } from './support/figure.js'

/**
 * How often the strength estimate is wrong, and how long it takes: fresh random keys of every named generator, none of
 * which may be rejected, and the weak corpus, all of which must be.
 *
 *     npx tsx bench/strength.ts --keys 100000 [--seed TEXT]
 */
function strength(total: number, source: RandomSource): readonly Figure[] {
  // Reads the word lists.
  assessSecret(generators[0]?.make(source) ?? '', siteContext)
  let rejected = 0
  let misplaced = 0
  let judged = 0
  const startedAt = process.cpuUsage()
  for (const { name, bits, make } of generators) {
    for (let count = Math.ceil(total / generators.length); count > 0; count -= 1) {
      const key = make(source)
      const assessment = assessSecret(key, siteContext)
      judged += 1
      if (isRejected(assessment)) {
        rejected += 1
        console.log(`  rejected (${name}): ${key} ${JSON.stringify(assessment)}`)
      } else if (assessment.bits !== bits) {
        misplaced += 1
        console.log(`  misplaced (${name}): ${key} ${JSON.stringify(assessment)}`)
      }
    }
  }
  const { user, system } = process.cpuUsage(startedAt)
  const weak = weakSecrets()
  const accepted = weak.filter(({ secret }) => !isRejected(assessSecret(secret, siteContext)))
  for (const { category, secret } of accepted) console.log(`  accepted (${category}): ${secret}`)
  return [
    { figure: 'judging a random key', value: (user + system) / 1000 / judged, unit: 'ms CPU' },
    { figure: `of ${judged} random keys, rejected`, value: rejected, unit: 'keys', target: 0 },
    { figure: `of ${judged} random keys, in another bucket`, value: misplaced, unit: 'keys', target: 0 },
    { figure: `of ${weak.length} weak secrets, accepted`, value: accepted.length, unit: 'secrets', target: 0 },
  ]
}

export const benchmark: Benchmark = () => strength(2000, freshSource)

await runAlone(import.meta.url, () => {
  const { values } = parseArgs({ options: { keys: { type: 'string', default: '100000' }, seed: { type: 'string' } } })
  const total = Number.parseInt(values.keys, 10)
  if (!Number.isSafeInteger(total) || total < generators.length)
    throw new RangeError(`--keys must be ${generators.length} or more`)
  return strength(total, values.seed === undefined ? freshSource : seededSource(values.seed))
})
