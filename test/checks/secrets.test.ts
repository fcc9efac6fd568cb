import { describe, expect, it } from 'vitest'
import { redactorFor } from '../../src/checks/secrets.js'
import { definition, template } from './run/builders.js'
import { definitionsOf, environmentOf, siteVariables } from './deployment.js'

const key = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'

function redacted(variables: Readonly<Record<string, string>>, text: string): string {
  return redactorFor(definitionsOf(siteVariables), environmentOf(Object.entries(variables)), {}).text(text)
}

describe('what a run takes for a secret', () => {
  it.each([
    ['a variable declared secret', { TOKEN_SECRET: key }],
    ['a variable that no pack declares', { ELSEWHERE: key }],
    ['a key pasted into a variable that is public', { MODE: key }],
    ['a key within the value of one', { BIND: `0.0.0.0:${key}` }],
  ])('%s', (_what, variables) => {
    expect(redacted(variables, `met ${key}, and ${key.slice(3, 15)}`)).toMatch(/^met ?\[redacted\], and \[redacted\]$/)
  })

  it('a password that is in a public variable as well', () => {
    const declared: typeof siteVariables = {
      NOTE: { exposure: 'public' },
      STORE_URL: { reads: ['url'], schemes: ['redis'], exposure: 'dsn' },
    }
    const redactor = redactorFor(
      definitionsOf(declared),
      environmentOf([
        ['STORE_URL', 'redis://:Sommer-Hafen-Katze@db.example:6379/0'],
        ['NOTE', 'Sommer-Hafen-Katze'],
      ]),
      {},
    )
    expect(redactor.text('login with Sommer-Hafen-Katze refused')).toBe('login with [redacted] refused')
    expect(redactor.finds('Sommer-Hafen-Katze')).toEqual([{ name: 'STORE_URL' }])
  })

  it('each secret of a list that a check judges as one, short ones as well', () => {
    const definitions = definitionsOf({ USERS: { exposure: 'secret' } })
    const judging = (input: Readonly<Record<string, unknown>>) => ({
      ...definitions,
      checks: new Map([
        [
          'site0/secrets/users',
          definition({ id: 'site0/secrets/users', probe: { kind: 'secret', input: template(() => input) } }),
        ],
      ]),
    })
    const environment = environmentOf([['USERS', 'ann:S0mmer!x,bob:H4fen?yz']])
    const said = 'login bob with H4fen?yz refused'
    expect(redactorFor(judging({ name: 'USERS' }), environment, {}).text(said)).toBe(said)
    const each = { separator: ',', after: ':' }
    expect(redactorFor(judging({ name: 'USERS', each }), environment, {}).text(said)).toBe(
      'login bob with [redacted] refused',
    )
  })

  it('a value that a later source replaced', () => {
    const redactor = redactorFor(
      definitionsOf(siteVariables),
      environmentOf([
        ['TOKEN_SECRET', key],
        ['TOKEN_SECRET', 'another-one-of-them'],
      ]),
      {},
    )
    expect(redactor.text(`old ${key}`)).toBe('old [redacted]')
  })

  it.each([
    ['a wrong setting', { MODE: 'turbo-mode' }, 'mode is turbo-mode'],
    ['an address', { BIND: 'bus-1.internal.example' }, 'listens on bus-1.internal.example'],
    ['the home folder', { HOME: '/home/operator' }, 'cannot read /home/operator/prod.env'],
  ])('not %s, which an operator has to see', (_what, variables, text) => {
    expect(redacted(variables, text)).toBe(text)
  })
})
