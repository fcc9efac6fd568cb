import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compiled } from '../compiled.js'
import { isDeep } from '../property-runs.js'
import type { Filling } from './support/characters-read.js'

/** Characters of the longer text. */
const length = isDeep ? 2 ** 20 : 2 ** 17
/** What a text may be full of so that a shape begins again and again, and never ends. */
const UNITS: readonly string[] = [
  '\\',
  '"',
  "'",
  '\\"',
  '\\\\\\"name\\\\\\":',
  'name: X_TOKEN\n  value: ',
  'name:X_TOKEN,value:',
  'value: a\n  name: ',
  'value: ',
  'value:\\\\\\"',
  'name: a b: ',
  'key: A, type: b, ',
  'key=a\\n',
  'token=null ',
  'token: ',
  'token',
  'password=\\',
  'password: |\n  ',
  '"token": "',
  'authorization: ',
  '"cookie": ',
  'AUTH ',
  'AUTH\\" ',
  'AUTH\\" \\"a ',
  'user a on ',
  'user a >b on ',
  'user a >',
  'user ',
  'SETUSER ',
  'requirepass ',
  'requirepass\\n',
  'auth-pass ',
  'set a auth-pass ',
  'set \\',
  'CONNECT {',
  'CONNECT {"sig":"',
  '"sig":"',
  '"sig":"a","jwt":"b",',
  '"jwt":"',
  '("a_token", ',
  '[\\"A_TOKEN\\",',
  '--password\\",',
  '--token ',
  '-cli -',
  '-----BEGIN PRIVATE KEY-----\n',
  '-----END PRIVATE KEY-----',
  'eyJ',
  'eyJ.',
  '<token>',
  '<a name="token" ',
  'ENV A_TOKEN ',
  'A_TOKEN = a -> ',
  '://a:',
  '://a@',
  '@tcp(',
  'machine a login b ',
  'a:1:b:c:',
  'name: "auth", args: [ ',
  '"auth": "',
  'SU',
  ' '.repeat(64),
  '\n'.repeat(64),
]

/** What was looked at in half of a text of each unit, and in all of it. */
let read: readonly (readonly [half: number, whole: number])[]

beforeAll(() => {
  const fillings: readonly Filling[] = UNITS.map((unit) => ({ unit, length }))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [compiled(join(import.meta.dirname, 'support/characters-read.ts'))],
    { input: JSON.stringify(fillings), encoding: 'utf8', maxBuffer: 1024 ** 2 },
  )
  expect(stderr).toBe('')
  read = JSON.parse(stdout) as typeof read
})

describe('the work of looking for shapes grows as the text does', () => {
  test.each(UNITS.map((unit, index) => [unit, index] as const))('in a text full of %j', (_, index) => {
    const [half, whole] = read[index]!
    expect(half).toBeGreaterThan(0)
    expect(whole).toBeLessThan(2.2 * half)
    expect(whole / length).toBeLessThan(500)
  })
})
