import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { driverNames } from '../../src/drivers/known.js'

const root = join(import.meta.dirname, '../../checks')

interface PackFile {
  readonly file: string
  readonly variables?: Readonly<Record<string, { readonly driver?: string; readonly exposure?: string; readonly reads?: readonly string[] }>>
  readonly checks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml') && name.includes('/'))
  .map((file): PackFile => ({ file, ...(parse(readFileSync(join(root, file), 'utf8')) as object) }))

/** Protocols for which a client library's reading is known. */
const protocols = (['redis', 'postgres', 'nats'] as const).filter((protocol) => driverNames(protocol).length > 0)

const probes = files.flatMap(({ file, checks = {} }) =>
  Object.entries(checks).flatMap(([key, check]) => protocols.filter((protocol) => protocol in check).map((protocol) => ({ id: `${file} ${key}`, protocol, probe: check[protocol] as { readonly driver?: string } }))),
)

it('finds the probes and the drivers', () => {
  expect(protocols).toContain('redis')
  expect(probes.length).toBeGreaterThanOrEqual(5)
})

it.each(probes)('$id names the client library of its target', ({ protocol, probe }) => {
  expect(driverNames(protocol)).toContain(probe.driver)
})

it('every URL of a datastore is read by the client library of its target', () => {
  const unnamed = files.flatMap(({ file, variables = {} }) =>
    Object.entries(variables)
      .filter(([name, { driver, exposure, reads = [] }]) => exposure === 'dsn' && reads.includes('url') && driver === undefined && protocols.some((protocol) => name.toLowerCase().includes(protocol)))
      .map(([name]) => `${file}: ${name}`),
  )
  expect(unnamed).toEqual([])
})
