import { expect, it } from 'vitest'
import { changedFacts } from '../../src/checks/result/result-difference/fact-differences.js'
import { sinceLastGood } from '../../src/incidents/build-incident.js'
import { checkResult, resultOf } from './documents.js'

const red = checkResult('demo/datastores/redis', {
  status: 'fail',
  facts: { version: '6.2.1', problem: { code: 'none' }, roles: ['master'] },
})

it('tells since when, and which facts are others', () => {
  const good = resultOf([
    checkResult('demo/datastores/redis', {
      facts: { version: '7.0.15', problem: { code: 'none' }, roles: ['master'] },
    }),
  ])
  expect(sinceLastGood(red, good)).toEqual({
    since: '2026-01-02T03:04:07.000Z',
    changes: [{ fact: 'version', was: '7.0.15', is: '6.2.1' }],
  })
})

it.each([
  ['no earlier result is known', undefined],
  ['the check was not in it', resultOf([])],
  ['it was red then as well', resultOf([red])],
])('says nothing when %s', (_case, good) => {
  expect(sinceLastGood(red, good)).toEqual({ since: null, changes: [] })
})

it('leaves out the output of programs, which is whole in both results', () => {
  const before = resultOf([checkResult('demo/gates/t', { facts: { stdout: 'one\ntwo\n', exitCode: 0 } })])
  const after = checkResult('demo/gates/t', { status: 'fail', facts: { stdout: 'one\n', exitCode: 1 } })
  expect(sinceLastGood(after, before).changes).toEqual([{ fact: 'exitCode', was: 0, is: 1 }])
})

it('compares nested facts by path, lists as a whole, and what is only on one side', () => {
  expect(changedFacts({ a: { b: 1, c: [1, 2] }, gone: true }, { a: { b: 2, c: [2, 1] }, come: 'x' })).toEqual([
    { fact: 'a.b', was: 1, is: 2 },
    { fact: 'a.c', was: [1, 2], is: [2, 1] },
    { fact: 'gone', was: true, is: null },
    { fact: 'come', was: null, is: 'x' },
  ])
})

it('is not led astray by facts with the names of object members', () => {
  expect(changedFacts(JSON.parse('{"constructor": 1, "__proto__": 2}'), {})).toEqual([
    { fact: 'constructor', was: 1, is: null },
    { fact: '__proto__', was: 2, is: null },
  ])
})
