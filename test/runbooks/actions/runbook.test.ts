import { expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/runbook.js'
import { hostileValues, noEnvironment } from './perform.js'
import { performWith } from './support/step-of-run.js'

it('does nothing itself but name the other runbook', async () => {
  expect(await performWith(action, 'arqonbus/backup')).toEqual({ id: 'arqonbus/backup' })
  expect(await performWith(action, { id: 'arqonbus/data/backup', parameters: { target: '$(touch pwned)' } })).toEqual({
    id: 'arqonbus/data/backup',
  })
  expect(action.describe(action.input.parse({ id: 'arqonbus/backup' }), noEnvironment).lines).toEqual([
    'the steps of arqonbus/backup',
  ])
})

it.each([
  'backup',
  '/arqonbus/backup',
  'arqonbus//backup',
  'arqonbus/../backup',
  'Arqonbus/backup',
  'arqonbus/backup\n',
  'arqonbus/ba\0ckup',
  ...hostileValues,
])('%j is not an id of a runbook', (id) => {
  expect(action.input.safeParse(id).success).toBe(false)
  expect(action.input.safeParse({ id }).success).toBe(false)
})

it('refuses what it does not know', () => {
  expect(action.input.safeParse({ id: 'arqonbus/backup', params: {} }).success).toBe(false)
})
