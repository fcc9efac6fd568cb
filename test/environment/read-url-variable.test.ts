import { describe, expect, it } from 'vitest'
import { driverNamed, driverNames } from '../../src/net/drivers/known.js'
import { noSurroundings } from '../../src/net/drivers/driver.js'
import { readVariable } from '../../src/environment/read-variable.js'
import { variableSchema, type VariableDeclaration } from '../../src/environment/variable-reading.js'

const declared: VariableDeclaration = {
  reads: ['url'],
  driver: 'redis-py',
  schemes: ['redis', 'rediss', 'unix'],
  exposure: 'dsn',
}
const read = (raw: string) => readVariable(raw, declared, noSurroundings)

describe('drivers', () => {
  it('are found by their files, and nothing else of the folder is one', () => {
    expect(driverNames()).toContain('redis-py')
    expect(driverNames('redis')).toEqual(['redis-py'])
    for (const other of ['driver', 'known', 'python-url']) expect(driverNames()).not.toContain(other)
    for (const name of driverNames()) expect(driverNamed(name).name).toBe(name)
    expect(() => driverNamed('none-such')).toThrow('none-such')
  })

  it('are the only names that a declaration takes', () => {
    expect(variableSchema.safeParse(declared).success).toBe(true)
    expect(variableSchema.safeParse({ ...declared, driver: 'none-such' }).success).toBe(false)
  })
})

describe('a URL variable with a driver', () => {
  it('is read into the parts that the driver connects with', () => {
    expect(read('REDISS://10.0.0.9:7000/4?username=marlene&password=pw')).toMatchObject({
      valid: true,
      url: { scheme: 'rediss', host: '10.0.0.9', port: 7000, path: '4', user: 'marlene', hasPassword: true },
    })
    expect(read('redis://h').url).toMatchObject({ host: 'h', port: 0, path: '0', user: '', hasPassword: false })
    expect(read('unix:///run/store.sock?db=2').url).toMatchObject({
      scheme: 'unix',
      host: '',
      port: 0,
      path: 'run/store.sock',
    })
  })

  it('takes what the driver takes and the general rules refuse, and the other way round', () => {
    const general: VariableDeclaration = { reads: ['url'], schemes: ['redis'], exposure: 'dsn' }
    for (const [url, byDriver, byRule] of [
      ['redis://u:p@ss@h', true, false],
      ['redis://h/0?ssl=true', false, true],
      ['redis://u:p[ss@h', false, false],
      ['redis://u:p%5Bss@h', true, true],
    ] as const) {
      expect({ url, valid: read(url).valid }).toEqual({ url, valid: byDriver })
      expect({ url, valid: readVariable(url, general).valid }).toEqual({ url, valid: byRule })
    }
  })

  it('is still held to the schemes that the target accepts, and to being there', () => {
    expect(readVariable('rediss://h', { ...declared, schemes: ['redis'] })).toMatchObject({
      valid: false,
      reason: 'has a scheme other than redis',
    })
    expect(read('')).toMatchObject({ valid: false, reason: 'is empty' })
  })
})
