import { afterEach, expect, it } from 'vitest'
import { missingPrerequisite } from '../../src/cli/prerequisites.js'

const home = process.env['HOME']
afterEach(() => {
  if (home === undefined) delete process.env['HOME']
  else process.env['HOME'] = home
})

it('nothing is missing in ordinary surroundings', () => {
  expect(missingPrerequisite()).toBeUndefined()
})

it.each([
  ['', 'HOME is empty'],
  ['home', 'HOME is not an absolute path'],
])('HOME=%s', (value, message) => {
  process.env['HOME'] = value
  expect(missingPrerequisite()).toMatchObject({ message })
})

it.runIf(process.geteuid?.() === 0)('no HOME, and a user whom the system does not know', () => {
  delete process.env['HOME']
  process.seteuid?.(54_321)
  try {
    expect(missingPrerequisite()?.message).toMatch(/^HOME is not set, and the user database has no entry for user/)
  } finally {
    process.seteuid?.(0)
  }
})
