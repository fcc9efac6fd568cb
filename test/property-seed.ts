import fc from 'fast-check'
import { propertyRuns } from './property-runs.js'

/**
 * Property tests take the same values in every run: a gate that is red by chance is soon not looked at. What they would
 * find beyond them is looked for with other seeds: `PROPERTY_SEED=$RANDOM npx vitest run test/redaction`.
 */
const seed = Number(process.env['PROPERTY_SEED'] ?? 20_260_101)
if (!Number.isSafeInteger(seed)) throw new Error('PROPERTY_SEED is not a whole number')
// 100 is what fast-check tries where a test does not say how many.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed, numRuns: propertyRuns(100) })
