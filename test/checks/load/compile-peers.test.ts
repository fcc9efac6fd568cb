import { describe, expect, it } from 'vitest'
import { inputsOfPeers, sparedPeers } from '../../../src/checks/peers.js'
import { buildScope, resolveInputs } from '../../../src/checks/load/resolve-inputs.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { check, definitionsOf, problemsOf } from './support/packs.js'

const pack = (peers: string) => ({
  'demo/config.yaml': `stage: config
inputs:
  api_url: { type: url, description: where it is }
peers:
  ${peers}
checks:
  one: ${check()}
`,
})

describe('the peers of a pack', () => {
  it('have an address that may come from an input', async () => {
    const [demo] = (await definitionsOf(pack('api: { address: "${{ inputs.api_url }}", requests: 8, per: 60s }'))).packs
    expect(demo!.peers).toMatchObject([{ name: 'api', system: 'demo', requests: 8, per: 60_000 }])
    expect(inputsOfPeers(demo!)).toEqual(['api_url'])
    const scope = buildScope(TestedEnvironment.of({}), demo!, 'prod')
    const given = (url: string) => new Map([['demo', resolveInputs(demo!, { 'demo.api_url': url }, scope)]])
    const budget = { name: 'api', requests: 8, per: 60_000 }
    expect(sparedPeers([demo!], given('http://Api.Internal/v1')).budgets).toEqual([
      { ...budget, address: 'api.internal:80' },
    ])
    expect(sparedPeers([demo!], given('http://[::1]:8000')).budgets).toEqual([{ ...budget, address: 'localhost:8000' }])
    const missing = sparedPeers([demo!], new Map([['demo', resolveInputs(demo!, {}, scope)]]))
    expect(missing).toEqual({
      budgets: [],
      unknown: [
        expect.stringMatching(/^requests to api \(demo\) are not spaced, since its address is unknown: .*api_url/),
      ],
    })
  })

  it.each([
    ['no budget', 'api: { address: "127.0.0.1:80", requests: 0, per: 60s }', '5:45 invalid-value'],
    ['too large a budget', 'api: { address: "127.0.0.1:80", requests: 1001, per: 60s }', '5:45 invalid-value'],
    ['a fraction', 'api: { address: "127.0.0.1:80", requests: 1.5, per: 60s }', '5:45 wrong-type'],
    ['no time', 'api: { address: "127.0.0.1:80", requests: 1 }', '5:8 missing-key'],
    ['a time without a unit', 'api: { address: "127.0.0.1:80", requests: 1, per: 60 }', '5:53 wrong-type'],
    ['too long a time', 'api: { address: "127.0.0.1:80", requests: 1, per: 2h }', '5:53 invalid-value'],
    ['a misspelt key', 'api: { adress: "127.0.0.1:80", requests: 1, per: 1s }', '5:10 unknown-key'],
    ['no address', 'api: { address: nothing, requests: 1, per: 1s }', '5:19 peer-address'],
    ['a wrong name', 'API: { address: "127.0.0.1:80", requests: 1, per: 1s }', '5:3 peer-name'],
    ['an unknown input', 'api: { address: "${{ inputs.api }}", requests: 1, per: 1s }', '5:31 unknown-name'],
    ['facts', 'api: { address: "${{ facts.url }}", requests: 1, per: 1s }', '5:24 facts-out-of-place'],
  ])('are refused with %s, at its place', async (_what, peers, problem) => {
    expect((await problemsOf(pack(peers))).join()).toContain(`checks/demo/config.yaml:${problem}`)
  })

  it('have each a name of their own in their system', async () => {
    const api = 'peers: { api: { address: "127.0.0.1:80", requests: 1, per: 1s } }\n'
    const problems = await problemsOf({
      'demo/a.yaml': `stage: config\nchecks:\n  one: ${check()}\n${api}`,
      'demo/b.yaml': api,
    })
    expect(problems).toEqual(['checks/demo/b.yaml:1:10 duplicate-peer'])
  })
})
