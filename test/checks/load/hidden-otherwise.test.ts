import { describe, expect, it } from 'vitest'
import { loadCheck, outcomeOf } from './support/outcome.js'

const declared = `variables:
  PUB: { exposure: public }
  OPEN: { exposure: public }
  COUNT: { reads: [python-int], exposure: public }
  PAGE: { reads: [url], exposure: public }
  STORE: { reads: [url], schemes: [redis], exposure: dsn }
  PIN: { exposure: secret }
inputs:
  shown: { type: string, description: a text, default: x }
  token: { type: string, description: a secret, secret: true }
  copy: { type: string, description: what PIN is, default: "\${{ env.PIN }}" }
  made: { type: string, description: a URL, secret: true, default: "redis://:\${{ env.PIN }}@h:6379/0" }
  host: { type: string, description: a URL, default: "redis://\${{ env.PIN }}:6379/0" }
`
const codesOf = async (input: string, ...expectations: readonly unknown[]): Promise<readonly string[]> =>
  (await loadCheck('env', declared, input, expectations)).diagnostics.map(({ code, message }) => `${code}: ${message}`)
const refusal = expect.stringMatching(
  /^concealed-fact: facts\.\w+ has no value here: the value of `otherwise` may contain a value that must not be shown/,
) as string

describe('what stands for a variable shows no more than what it was made of', () => {
  it.each([
    '${{ env.PIN }}',
    'x${{ env.PIN }}',
    '${{ vars.PIN }}',
    '${{ env.UNDECLARED }}',
    '${{ env.STORE }}',
    '${{ inputs.copy }}',
    '${{ inputs.token }}',
    '${{ has(env.OPEN) ? env.OPEN : env.PIN }}',
  ])('%s', async (otherwise) => {
    expect(await codesOf(`{ name: PUB, otherwise: ${JSON.stringify(otherwise)} }`, 'facts.value == "1234"')).toEqual([
      refusal,
    ])
    expect(
      await codesOf(`{ first: [PUB, OPEN], otherwise: ${JSON.stringify(otherwise)} }`, {
        that: 'facts.set',
        message: 'PIN is ${{ facts.value }}',
      }),
    ).toEqual([refusal])
    expect(await codesOf(`{ name: COUNT, otherwise: ${JSON.stringify(otherwise)} }`, 'facts.int == 1234')).toEqual([
      refusal,
    ])
  })

  it.each(['redis://${{ env.PIN }}', 'redis://h/${{ inputs.token }}', '${{ inputs.host }}'])(
    'nor as the host or the path of a URL: %s',
    async (otherwise) => {
      expect(await codesOf(`{ name: STORE, otherwise: ${JSON.stringify(otherwise)} }`, 'facts.host != "1234"')).toEqual(
        [refusal],
      )
      expect(await codesOf(`{ name: PAGE, otherwise: ${JSON.stringify(otherwise)} }`, 'facts.path != "1234"')).toEqual([
        refusal,
      ])
    },
  )

  it.each([
    ['{ name: PUB, otherwise: constant }', 'facts.value == "constant"'],
    ['{ name: PUB, otherwise: "${{ env.OPEN }}" }', 'facts.value == "x"'],
    ['{ name: PUB, otherwise: "${{ inputs.shown }}" }', 'facts.value == "x"'],
    ['{ name: PUB, otherwise: "${{ has(env.PIN) ? env.OPEN : inputs.shown }}" }', 'facts.value == "x"'],
    ['{ name: STORE, otherwise: "${{ inputs.made }}" }', 'facts.host == "h"'],
    ['{ name: STORE, otherwise: "redis://:${{ env.PIN }}@h" }', 'facts.host == "h" && facts.hasPassword'],
    ['{ name: PUB, otherwise: "${{ env.PIN }}" }', 'facts.assumed && facts.valid'],
  ])('what is public is taken: %s, %s', async (input, expectation) => {
    expect(await codesOf(input, expectation)).toEqual([])
  })

  it('and nothing of it is among the facts of a result', async () => {
    const outcome = await outcomeOf(
      await loadCheck('env', declared, '{ name: PUB, otherwise: "${{ env.PIN }}" }', ['facts.assumed']),
      { PIN: '1234' },
    )
    expect(outcome).toMatchObject({ status: 'pass', facts: { assumed: true, valid: true, value: '' } })
    const page = await outcomeOf(
      await loadCheck('env', declared, '{ name: PAGE, otherwise: "http://${{ env.PIN }}/" }', ['facts.assumed']),
      { PIN: '1234' },
    )
    expect(page).toMatchObject({ status: 'pass', facts: { assumed: true } })
    expect(JSON.stringify(page)).not.toContain('1234')
  })

  it('also where the name is known only when the check runs', async () => {
    const outcome = await outcomeOf(
      await loadCheck('env', declared, '{ name: "${{ inputs.shown }}", otherwise: "${{ inputs.made }}" }', [
        'facts.assumed && facts.host == "h"',
      ]),
      {},
      { shown: 'STORE', made: 'redis://:pw@h:6379/0' },
    )
    expect(outcome).toMatchObject({ status: 'pass', facts: { host: 'h', value: '' } })
  })
})
