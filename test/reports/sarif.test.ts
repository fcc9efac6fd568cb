import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { reporter } from '../../src/reports/sarif.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean
          readonly exitCode?: number
          readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[]
        },
      ]
      readonly results: readonly Result[]
    },
  ]
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly [Location]
  readonly relatedLocations?: readonly Location[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions?: readonly { readonly justification: string }[]
}

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region?: { readonly startLine: number }
  }
}

/**
 * The schema is of draft 4; nothing in it means another thing in the draft that Ajv knows, apart from the place of its
 * name.
 */
function validator(): ReturnType<Ajv['compile']> {
  const published = JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/schemas/sarif-2.1.0.json'), 'utf8'),
  ) as Record<string, unknown>
  const schema = Object.fromEntries(Object.entries(published).filter(([key]) => key !== '$schema' && key !== 'id'))
  expect(JSON.stringify(schema)).not.toMatch(/"exclusiveM\w+":(true|false)/)
  const ajv = new Ajv({ strict: false, unicodeRegExp: false })
  ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:[!#-;=?-[\]_a-z~%]*$/i)
  ajv.addFormat('uri-reference', /^[!#-;=?-[\]_a-z~%]*$/i)
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  return ajv.compile(schema)
}

const render = (document: ResultDocument): Log => JSON.parse(reporter.render(document, fileStyle)) as Log

it('keeps to the published schema, whatever the document holds', async () => {
  const validate = validator()
  for (const [name, document] of await everyDocumentAndHostileOnes()) {
    expect([validate(render(document)), validate.errors], name).toEqual([true, null])
  }
  expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false)
})

describe('results', () => {
  it('are of rules that exist, with a place and a fingerprint of their own', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const [{ results, tool }] = render(document).runs
      for (const result of results) {
        expect(tool.driver.rules[result.ruleIndex]?.id, name).toBe(result.ruleId)
        expect(result.locations).toHaveLength(1)
      }
      expect(
        new Set(results.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash'])).size,
        name,
      ).toBe(results.length)
    }
  })

  it('have an error exactly when the exit code is not 0, or a warning that counts', async () => {
    for (const [name, document] of await everyDocument()) {
      const [{ results }] = render(document).runs
      expect(
        results.some(({ level }) => level === 'error'),
        name,
      ).toBe(document.exitCode !== 0)
    }
  })

  it('point to the definition, and to the line of the environment file', async () => {
    const [{ results }] = render(new Map(await everyDocument()).get('every-status')!).runs
    const failure = results.find(({ ruleId }) => ruleId === 'demo/config/fails')!
    expect(failure.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'checks/demo/a.yaml' },
      region: { startLine: 1 },
    })
    expect(failure.relatedLocations).toEqual([
      expect.objectContaining({
        id: 1,
        physicalLocation: { artifactLocation: { uri: 'production.env' }, region: { startLine: 7 } },
      }),
    ])
    expect(failure.message.text).toContain('[where INFRA_PROTOCOL is set](1)')
  })

  it('of a waived check are suppressed with the reason', async () => {
    const [{ results }] = render(new Map(await everyDocument()).get('waived')!).runs
    expect(results).toMatchObject([
      {
        level: 'note',
        suppressions: [{ status: 'accepted', justification: expect.stringContaining('OPS-1') as string }],
      },
    ])
  })

  it('of equal problems are distinguished', async () => {
    const document = new Map(await everyDocument()).get('invalid')!
    const [{ results }] = render({
      ...document,
      diagnostics: [1, 2].map((line) => ({ ...document.diagnostics![0]!, line })),
    }).runs
    expect(results.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash']?.slice(16))).toEqual(
      [':1', ':2'],
    )
  })

  it('keep their fingerprint when the check moves or meets something else', async () => {
    const document = new Map(await everyDocument()).get('every-status')!
    const moved = {
      ...document,
      checks: document.checks.map((check) => ({
        ...check,
        message: 'another',
        definition: { file: 'checks/demo/b.yaml', line: 9 },
      })),
    }
    const prints = (log: Log) =>
      log.runs[0].results.map(({ ruleId, partialFingerprints }) => [ruleId, partialFingerprints])
    expect(prints(render(moved))).toEqual(prints(render(document)))
  })
})

describe('the invocation', () => {
  it.each([
    ['go', true, 0],
    ['every-status', true, 1],
    ['invalid', false, 3],
    ['not-evaluated', false, 4],
    ['warnings-count', true, 5],
    ['gap', false, 70],
    ['interrupted', false, 130],
    ['killed', false, undefined],
  ])('%s: successful %s, exit code %s', async (spec, executionSuccessful, exitCode) => {
    const [{ invocations }] = render(new Map(await everyDocument()).get(spec)!).runs
    expect([invocations[0].executionSuccessful, invocations[0].exitCode]).toEqual([executionSuccessful, exitCode])
  })

  it('reports every problem for which nothing ran', async () => {
    const [{ invocations }] = render(new Map(await everyDocument()).get('invalid')!).runs
    expect(invocations[0].toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      expect.stringContaining('nothing ran: 2 problems') as string,
      'unknown key expct: did you mean expect?',
      'demo/config/a is declared twice',
    ])
  })
})

it('paths are URI references, whatever their names hold', async () => {
  const document = new Map(await everyDocument()).get('every-status')!
  const at = (file: string) =>
    render({
      ...document,
      checks: document.checks.slice(1, 2).map((check) => ({ ...check, definition: { file, line: 1 } })),
    }).runs[0].results.at(-1)!.locations[0].physicalLocation.artifactLocation.uri
  expect(['./checks/a b.yaml', '/srv/packs/ä.yaml', 'c:/x?y#z.yaml', '../other/x.yaml'].map(at)).toEqual([
    'checks/a%20b.yaml',
    'file:///srv/packs/%C3%A4.yaml',
    'c%3A/x%3Fy%23z.yaml',
    '../other/x.yaml',
  ])
})
