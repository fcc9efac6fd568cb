import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../src/checks/settings.js'
import { loadPacks } from '../../../src/checks/list-checks.js'
import { allAlerts } from '../../../src/alerts/alert-options.js'
import { alertFile, compiledSite, priorities } from '../site.js'

it('loads an alert with its defaults', async () => {
  const { alerts, problems } = await compiledSite(alertFile('when: [site/files/there]'))
  expect(problems).toEqual([])
  expect(alerts).toMatchObject([
    {
      id: 'site/gone',
      rounds: 1,
      priority: { name: 'P0', rank: 0, call: 'the engineer on call', within: '5 minutes' },
      conditions: [{ kind: 'status', check: 'site/files/there', on: new Set(['fail']), figure: undefined }],
      response: { runbook: 'site/restore', parameters: {} },
      escalate: [],
    },
  ])
})

it('loads every key', async () => {
  const { alerts, problems } = await compiledSite(`${priorities}alerts:
  gone:
    title: the mark is gone
    why: everything hangs on it
    priority: P1
    for: 3
    when:
      - { check: site/files/small, on: [warn, fail], value: facts.size, limit: inputs.most, unit: bytes }
      - { check: site/files/there, grows: { figure: facts.size, process: facts.mode, rounds: 4, above: 10 }, unit: bytes }
    response: { runbook: site/restore, params: { name: x, count: 2, really: true } }
    escalate: [{ after: 30m, call: the lead }]
    source: docs/ops.md
`)
  expect(problems).toEqual([])
  expect(alerts).toMatchObject([
    {
      rounds: 3,
      priority: { rank: 1, within: '' },
      conditions: [
        { kind: 'status', on: new Set(['warn', 'fail']), figure: { unit: 'bytes', limit: { source: 'inputs.most' } } },
        { kind: 'growth', rounds: 4, above: 10, unit: 'bytes', figure: { source: 'facts.size' } },
      ],
      response: { parameters: { name: 'x', count: '2', really: 'true' } },
      escalate: [{ after: 1_800_000, call: 'the lead' }],
    },
  ])
})

describe('refuses, with its place', () => {
  it.each<[string, string, RegExp]>([
    [
      'a check that does not exist',
      'when: [site/files/ther]',
      /^7:12 unknown-check: unknown check site\/files\/ther \(did you mean site\/files\/there\?\)$/,
    ],
    [
      'error, which is never an alarm',
      'when: [{ check: site/files/there, on: [error] }]',
      /^7:\d+ \S+: .*(warn|timeout)/,
    ],
    ['an empty list', 'when: []', /^7:\d+ \S+: /],
    ['no statuses', 'when: [{ check: site/files/there, on: [] }]', /^7:\d+ \S+: /],
    ['an unknown key', 'when: [site/files/there]\n    escalte: x', /^8:5 unknown-key: .* \(did you mean escalate\?\)$/],
    ['an unknown key of a condition', 'when: [{ check: site/files/there, onn: [fail] }]', /^7:\d+ unknown-key: .*onn/],
    ['a misspelt fact', 'when: [{ check: site/files/there, value: facts.siz }]', /^7:\d+ \S+: .*siz/],
    [
      'a figure that is no figure',
      'when: [{ check: site/files/there, value: "[1]" }]',
      /^7:\d+ figure-type: .*list.*expected string, int, double or bool$/,
    ],
    [
      'growth of a text',
      'when: [{ check: site/files/there, grows: { figure: facts.mode, process: facts.mode, rounds: 2, above: 1 } }]',
      /^7:\d+ figure-type: .* string; expected int or double$/,
    ],
    [
      'a secret',
      'when: [{ check: site/files/there, value: env.TOKEN }]',
      /secret-in-figure: an alert cannot show env\.TOKEN/,
    ],
    ['a limit without a value', 'when: [{ check: site/files/there, limit: inputs.most }]', /a limit needs a value/],
    ['no rounds at all', 'when: [site/files/there]\n    for: 0', /^8:\d+ \S+: /],
    ['a runbook that is not an id', 'when: [site/files/there]\n    for: 1\n    why: ""', /^9:\d+ \S+: /],
  ])('%s', async (_, keys, problem) => {
    const { alerts, problems } = await compiledSite(alertFile(keys))
    expect(alerts).toBeUndefined()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(problem)
  })

  it('a priority that the file does not declare, and what is missing', async () => {
    const { problems } = await compiledSite(`${priorities}alerts: { gone: { title: it is gone, priority: P9 } }\n`)
    expect(problems).toEqual([
      '2:11 missing-key: when is missing',
      '2:11 missing-key: response is missing',
      expect.stringMatching(/^2:\d+ unknown-priority: unknown priority P9/),
    ])
  })

  it('a file without alerts or priorities', async () => {
    expect((await compiledSite('alerts: {}\n')).problems).toEqual([
      '1:1 missing-key: priorities is missing',
      '1:1 nothing-declared: alerts is empty',
    ])
    expect((await compiledSite('[]\n')).problems).toEqual(['1:1 wrong-type: a file of alerts is a mapping'])
  })
})

it('the alerts that ship compile, and each names a runbook', async () => {
  const options = { checks: [], noBuiltin: false, config: undefined }
  const configuration = await readConfiguration(options)
  const alerts = await allAlerts({ ...options, alerts: [] }, configuration, await loadPacks(options, configuration))
  expect(alerts.filter(({ system }) => system === 'arqonbus').map(({ id }) => id)).toEqual([
    'arqonbus/service-down',
    'arqonbus/connections',
    'arqonbus/storage',
    'arqonbus/memory-growth',
    'arqonbus/websocket-timeouts',
  ])
})
