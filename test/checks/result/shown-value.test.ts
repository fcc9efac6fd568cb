import { describe, expect, it } from 'vitest'
import { isShowable } from '../../../src/checks/run-context/judged-inputs.js'
import { declaration } from '../deployment.js'

const key = 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'
const flag = declaration({ reads: ['only-true'], exposure: 'public' })
const free = declaration({ exposure: 'public' })
const port = declaration({ reads: ['python-int'], minimum: 1, maximum: 65535, exposure: 'public' })
const count = declaration({ reads: ['python-int'], exposure: 'public' })
const mode = declaration({ reads: ['lower'], values: ['strict', 'degraded'], exposure: 'public' })
const url = declaration({ reads: ['url'], schemes: ['http', 'https'], exposure: 'public' })

describe('a value that is shown', () => {
  it.each([
    ['a flag', ' True', flag],
    ['a flag in words that its target takes for false', 'yes', flag],
    ['a number', '+9_100', port],
    ['a mode', 'STRICT', mode],
    ['a host', 'redis.internal', free],
    ['an URL', 'https://hooks.internal:8080/health', url],
  ])('%s', (_, value, declared) => {
    expect(isShowable(value, [declared])).toBe(true)
  })
})

describe('a value that is not shown', () => {
  it.each([
    ['a key in place of a flag', key, flag],
    ['a number out of bounds', '70000', port],
    ['a number as long as a key', '9'.repeat(60), count],
    ['a mode that there is not', key, mode],
    ['a key in place of a host', key, free],
    ['a URL with user-info', 'redis://:hunter2@h', free],
    ['a URL with a lone user-info', 'nats://token@h', free],
    ['a public URL with user-info', 'https://ops:hunter2@h/', url],
    ['a URL with a token in its path', `https://h/${key}`, url],
    ['a UUID', '6f9619ff-8b86-d011-b42d-00c04fc964ff', free],
    ['JSON', '{"password":"x"}', free],
    ['lines', 'a\nb', free],
    ['a token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', free],
  ])('%s', (_, value, declared) => {
    expect(isShowable(value, [declared])).toBe(false)
  })

  it('whatever it looks like, when no pack declares it or one calls it secret', () => {
    expect(isShowable('9100', [])).toBe(false)
    expect(isShowable('9100', [port, declaration({ exposure: 'secret' })])).toBe(false)
    expect(isShowable('9100', [port, declaration({ exposure: 'dsn' })])).toBe(false)
  })

  it('when it has the form for one pack and not for the other', () => {
    expect(isShowable('strict', [free, mode])).toBe(true)
    expect(isShowable('lenient', [free, mode])).toBe(false)
  })
})
