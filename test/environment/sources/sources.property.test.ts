import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readDotenv } from '../../../src/environment/sources/compose/dotenv.js'
import { interpolate } from '../../../src/environment/sources/compose/interpolate.js'
import { SourceText } from '../../../src/environment/sources/env-source-text.js'
import { readEnvironmentSource } from '../../../src/environment/sources/read-source.js'
import { propertyRuns } from '../../property-runs.js'

const folder = mkdtempSync(join(tmpdir(), 'environment-sources-'))
afterAll(() => rmSync(folder, { recursive: true }))

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/).filter((each) => each !== '__proto__')
const value = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((text) => Buffer.from(text.replace(/[\0\uFEFF]/g, ''), 'utf8').toString('utf8'))
const variables = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true })

async function read(text: string, source: Parameters<typeof readEnvironmentSource>[0]) {
  writeFileSync(join(folder, 'file.yaml'), text)
  const { variables: found, unknown, diagnostics } = await readEnvironmentSource(source, undefined)
  expect([diagnostics, unknown]).toEqual([[], []])
  return Object.fromEntries(found.map(([variable, { value: secret }]) => [variable, secret.reveal()]))
}
const quoted = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' } as const

it('reads from a Compose file what the yaml package wrote into it', () =>
  fc.assert(
    fc.asyncProperty(variables, async (written) => {
      const doubled = Object.fromEntries(
        Object.entries(written).map(([variable, text]) => [variable, text.replaceAll('$', '$$$$')]),
      )
      const service = { services: { bus: { environment: doubled } } }
      expect(await read(stringify(service, quoted), { compose: join(folder, 'file.yaml#bus') })).toEqual(written)
      const listed = {
        services: { bus: { environment: Object.entries(doubled).map(([variable, text]) => `${variable}=${text}`) } },
      }
      expect(await read(stringify(listed, quoted), { compose: join(folder, 'file.yaml#bus') })).toEqual(written)
    }),
  ))

it('reads from manifests what the yaml package wrote into them', () =>
  fc.assert(
    fc.asyncProperty(variables, fc.boolean(), async (written, isEncoded) => {
      const data = Object.fromEntries(
        Object.entries(written).map(([variable, text]) => [
          variable,
          isEncoded ? Buffer.from(text).toString('base64') : text,
        ]),
      )
      const settings = isEncoded
        ? { kind: 'Secret', metadata: { name: 's' }, data }
        : { kind: 'ConfigMap', metadata: { name: 's' }, data }
      const pod = {
        kind: 'Pod',
        metadata: { name: 'bus' },
        spec: {
          containers: [
            { name: 'main', envFrom: [isEncoded ? { secretRef: { name: 's' } } : { configMapRef: { name: 's' } }] },
          ],
        },
      }
      expect(
        await read(`${stringify(pod)}---\n${stringify(settings, { ...quoted, defaultKeyType: 'QUOTE_DOUBLE' })}`, {
          k8s: join(folder, 'file.yaml#bus'),
        }),
      ).toEqual(written)
    }),
  ))

it('never throws, whatever the text, and quotes none of it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom('compose', 'k8s'),
      fc.string({
        unit: fc.constantFrom(...'services: bus\n  environment\nA=-"\'{}[]&*<>|!%@`#$kind: Pod'),
        maxLength: 60,
      }),
      async (form, text) => {
        const head =
          form === 'compose'
            ? 'services:\n  bus:\n    environment:\n      '
            : 'kind: Secret\nmetadata: {name: bus}\nstringData:\n  '
        writeFileSync(join(folder, 'file.yaml'), `${head}A: hunter2${text}hunter2\n`)
        const from = join(folder, 'file.yaml#bus')
        const { diagnostics, unknown } = await readEnvironmentSource(
          form === 'compose' ? { compose: from } : { k8s: from },
          undefined,
        )
        expect(JSON.stringify([diagnostics, unknown])).not.toContain('hunter2')
      },
    ),
    { numRuns: propertyRuns(500) },
  ))

it('ends on any interpolation and any file of variables', () => {
  const text = fc.string({ unit: fc.constantFrom(...'${}AB:-+?\\"\'=# \n\tx'), maxLength: 40 })
  fc.assert(fc.property(text, (each) => void interpolate(each, (variable) => (variable === 'A' ? 'a' : undefined))))
  fc.assert(
    fc.property(text, (each) => {
      const draft = readDotenv(new SourceText('f', each), {
        before: () => undefined,
        after: () => undefined,
        inherited: () => undefined,
      })
      return draft.problems
        .found()
        .every(({ position }) => position.line >= 1 && position.line <= each.split('\n').length)
    }),
  )
})
