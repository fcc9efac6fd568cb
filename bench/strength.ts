import { parseArgs } from 'node:util'
import { assessSecret, type StrengthContext } from '../src/secret-strength/index.js'
import { generators } from '../test/fixtures/strength/generators.js'
import { freshSource, seededSource } from '../test/fixtures/strength/random-source.js'
import { weakSecrets } from '../test/fixtures/strength/weak.js'
import { isRejected, siteContext } from '../test/fixtures/strength/verdict.js'

/**
 * How often the strength estimate is wrong, and how long it takes: fresh random keys of every named generator, none of
 * which may be rejected, and the weak corpus, all of which must be.
 *
 *     npx tsx bench/strength.ts --keys 100000 [--seed TEXT]
 */
const { values } = parseArgs({ options: { keys: { type: 'string', default: '100000' }, seed: { type: 'string' } } })
const total = Number.parseInt(values.keys, 10)
if (!Number.isSafeInteger(total) || total < generators.length)
  throw new RangeError(`--keys must be ${generators.length} or more`)
const source = values.seed === undefined ? freshSource : seededSource(values.seed)
const context: StrengthContext = siteContext

const coldAt = performance.now()
assessSecret(generators[0]?.make(source) ?? '', context)
console.log(`first call (reads the word lists): ${(performance.now() - coldAt).toFixed(0)} ms`)

let rejected = 0
let misplaced = 0
let human = 0
let judged = 0
let milliseconds = 0
for (const { name, bits, make } of generators) {
  const keys = Array.from({ length: Math.ceil(total / generators.length) }, () => make(source))
  const startedAt = process.cpuUsage()
  const assessments = keys.map((key) => assessSecret(key, context))
  const spent = process.cpuUsage(startedAt)
  const cpu = (spent.user + spent.system) / 1000
  assessments.forEach((assessment, index) => {
    if (isRejected(assessment)) {
      rejected++
      console.log(`  rejected (${name}): ${keys[index]} ${JSON.stringify(assessment)}`)
    } else if (assessment.bits !== bits) {
      misplaced++
      console.log(`  misplaced (${name}): ${keys[index]} ${JSON.stringify(assessment)}`)
    }
    if (assessment.humanShaped) human++
  })
  judged += keys.length
  milliseconds += cpu
  console.log(`${name.padEnd(24)} ${keys.length} keys, ${(cpu / keys.length).toFixed(2)} ms of processor time each`)
}
console.log(
  `random keys: ${judged}, rejected ${rejected}, in another bucket ${misplaced}, taken for human text ${human}`,
)
console.log(`average ${(milliseconds / judged).toFixed(2)} ms a key`)

const weak = weakSecrets()
const accepted = weak.filter(({ secret }) => !isRejected(assessSecret(secret, context)))
for (const { category, secret } of accepted) console.log(`  accepted (${category}): ${secret}`)
const long = weak.filter(({ secret }) => Buffer.byteLength(secret) >= 32).length
console.log(`weak secrets: ${weak.length} (${long} of 32 bytes and more), accepted ${accepted.length}`)
