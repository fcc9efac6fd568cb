import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Entry {
  readonly dev?: boolean
  readonly license?: string
  readonly hasInstallScript?: boolean
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>
}
const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)

/**
 * Licences that may ship with a program under the Apache licence. Another one is looked at by a person before it stands
 * here.
 */
const accepted = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Unlicense',
  '(MIT OR CC0-1.0)',
  '0BSD',
  'Python-2.0',
])

it('brings only licences along that were looked at', () => {
  expect(shipped.length).toBeGreaterThan(100)
  expect(
    shipped
      .filter(([, { license }]) => license === undefined || !accepted.has(license))
      .map(([path, { license }]) => `${path}: ${license}`),
  ).toEqual([])
})

it('runs nothing of others when it is installed', () => {
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path)).toEqual([])
})
