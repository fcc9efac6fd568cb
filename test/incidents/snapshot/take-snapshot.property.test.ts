import fc from 'fast-check'
import { expect, it } from 'vitest'
import { snapshotSchema } from '../../../src/incidents/snapshot/snapshot.js'
import { safeJson } from '../../../src/base/text/bounded-json.js'
import { Chalk } from 'chalk'
import { snapshotText, snapshotDifferenceText } from '../../../src/incidents/text/snapshot-text.js'
import { compareSnapshots } from '../../../src/incidents/snapshot/compare-snapshots.js'
import { takeSnapshot } from '../../../src/incidents/snapshot/snapshot-deployment.js'
import { environmentOf, meta, parts, siteVariables } from '../../checks/deployment.js'
import { propertyRuns } from '../../property-runs.js'

const declared = Object.keys(siteVariables)
const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'name',
  'value',
  'fingerprint',
]
const name = fc.oneof(
  fc.constantFrom(...declared),
  fc.constantFrom(...hostileNames),
  fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/),
)

/** Characters that stand in no word of a snapshot's own, so that what is found of a value is the value's. */
const marked = fc
  .string({ unit: fc.constantFrom(...'qzxjkQZXJK79%/+="\'\\$ é€\n'), minLength: 10, maxLength: 60 })
  .filter((text) => new Set(text.slice(0, 10)).size > 3)
/** A value, and what of it must not be seen: the frame of a key and the host of a URL say nothing. */
interface Given {
  readonly value: string
  readonly secrets: readonly string[]
}

const frames: readonly ((text: string) => Given)[] = [
  (text) => ({ value: text, secrets: [text] }),
  (text) => ({ value: `redis://:${encodeURIComponent(text)}@h:6379/0`, secrets: [text, encodeURIComponent(text)] }),
  (text) => ({ value: JSON.stringify({ password: text }), secrets: [text] }),
  (text) => ({ value: `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`, secrets: text.split('\n') }),
]
const given = fc.oneof(
  fc.tuple(marked, fc.constantFrom(...frames)).map(([text, frame]) => frame(text)),
  fc.constantFrom('', '9100', 'true', 'strict', 'h').map((value) => ({ value, secrets: [] })),
)

/** Ten consecutive characters of the value that stand in the text, and do not stand there without it. */
function showsSome(text: string, value: string, without: string): string | undefined {
  for (let at = 0; at + 10 <= value.length; at++) {
    const window = value.slice(at, at + 10)
    if (text.includes(window) && !without.includes(window)) return window
  }
  return undefined
}

it('shows no ten characters of a value that is not public, in any text that is made of it', () => {
  const style = { chalk: new Chalk({ level: 0 }), width: 100 }
  const without = takeSnapshot(parts({}))
  const baseline =
    safeJson(without) + snapshotText(without, style) + snapshotDifferenceText(compareSnapshots(without, without), style)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, given), { selector: ([each]) => each, maxLength: 8 }),
      fc.nat(50),
      (pairs, cut) => {
        // A public variable that repeats a piece of another one's value, a branch and a file that are named after it.
        const piece = (pairs[0]?.[1].value ?? '').slice(cut % 7, 40)
        const all = new Map<string, Given>([['BIND', { value: piece, secrets: [] }], ...pairs])
        const repository = { ...meta.repository!, branch: piece, changed: [{ state: '??', file: `x/${piece}` }] }
        const environment = environmentOf([...all].map(([each, { value }]) => [each, value]))
        const snapshot = takeSnapshot(parts({}, { environment, meta: { ...meta, repository, host: piece } }))
        expect(snapshotSchema.safeParse(snapshot).success).toBe(true)
        const texts = [
          safeJson(snapshot),
          snapshotText(snapshot, style),
          snapshotDifferenceText(compareSnapshots(without, snapshot), style),
        ]
        const shown = new Set(snapshot.variables.flatMap((each) => (each.value === null ? [] : [each.name])))
        for (const [each, { secrets }] of all) {
          if (!shown.has(each))
            for (const secret of secrets)
              for (const text of texts) expect(showsSome(text, secret, baseline)).toBeUndefined()
        }
      },
    ),
    { numRuns: propertyRuns(100) },
  )
})
