import { expect, it } from 'vitest'
import { problemsOf } from './books.js'

const book = (step: string) =>
  `title: t\nparameters:\n  url: { type: secret, variable: URL, description: the database }\nsteps:\n  - id: a\n    effect: idempotent\n    ${step}\n`

it.each([
  [
    'sql: { database: "${{ params.url }}", statements: [{ text: SELECT 1 }, { text: create index concurrently i on t (n) }] }',
    'sql.statements[1].text: CREATE INDEX CONCURRENTLY cannot run in a transaction: write transaction: false',
  ],
  [
    'sql: { database: "${{ params.url }}", statements: [{ text: COMMIT }] }',
    'sql.statements[0].text: COMMIT would begin or end a transaction; the step already runs in one',
  ],
  [
    'sql: { database: "${{ params.url }}", transaction: false, statements: [{ text: BEGIN }] }',
    'sql.statements[0].text: BEGIN would begin or end a transaction; leave out transaction: false to run all statements in one',
  ],
  [
    'sql: { database: "${{ params.url }}", statements: [{ text: "-- nothing" }] }',
    'sql.statements[0].text: it contains no statement',
  ],
  [
    'run: { argv: [timeout, "5", redis-cli, PING], redis: "${{ params.url }}" }',
    'run.argv[0]: redis is for redis-cli and valkey-cli, which take their options behind their name; for another program, write a shell script in which redis-cli "$@" is called',
  ],
  [
    'run: { argv: [psql], postgres: "${{ params.url }}", environment: { PGHOST: h } }',
    'run.environment.PGHOST: postgres sets PGHOST: leave it out',
  ],
  ['run: { argv: [psql, "${{ params.url }}"] }', 'params.url is a secret, which run.argv[1] must not contain'],
  ['run: { argv: [a, b, c, d, 5] }', 'run.argv[4]: expected text, found a number'],
  ['run: { argv: [a, "${{ 5 }}"] }', 'the expression gives int, but run.argv[1] must be string'],
])('%s is refused', async (step, message) => {
  expect(await problemsOf({ 'arq/one.yaml': book(step) })).toEqual([expect.stringContaining(`: ${message}`)])
})

it.each([
  'sql: { database: "${{ params.url }}", transaction: false, statements: [{ text: VACUUM }] }',
  'run: { argv: [redis-cli, PING], redis: "${{ params.url }}" }',
  'run: { argv: [psql], postgres: { url: "${{ params.url }}", service-home: /home/bus } }',
  'run: { shell: \'redis-cli "$@" PING\', redis: { url: "${{ params.url }}", driver: redis-py } }',
])('%s compiles', async (step) => {
  expect(await problemsOf({ 'arq/one.yaml': book(step) })).toEqual([])
})
