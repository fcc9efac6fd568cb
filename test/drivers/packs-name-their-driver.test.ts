import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { driverNamed, driverNames } from '../../src/drivers/known.js'

interface PackFile {
  readonly variables?: Readonly<Record<string, { readonly reads?: readonly string[]; readonly schemes?: readonly string[]; readonly driver?: string }>>
  readonly checks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const root = join(import.meta.dirname, '../../checks')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({ file, document: parse(readFileSync(join(root, file), 'utf8')) as PackFile }))
const protocols = new Set(driverNames().map((name) => driverNamed(name).protocol))

describe('the packs that ship', () => {
  it('name the driver of every URL that a known driver could read', () => {
    const urls = files.flatMap(({ document }) => Object.entries(document.variables ?? {}).filter(([, { reads }]) => reads?.includes('url')))
    expect(urls.length).toBeGreaterThan(2)
    const readable = (schemes: readonly string[] = []) => driverNames().some((name) => schemes.every((scheme) => driverNamed(name).schemes.includes(scheme)))
    expect(urls.filter(([, { schemes, driver }]) => readable(schemes) && driver === undefined).map(([name]) => name)).toEqual([])
  })

  it('name it in every check that connects by one', () => {
    const calls = files.flatMap(({ document }) =>
      Object.entries(document.checks ?? {}).flatMap(([id, check]) => [...protocols].filter((protocol) => protocol in check).map((protocol) => ({ id, call: check[protocol] as { readonly driver?: string } }))),
    )
    expect(calls.length).toBeGreaterThan(1)
    expect(calls.filter(({ call }) => call.driver === undefined).map(({ id }) => id)).toEqual([])
  })
})
