import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { driverNamed, driverNames } from '../../../src/net/drivers/known.js'

interface PackFile {
  readonly variables?: Readonly<
    Record<
      string,
      { readonly reads?: readonly string[]; readonly schemes?: readonly string[]; readonly driver?: string }
    >
  >
}

const root = join(import.meta.dirname, '../../..')
const documentsOf = (folder: string): readonly { readonly file: string; readonly document: unknown }[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({
      file: join(folder, file),
      document: parse(readFileSync(join(root, folder, file), 'utf8')) as unknown,
    }))

const packs = documentsOf('checks')

/**
 * What connects by a URL, by the key of its input, with the names of the URL and of its driver there.
 */
const connecting: Readonly<Record<string, readonly [url: string, driver: string]>> = {
  redis: ['url', 'driver'],
  postgres: ['url', 'driver'],
  nats: ['url', 'driver'],
  sql: ['database', 'driver'],
  'redis-info': ['url', 'driver'],
  'postgres-info': ['url', 'driver'],
  'nats-info': ['url', 'driver'],
  relay: ['nats', 'nats-driver'],
}

interface Call {
  readonly kind: string
  readonly place: string
  readonly driver: unknown
}

/**
 * Every input of one of these kinds, however deep it is: in a step, in what verifies it or undoes it, in what is waited
 * for.
 */
function callsIn(node: unknown, place: string): readonly Call[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, below]: [string, unknown]): readonly Call[] => {
    const [url, driver] = connecting[key] ?? []
    const input = below as Readonly<Record<string, unknown>> | null
    const isCall =
      url !== undefined && driver !== undefined && typeof input === 'object' && input !== null && url in input
    return [
      ...(isCall ? [{ kind: key, place: `${place}/${key}`, driver: input[driver] }] : []),
      ...callsIn(below, `${place}/${key}`),
    ]
  })
}

describe('the packs that ship', () => {
  it('name the driver of every URL that a known driver could read', () => {
    const urls = packs.flatMap(({ document }) =>
      Object.entries((document as PackFile).variables ?? {}).filter(([, { reads }]) => reads?.includes('url')),
    )
    expect(urls.length).toBeGreaterThan(2)
    const readable = (schemes: readonly string[] = []) =>
      driverNames().some((name) => schemes.every((scheme) => driverNamed(name).schemes.includes(scheme)))
    expect(
      urls.filter(([, { schemes, driver }]) => readable(schemes) && driver === undefined).map(([name]) => name),
    ).toEqual([])
  })

  it.each([
    ['checks', ['redis', 'postgres', 'nats', 'relay', 'redis-info', 'postgres-info', 'nats-info']],
    ['runbooks', ['redis', 'postgres', 'sql']],
  ])('name it in %s wherever one is connected by', (folder, kinds) => {
    const calls = documentsOf(folder).flatMap(({ file, document }) => callsIn(document, file))
    expect([...new Set(calls.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort())
    expect(
      calls
        .filter(({ driver }) => typeof driver !== 'string' || !driverNames().includes(driver))
        .map(({ place }) => place),
    ).toEqual([])
  })
})
