import { expect, it } from 'vitest'
import { expressionCompiler } from '../../src/definitions/expression/compile-expression.js'
import { Problems } from '../../src/definitions/yaml-node.js'
import type { FactType } from '../../src/base/facts.js'
import { judge } from '../../src/engine/judge.js'
import { surroundings, template } from '../checks/run/builders.js'

const text: FactType = { type: 'map', of: { type: 'string' } }
const compiler = expressionCompiler({ env: text, vars: text, inputs: text, facts: text })
const around = surroundings({
  scope: { vars: {}, env: { PW: 'canary', GUESS: 'canary', OPEN: 'x' }, inputs: { copy: 'canary' }, profile: 'prod' },
  variables: {
    PW: { reads: [], exposure: 'secret' },
    GUESS: { reads: [], exposure: 'public' },
    OPEN: { reads: [], exposure: 'public' },
  },
  secretInputs: new Set(),
})

const failing = (source: string, message?: string) => {
  const that = compiler.compile({ text: source, at: () => ({ file: 'a.yaml', line: 1, column: 1 }) }, new Problems())!
  return judge(
    [
      {
        that,
        message: message === undefined ? undefined : template(() => 'the message', [message]),
        isTransient: false,
      },
    ],
    {},
    { scope: around.scope, visibility: around },
  )
}

it.each([
  'env.PW != env.GUESS',
  'env.GUESS != env.PW',
  'env.PW != (has(env.OPEN) ? env.GUESS : "")',
  'env.OPEN == "y" || env.PW != env.GUESS',
])('what is the same as a hidden value is hidden with it: %s', (source) => {
  const judgement = failing(source)
  expect(judgement).toMatchObject({ status: 'fail' })
  expect(JSON.stringify(judgement)).not.toContain('canary')
  expect(failing(source, 'env.GUESS')).toMatchObject({ message: expect.not.stringContaining('the message') as string })
})

it('what is compared with nothing hidden is shown', () => {
  expect(failing('env.OPEN != env.OPEN || env.PW == ""')).toMatchObject({
    failedExpectations: [{ values: { 'env.OPEN': 'x' } }],
  })
  expect(failing('env.OPEN == env.GUESS', 'env.OPEN')).toMatchObject({
    message: 'the message',
    failedExpectations: [{ values: { 'env.OPEN': 'x', 'env.GUESS': 'canary' } }],
  })
})
