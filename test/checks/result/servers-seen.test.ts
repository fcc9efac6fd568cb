import { expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { serversSeen } from '../../../src/checks/run-context/judged-inputs.js'
import { definition } from '../run/builders.js'
import { definitionsOf } from '../deployment.js'

const check = (id: string, facts: Readonly<Record<string, unknown>>) => ({ id, facts })
const result = (...checks: readonly ReturnType<typeof check>[]) => ({ checks }) as unknown as ResultDocument
const base = definitionsOf()
const known = (id: string, kind: string) =>
  [id, definition({ id, probe: { kind, input: { references: [], resolve: () => ({}) } } })] as const
const definitions = {
  ...base,
  checks: new Map([
    known('a/datastores/sql', 'postgres'),
    known('a/datastores/bus', 'nats'),
    known('a/runtime/version', 'http'),
  ]),
}

it('finds the version of each server once, with what it calls itself or the kind that saw it', () => {
  const document = result(
    check('a/datastores/hot', { server: 'valkey', version: '8.0.1' }),
    check('a/datastores/hot-again', { server: 'valkey', version: '8.0.1' }),
    check('a/datastores/sql', { serverVersion: 150018, serverVersionText: '15.18 (Debian)' }),
    check('a/datastores/bus', { serverVersion: '2.10.7', serverName: 'n1' }),
    check('a/runtime/version', { isJson: true, json: { service: 'bus', version: '1.4.0' } }),
    check('other/runtime/elsewhere', { version: '3' }),
  )
  expect(serversSeen(document, definitions)).toEqual([
    { name: 'valkey', version: '8.0.1', check: 'a/datastores/hot' },
    { name: 'postgres', version: '15.18 (Debian)', check: 'a/datastores/sql' },
    { name: 'nats', version: '2.10.7', check: 'a/datastores/bus' },
    { name: 'bus', version: '1.4.0', check: 'a/runtime/version' },
    { name: 'elsewhere', version: '3', check: 'other/runtime/elsewhere' },
  ])
})

it('takes nothing for a version that was not reached, is not text or is not of the facts themselves', () => {
  const document = result(
    check('a/datastores/hot', { server: '', version: '' }),
    check('a/datastores/sql', { serverVersion: 0, serverVersionText: '' }),
    check('a/runtime/version', { json: ['version'] }),
    check('a/runtime/null', { json: null }),
    check('a/runtime/own', Object.create({ version: '1' }) as Record<string, unknown>),
  )
  expect(serversSeen(document, definitions)).toEqual([])
})
