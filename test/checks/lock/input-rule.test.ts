import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepsRule } from '../../../src/checks/lock/lock-inputs.js'
import { ruleComplaint } from '../../../src/checks/lock/selection-lock.js'
import { propertyRuns } from '../../property-runs.js'

describe('a rule of an address', () => {
  it.each([
    ['https://*.internal', 'https://bus.internal'],
    ['https://*.internal', 'https://a.b-c.internal'],
    ['https://*.internal:*', 'https://bus.internal:8443'],
    ['https://bus-*.internal/health/*', 'https://bus-eu1.internal/health/live/now'],
    ['*.internal:6379', 'redis.internal:6379'],
    ['https://bus.internal/?format=json', 'https://bus.internal/?format=json'],
  ])('%s takes %s', (rule, value) => expect(keepsRule(rule, value)).toBe(true))

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
    ['*.internal:6379', 'redis://evil.example/x.internal:6379'],
    ['https://*.internal/api/*', 'https://a.internal/api/../admin'],
    ['https://*.internal/api/*', 'https://a.internal/api/./admin'],
    ['https://*.internal/api/*', 'https://a.internal/api/..'],
    ['https://*.internal/api/*', 'https://a.internal/api/%2e%2e/admin'],
    ['https://*.internal/api/*', 'https://a.internal/api/x/.%2E/../admin'],
    ['https://*.internal/api/.*', 'https://a.internal/api/..'],
    ['https://*.internal/api/%2e*', 'https://a.internal/api/%2e.'],
    ['https://*.internal/api/*?x=1', 'https://a.internal/api/..?x=1'],
  ])('%s does not take %j', (rule, value) => expect(keepsRule(rule, value)).toBe(false))

  it('is one wherever it says a scheme, whatever the type of the input', () => {
    expect(keepsRule('https://*.internal', 'https://evil.example/x.internal')).toBe(false)
  })

  it('never takes an address whose host does not end as the rule says', () => {
    const character = fc.constantFrom(...'ab.:@/\\?#%,;[]&= \n\t'.split(''))
    fc.assert(
      fc.property(
        fc.array(character, { maxLength: 24 }).map((all) => all.join('')),
        (part) => {
          const value = `https://${part}.internal`
          if (!keepsRule('https://*.internal', value)) return
          expect(new URL(value)).toMatchObject({
            host: expect.stringMatching(/\.internal$/) as string,
            username: '',
            pathname: '/',
            search: '',
          })
        },
      ),
      { numRuns: propertyRuns(2000) },
    )
  })
})

describe('a rule of a text', () => {
  it.each([
    ['*', ''],
    ['*', 'anything\nat all'],
    ['eu-*', 'eu-1'],
    ['/srv/*/bus', '/srv/a/b/bus'],
    ['/srv/releases/*', '/srv/releases/1.2..3/...'],
    ['../*', '../releases'],
    ['release/*', 'release/1.2'],
    ['1.*', '1.82'],
  ])('%s takes %j', (rule, value) => expect(keepsRule(rule, value)).toBe(true))

  it.each([
    ['eu-*', 'us-1'],
    ['eu-*', 'eu-'],
    ['eu-1', 'eu-1 '],
    ['eu-1', 'EU-1'],
    ['1.*', '1x82'],
    ['(a|b)', 'a'],
    ['*.internal', 'evil.example#.internal'],
    ['*.internal', 'evil.example/.internal'],
    ['*.internal', 'evil.example?x.internal'],
    ['*.internal', 'evil.example:80@x.internal'],
    ['*.internal', 'evil.example,x.internal'],
    ['*.internal', 'evil.example\n.internal'],
    ['host=*.internal', 'host=evil.example port=1 x=.internal'],
    ['/srv/releases/*', '/srv/releases/../../tmp/evil'],
    ['/srv/releases/*', '/srv/releases/a/..'],
    ['/srv/releases/*', '/srv/releases/.'],
    ['/srv/releases/*', '/srv/releases/%2e%2e/evil'],
    ['/srv/releases/*', '/srv/releases/..\\evil'],
    ['*/bus', '../bus'],
    ['C:\\srv\\*', 'C:\\srv\\..'],
    ['../*', '../../etc'],
  ])('%s does not take %j', (rule, value) => expect(keepsRule(rule, value)).toBe(false))

  it('is for every item of a list, of which there must be one', () => {
    expect(keepsRule('eu-*', ['eu-1', 'eu-2'])).toBe(true)
    expect(keepsRule('eu-*', ['eu-1', 'us-2'])).toBe(false)
    expect(keepsRule('eu-*', [])).toBe(false)
    expect(keepsRule('*', [])).toBe(true)
  })

  it('takes no text that is too long to be matched', () => {
    expect(keepsRule('a*', 'a'.repeat(65_537))).toBe(false)
  })
})

it('never takes a text that leads out of the folder, or to a host, that the rule names', () => {
  const part = fc.constantFrom(
    '.',
    '..',
    '%2e',
    '%2E',
    '%2f',
    '/',
    '\\',
    '%5c',
    'a',
    'b1',
    '-',
    ':',
    '@',
    '#',
    '?',
    ';',
    ',',
    '~',
  )
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 10 }).map((all) => all.join('')),
      (taken) => {
        if (keepsRule('/srv/releases/*', `/srv/releases/${taken}`)) {
          expect(posix.normalize(decodeURIComponent(`/srv/releases/${taken}`)).startsWith('/srv/releases/')).toBe(true)
          expect(win32.normalize(`/srv/releases/${taken}`).startsWith('\\srv\\releases\\')).toBe(true)
        }
        if (keepsRule('https://*.internal/api/*', `https://a.internal/api/${taken}`))
          expect(new URL(`https://a.internal/api/${taken}`).pathname.startsWith('/api/')).toBe(true)
        if (keepsRule('*.internal', `${taken}.internal`))
          expect(new URL(`https://${taken}.internal`).host.endsWith('.internal')).toBe(true)
      },
    ),
    { numRuns: propertyRuns(5000) },
  )
})

it('is bounded', () => {
  expect(['', '*'.repeat(9), 'a'.repeat(201), '.'.repeat(192) + '*'.repeat(8)].map(ruleComplaint)).toEqual([
    'must not be empty',
    'must not have more than 8 stars',
    'must not be longer than 200 characters',
    undefined,
  ])
  expect(keepsRule('.'.repeat(192) + '*'.repeat(8), '.'.repeat(60_000))).toBe(true)
})
