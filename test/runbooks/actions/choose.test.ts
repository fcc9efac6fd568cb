import { describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/choose.js'
import { UnansweredError } from '../../../src/engine/person.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { hostileValues, noEnvironment } from './perform.js'
import { scriptedPerson } from './support/scripted-person.js'
import { performWith } from './support/step-of-run.js'

const options = { systemd: { title: 'by systemd', steps: [{ id: 'a' }] }, script: { steps: [] } }

describe('by a parameter', () => {
  it('takes the alternative of that name and asks no one', async () => {
    const person = scriptedPerson('systemd')
    expect(await performWith(action, { by: 'script', options }, { person })).toEqual({ choice: 'script' })
    expect(person.asked).toEqual([])
  })

  it.each([
    'Script',
    'scripts',
    'constructor',
    '__proto__',
    'toString',
    ' script',
    'script\0',
    ...hostileValues.filter((value) => value !== ''),
  ])('%j is none: nothing is chosen', async (by) => {
    await expect(performWith(action, { by, options }, { person: scriptedPerson('systemd') })).rejects.toThrow(
      new NotPerformedError('unknown alternative: expected one of systemd, script'),
    )
  })
})

describe('by the operator', () => {
  it('asks with the titles, the name where there is none', async () => {
    const person = scriptedPerson('script')
    expect(await performWith(action, { ask: 'how is it run?', options }, { person })).toEqual({ choice: 'script' })
    expect(person.asked).toEqual(['pick systemd=by systemd,script=script: how is it run?'])
  })

  it('does not choose without an answer', async () => {
    await expect(performWith(action, { options }, { person: scriptedPerson() })).rejects.toThrow(UnansweredError)
    await expect(
      performWith(action, { options }, { person: scriptedPerson('script'), signal: AbortSignal.abort() }),
    ).rejects.toThrow(UnansweredError)
  })

  it('believes no answer that is not an alternative', async () => {
    await expect(performWith(action, { options }, { person: scriptedPerson('third') })).rejects.toThrow(
      NotPerformedError,
    )
  })
})

it('takes at least two alternatives', () => {
  expect(action.input.safeParse({ options: { only: { steps: [] } } }).success).toBe(false)
  expect(action.input.safeParse({ options }).success).toBe(true)
  expect(action.input.safeParse({ options, otherwise: 'script' }).success).toBe(false)
})

it('says what would be asked or chosen', () => {
  expect(action.describe(action.input.parse({ ask: 'how?', options }), noEnvironment).lines).toEqual([
    'ask: how? (systemd, script)',
  ])
  expect(action.describe(action.input.parse({ by: 'script', options }), noEnvironment).lines).toEqual([
    'choose script of systemd, script',
  ])
})
