import { expect, it } from 'vitest'
import { load, problemsOf } from './books.js'

const shared = `host: { type: host, description: where it listens, default: 127.0.0.1 }
port: { type: integer, minimum: 1, maximum: 65535, description: the port, default: 9100 }
address: { type: string, description: both, default: "\${{ params.host }}:\${{ params.port }}" }
page: { type: string, description: a page there, default: "\${{ params.address }}/health" }
token: { type: secret, variable: TOKEN, description: what it asks for }
`
const book = (parameters: string, words = '[]') =>
  `title: t\nparameters: ${parameters}\nsteps:\n  - { id: a, run: { argv: [echo, --], environment: { T: ${words} } }, effect: read }\n`

it('a list names shared parameters, in its own order, and declares those of the runbook', async () => {
  const { runbooks, diagnostics } = await load({
    'arq/parameters.yaml': shared,
    'arq/one.yaml': book(
      '[port, host, address, { patience: { type: integer, description: seconds, default: 3 } }, token]',
      '"${{ params.address }} ${{ params.patience }}"',
    ),
    'arq/two.yaml': book(
      '{ port: { type: integer, description: its own, default: 7 } }',
      '"${{ string(params.port) }}"',
    ),
  })
  expect(diagnostics).toEqual([])
  expect([...runbooks!.keys()]).toEqual(['arq/one', 'arq/two'])
  const one = runbooks!.get('arq/one')!
  expect(one.parameters.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'port integer',
    'host host',
    'address string',
    'patience integer',
    'token secret',
  ])
  expect(one.parameters[0]!.maximum).toBe(65535)
  expect(one.parameters[2]!.default!.resolve({ params: { host: 'h', port: 1 }, inputs: {} })).toBe('h:1')
})

it('what a run records is whole: a change of a shared parameter is a change of the runbooks that name it', async () => {
  const files = { 'arq/parameters.yaml': shared, 'arq/one.yaml': book('[host]', '"${{ params.host }}"') }
  const asMap = book(
    '{ host: { type: host, description: where it listens, default: 127.0.0.1 } }',
    '"${{ params.host }}"',
  )
  const digestOf = async (changed: Readonly<Record<string, string>>) =>
    (await load(changed)).runbooks!.get('arq/one')!.digest
  const before = await digestOf(files)
  expect(before).toBe(await digestOf({ 'arq/one.yaml': asMap }))
  expect(before).not.toBe(await digestOf({ ...files, 'arq/parameters.yaml': shared.replace('127.0.0.1', '127.0.0.2') }))
  expect(before).toBe(await digestOf({ ...files, 'arq/parameters.yaml': shared.replace('9100', '9101') }))
})

it.each([
  ['[hots]', ['books/arq/one.yaml:2 unknown-parameter: unknown shared parameter hots (did you mean host?)']],
  ['[host, host]', ['books/arq/one.yaml:2 duplicate-parameter: the parameter host is named twice: name it once']],
  [
    '[host, { host: { type: host, description: x, default: h } }]',
    ['books/arq/one.yaml:2 duplicate-parameter: the parameter host is named twice: name it once'],
  ],
  [
    '[page]',
    ['host', 'port', 'address'].map(
      (name) => `books/arq/one.yaml:2 missing-parameter: page reads ${name} for its default: name ${name} before it`,
    ),
  ],
  [
    '[host, 7]',
    [
      'books/arq/one.yaml:2 wrong-type: expected the name of a shared parameter, or a mapping that declares one of this runbook',
    ],
  ],
  ['[{ own: { type: integer } }]', ['books/arq/one.yaml:2 missing-key: description is missing']],
  ['host', ['books/arq/one.yaml:2 wrong-type: parameters: expected a mapping, found text']],
])('parameters: %s', async (parameters, problems) => {
  expect(await problemsOf({ 'arq/parameters.yaml': shared, 'arq/one.yaml': book(parameters, 'x') })).toEqual(problems)
})

it('says what is missing where a system shares none', async () => {
  expect(await problemsOf({ 'arq/one.yaml': book('[host]', 'x') })).toEqual([
    'books/arq/one.yaml:2 unknown-parameter: host cannot be shared: the folder of the system has no parameters.yaml (declare it: - host: { type: …, description: … })',
  ])
})

it.each([
  ['port: { type: integer, description: x, default: nine }\n', /^books\/arq\/parameters\.yaml:1 parameter-default: /],
  ['a: { type: string, description: x, default: "${{ params.b }}" }\n', /^books\/arq\/parameters\.yaml:1 /],
  ['- host\n', /^books\/arq\/parameters\.yaml:1 wrong-type: a file of shared parameters is a mapping/],
  [
    'title: t\nsteps: []\n',
    /^books\/arq\/parameters\.yaml:2 misplaced-file: parameters\.yaml holds the parameters .* give the runbook another name$/,
  ],
])('a mistake in the shared file is found, be it used or not: %j', async (text, message) => {
  const files = { 'arq/parameters.yaml': text, 'arq/one.yaml': book('{}', 'x') }
  expect(await problemsOf(files)).toEqual([expect.stringMatching(message)])
})

it('only the folder of the system has such a file', async () => {
  const { runbooks } = await load({ 'arq/deep/parameters.yaml': book('{}', 'x'), 'arq/one.yaml': book('{}', 'x') })
  expect([...runbooks!.keys()]).toEqual(['arq/deep/parameters', 'arq/one'])
})
