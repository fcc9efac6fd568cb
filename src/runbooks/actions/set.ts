import { z } from 'zod'
import { anyJson } from '../../base/facts.js'
import { defineStepKind, NotPerformedError } from '../definition/step-kind.js'
import { isOfOutputType, outputTypes } from '../definition/runbook-vocabulary.js'

/** Gives names to values that later steps read. */
export const action = defineStepKind({
  kind: 'set',
  title: 'compute values for later steps',
  description:
    'Each key becomes an output: a value of the declared type, usually an expression over parameters and outputs of earlier steps.',
  input: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(outputTypes).describe('the type of the value'),
      value: z.unknown().describe('the value, usually ${{ … }}'),
    }),
  ),
  facts: z.strictObject({ values: z.record(z.string(), anyJson()).describe('the values, by name') }),
  effects: ['read'],
  expect: ['facts.values.size() > 0'],
  defaultTimeout: 5000,
  structure: 'values',
  examples: [
    {
      title: 'half of a limit',
      input: { lower_limit: { type: 'integer', value: 1024 } },
      expect: 'facts.values.size() == 1',
    },
  ],
  describe: (input) => ({
    lines: Object.entries(input).map(([name, { value }]) => `${name} = ${JSON.stringify(value)}`),
    addresses: [],
    files: [],
  }),
  perform(input) {
    const wrong = Object.entries(input).find(([, { type, value }]) => !isOfOutputType(value, type))
    if (wrong !== undefined) throw new NotPerformedError(`the value of ${wrong[0]} is not of type ${wrong[1].type}`)
    return Promise.resolve({
      values: Object.fromEntries(Object.entries(input).map(([name, { value }]) => [name, value])),
    })
  },
})
