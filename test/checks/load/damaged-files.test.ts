import fc from 'fast-check'
import { expect, it } from 'vitest'
import { check, file, load } from './support/packs.js'
import { propertyRuns } from '../../property-runs.js'

const whole = file(
  {
    one: check({ when: 'vars.V != ""', needs: '[demo/a/two]' }),
    two: check({
      env: undefined,
      tcp: '{ host: "${{ inputs.i }}", port: 1 }',
      expect: '[{ that: facts.reached == "ping", message: "met ${{ facts.reached }}" }]',
    }),
  },
  'profiles: { prod: { aliases: [live] } }\nvariables: { V: { exposure: public } }\ninputs: { i: { type: string, description: d, default: "${{ vars.V }}" } }\n',
)

/** A cut or an insertion anywhere in the text. */
const damage = fc.tuple(
  fc.nat(whole.length),
  fc.nat(12),
  fc.oneof(
    fc.constant(''),
    fc.string({ maxLength: 4 }),
    fc.constantFrom('[', ']', '{', '}', '"', ': ', ', ', '*x', '&x ', '!t ', '${{ ', ' }}', '\n', 'null', '1'),
  ),
)

it(
  'a damaged file gives definitions or problems with places, and never anything else',
  { timeout: 240_000 },
  async () => {
    expect((await load({ 'demo/a.yaml': whole })).diagnostics).toEqual([])
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const text = damages.reduce(
          (before, [at, cut, insertion]) => before.slice(0, at) + insertion + before.slice(at + cut),
          whole,
        )
        const { definitions, diagnostics } = await load({ 'demo/a.yaml': text })
        expect(definitions === undefined).toBe(diagnostics.length > 0)
        for (const { position } of diagnostics) {
          expect(position.file).toMatch(/^checks/)
          expect(position.line).toBeGreaterThan(0)
          expect(position.column).toBeGreaterThan(0)
        }
      }),
      { numRuns: propertyRuns(150) },
    )
  },
)
