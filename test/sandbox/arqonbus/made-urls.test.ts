import { describe, expect, it } from 'vitest'
import { readBusSettings } from '../../../sandbox/arqonbus/settings.js'

describe('the URLs that the bus makes', () => {
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'redis://localhost:6379/0'],
    [
      'every variable of Redis',
      {
        ARQONBUS_REDIS_HOST: 'h',
        ARQONBUS_REDIS_PORT: '1',
        ARQONBUS_REDIS_PASSWORD: 'p@w',
        ARQONBUS_REDIS_SSL: 'True',
      },
      'rediss://:p@w@h:1/0',
    ],
    [
      'a variable of Valkey before one of Redis, though it is empty',
      { ARQONBUS_VALKEY_PASSWORD: '', ARQONBUS_REDIS_PASSWORD: 'p' },
      'redis://localhost:6379/0',
    ],
    [
      'an empty URL, which hides another',
      { ARQONBUS_VALKEY_URL: '', ARQONBUS_REDIS_URL: 'redis://other:1/0' },
      'redis://localhost:6379/0',
    ],
  ])('of the hot store: %s', (_, environment, url) => {
    expect(readBusSettings(environment).hotStoreUrl).toBe(url)
  })

  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'postgresql://arqonbus@localhost:5432/arqonbus'],
    [
      'every variable',
      {
        ARQONBUS_POSTGRES_HOST: 'h',
        ARQONBUS_POSTGRES_PORT: '1',
        ARQONBUS_POSTGRES_USER: 'u',
        ARQONBUS_POSTGRES_PASSWORD: 'p',
        ARQONBUS_POSTGRES_DATABASE: 'd',
        ARQONBUS_POSTGRES_SSL: 'true',
      },
      'postgresql://u:p@h:1/d?ssl=require',
    ],
  ])('of Postgres: %s', (_, environment, url) => {
    expect(readBusSettings(environment).postgresUrl).toBe(url)
  })

  it('do not count beside a URL', () => {
    expect(readBusSettings({ ARQONBUS_REDIS_URL: 'redis://other:1/0', ARQONBUS_REDIS_HOST: 'h' }).hotStoreUrl).toBe(
      'redis://other:1/0',
    )
  })
})
