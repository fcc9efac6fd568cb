import { describe, expect, it } from 'vitest'
import { probe as env } from '../../../../src/checks/probes/env.js'
import { probe as secret } from '../../../../src/checks/probes/secret.js'
import { leftoverOf } from '../../../../src/environment/read-variable.js'
import { observe } from '../observe.js'

const variables = {
  STORE_URL: { reads: ['url' as const], driver: 'redis-py', exposure: 'dsn' as const },
  NAME: { exposure: 'public' as const },
}
const see = (environment: Record<string, string>, passwords?: 'judged' | 'left-out') =>
  observe(env, { every: 'declared', 'dsn-passwords': passwords }, { variables, environment })

describe('what a template or a manual left in a password', () => {
  it.each([
    '${STORE_PASSWORD}',
    '$STORE_PASSWORD',
    '$(cat /run/password)',
    '{{password}}',
    '%STORE_PASSWORD%',
    '__PASSWORD__',
    'your-redis-password',
    'change-me',
    'replace-with-strong-secret',
    '<password>',
  ])('is said by one of two checks: %s', async (password) => {
    expect(leftoverOf(password)).toBeDefined()
    const environment = { STORE_URL: `redis://:${encodeURIComponent(password)}@cache.example:6379/0` }
    expect(await see(environment, 'left-out')).toMatchObject({ references: [], placeholders: [] })
    const { weakPasswords } = await observe(secret, { 'dsn-passwords': ['STORE_URL'] }, { variables, environment })
    expect(weakPasswords).toEqual([expect.stringMatching(/^STORE_URL: /)])
  })

  it('is said where the passwords are judged, and is all that is left out', async () => {
    const left = 'redis://:your-redis-password@your-redis-host.com:6379/0'
    expect(await see({ STORE_URL: left.replace('your-redis-host.com', 'cache') })).toMatchObject({
      placeholders: ['STORE_URL'],
    })
    expect(await see({ STORE_URL: left, NAME: '${NAME}' }, 'left-out')).toMatchObject({
      placeholders: ['STORE_URL'],
      references: ['NAME'],
    })
    expect(await see({ STORE_URL: 'redis://:cache@your-cache.com/0' }, 'left-out')).toMatchObject({
      placeholders: ['STORE_URL'],
    })
  })

  it('is nothing that one variable can be asked for', () => {
    expect(env.input.safeParse({ name: 'STORE_URL', 'dsn-passwords': 'left-out' }).success).toBe(false)
  })
})
