import { z } from 'zod'
import { defineStepKind, NotPerformedError } from '../definition/step-kind.js'

/** Decides for one of several alternatives. */
export const action = defineStepKind({
  kind: 'choose',
  title: 'choose one of several alternatives',
  description:
    'Performs exactly one of the alternatives: the one that `by` names, or the one that the operator chooses. The steps of the others are skipped, and the journal says why.',
  input: z.strictObject({
    by: z
      .string()
      .default('')
      .describe('the name of the alternative, usually ${{ params.NAME }}; empty: the operator is asked'),
    ask: z.string().default('which alternative?').describe('the question to the operator'),
    options: z
      .record(
        z.string(),
        z.strictObject({
          title: z.string().optional().describe('a description of the alternative'),
          steps: z.array(z.unknown()).optional().describe('its steps'),
        }),
      )
      .refine((options) => Object.keys(options).length >= 2, 'expected at least two alternatives')
      .describe('the alternatives, by name'),
  }),
  facts: z.strictObject({ choice: z.string().describe('the name of the alternative that is performed') }),
  effects: ['read'],
  expect: ['facts.choice != ""'],
  defaultTimeout: undefined,
  structure: 'alternatives',
  examples: [
    {
      title: 'by a parameter',
      input: { by: 'script', options: { systemd: { title: 'by systemd' }, script: { title: 'by its script' } } },
      expect: 'facts.choice == "script"',
    },
  ],
  describe: ({ by, ask, options }) => ({
    lines: [
      by === ''
        ? `ask: ${ask} (${Object.keys(options).join(', ')})`
        : `choose ${by} of ${Object.keys(options).join(', ')}`,
    ],
    addresses: [],
    files: [],
  }),
  async perform({ by, ask, options }, { person, signal }) {
    const names = Object.keys(options)
    if (by !== '' && !Object.hasOwn(options, by))
      throw new NotPerformedError(`unknown alternative: expected one of ${names.join(', ')}`)
    if (by !== '') return { choice: by }
    const choice = await person.pick(
      { ask },
      names.map((name) => ({ value: name, title: options[name]!.title ?? name })),
      signal,
    )
    if (!Object.hasOwn(options, choice)) throw new NotPerformedError('the choice is not one of the alternatives')
    return { choice }
  },
})
