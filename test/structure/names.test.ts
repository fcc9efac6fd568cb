import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../src')

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** A kind has the name of its file, and each sort of kind exports its units under one name. */
const folderOfKinds =
  /^(?:checks\/probes|incidents\/collectors|reports|reports\/requirements|runbooks\/actions)\/[^/]+$/
const namesOfKinds = ['probe', 'selfTest', 'collector', 'action', 'reporter', 'driver']

/** What occurs more than once, with where. */
function repeated(found: readonly (readonly [name: string, file: string])[]): Readonly<Record<string, string[]>> {
  const places = new Map<string, string[]>()
  for (const [name, file] of found) places.set(name, [...(places.get(name) ?? []), file])
  return Object.fromEntries([...places].filter(([, where]) => where.length > 1))
}

it('an exported name is defined once', () => {
  const defined = /^export (?:abstract |async )*(?:function\*?|const|class|interface|type|let|enum) (\w+)/gm
  const found = files.flatMap((file) =>
    // The signatures of an overloaded function are one name.
    [...new Set([...readFileSync(join(root, file), 'utf8').matchAll(defined)].map(([, name = '']) => name))]
      .filter((name) => !namesOfKinds.includes(name))
      .map((name) => [name, file] as const),
  )
  expect(found.length).toBeGreaterThan(1000)
  expect(repeated(found)).toEqual({})
})

it('a file has a name of its own', () => {
  const found = files.filter((file) => !folderOfKinds.test(file)).map((file) => [basename(file), file] as const)
  expect(repeated(found)).toEqual({})
})
