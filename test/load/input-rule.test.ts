import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepsRule } from '../../src/load/input-rule.js'
import { ruleComplaint } from '../../src/model/lock-demands.js'

describe('a rule of an address', () => {
  it.each([
    ['https://*.internal', 'https://bus.internal'],
    ['https://*.internal', 'https://a.b-c.internal'],
    ['https://*.internal:*', 'https://bus.internal:8443'],
    ['https://bus-*.internal/health/*', 'https://bus-eu1.internal/health/live/now'],
    ['*.internal:6379', 'redis.internal:6379'],
    ['https://bus.internal/?format=json', 'https://bus.internal/?format=json'],
  ])('%s takes %s', (rule, value) => expect(keepsRule(rule, value, true)).toBe(true))

  it.each([
    ['https://*.internal', 'https://evil.example/x.internal'],
    ['https://*.internal', 'https://evil.example?.internal'],
    ['https://*.internal', 'https://evil.example#.internal'],
    ['https://*.internal', 'https://evil.example\\.internal'],
    ['https://*.internal', 'https://evil.example\\@x.internal'],
    ['https://*.internal', 'https://x.internal@evil.example'],
    ['https://*.internal', 'https://evil.example:80@x.internal'],
    ['https://*.internal', 'https://evil.example,x.internal'],
    ['https://*.internal', 'https://evil.example%2f.internal'],
    ['https://*.internal', 'https://evil.example\n.internal'],
    ['https://*.internal', 'https://x.internal\n'],
    ['https://*.internal', '\nhttps://x.internal'],
    ['https://*.internal', 'https://x.internal.evil.example'],
    ['https://*.internal', 'https://x.internal:8443'],
    ['https://*.internal', 'https://x.internal/'],
    ['https://*.internal', 'https://.internal'],
    ['https://*.internal', 'http://x.internal'],
    ['https://*.internal', 'https://xXinternal'],
    ['https://*.internal', 'https://evil。example.internal'],
    ['postgres://db.internal/*', 'postgres://db.internal/bus?host=evil.example'],
    ['postgres://db.internal/*', 'postgres://db.internal/@evil.example'],
    ['postgres://db.internal/*', 'postgres://db.internal/x;host=evil.example'],
    ['*.internal:6379', 'evil.example/x.internal:6379'],
  ])('%s does not take %j', (rule, value) => expect(keepsRule(rule, value, true)).toBe(false))

  it('is one wherever it says a scheme, whatever the type of the input', () => {
    expect(keepsRule('https://*.internal', 'https://evil.example/x.internal', false)).toBe(false)
  })

  it('never takes an address whose host does not end as the rule says', () => {
    const character = fc.constantFrom(...'ab.:@/\\?#%,;[]&= \n\t'.split(''))
    fc.assert(
      fc.property(fc.array(character, { maxLength: 24 }).map((all) => all.join('')), (part) => {
        const value = `https://${part}.internal`
        if (!keepsRule('https://*.internal', value, true)) return
        expect(new URL(value)).toMatchObject({ host: expect.stringMatching(/\.internal$/) as string, username: '', pathname: '/', search: '' })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a rule of a text', () => {
  it.each([
    ['*', ''],
    ['*', 'anything\nat all'],
    ['eu-*', 'eu-1'],
    ['/srv/*/bus', '/srv/a/b/bus'],
    ['1.*', '1.82'],
  ])('%s takes %j', (rule, value) => expect(keepsRule(rule, value, false)).toBe(true))

  it.each([
    ['eu-*', 'us-1'],
    ['eu-*', 'eu-'],
    ['eu-1', 'eu-1 '],
    ['eu-1', 'EU-1'],
    ['1.*', '1x82'],
    ['(a|b)', 'a'],
  ])('%s does not take %j', (rule, value) => expect(keepsRule(rule, value, false)).toBe(false))

  it('is for every item of a list, of which there must be one', () => {
    expect(keepsRule('eu-*', ['eu-1', 'eu-2'], false)).toBe(true)
    expect(keepsRule('eu-*', ['eu-1', 'us-2'], false)).toBe(false)
    expect(keepsRule('eu-*', [], false)).toBe(false)
    expect(keepsRule('*', [], false)).toBe(true)
  })

  it('takes no text that is too long to be matched', () => {
    expect(keepsRule('a*', 'a'.repeat(65_537), false)).toBe(false)
  })
})

it('is bounded', () => {
  expect(['', '*'.repeat(9), 'a'.repeat(201), '.'.repeat(192) + '*'.repeat(8)].map(ruleComplaint)).toEqual([
    'must not be empty',
    'must not have more than 8 stars',
    'must not be longer than 200 characters',
    undefined,
  ])
  expect(keepsRule('.'.repeat(192) + '*'.repeat(8), '.'.repeat(60_000), false)).toBe(true)
})
