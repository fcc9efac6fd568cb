import { z } from 'zod'
import { defineStepKind } from '../definition/step-kind.js'

const id = () =>
  z
    .string()
    .regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)+$/, 'expected the id of a runbook')
    .meta({ preflight: 'literal' })
const input = z.union([
  id().describe('the id of the other runbook'),
  z.strictObject({
    id: id().describe('the id of the other runbook'),
    parameters: z.record(z.string(), z.unknown()).default({}).describe('its parameters, by name'),
  }),
])
const idOf = (given: z.output<typeof input>): string => (typeof given === 'string' ? given : given.id)

/** Carries out the steps of another runbook in this place. */
export const action = defineStepKind({
  kind: 'runbook',
  title: 'run another runbook',
  description:
    'The steps of the other runbook are part of this run: they are in its plan and its journal, and are resumed and undone with it. Its parameters are passed to it; its outputs are not passed back.',
  input,
  facts: z.strictObject({ id: z.string().describe('the id of the other runbook') }),
  effects: ['read'],
  expect: ['facts.id != ""'],
  defaultTimeout: 5000,
  structure: 'include',
  examples: [
    {
      title: 'a backup first',
      input: { id: 'arq/backup', parameters: { target: '/var/backups' } },
      expect: 'facts.id == "arq/backup"',
    },
  ],
  describe: (given) => ({ lines: [`the steps of ${idOf(given)}`], addresses: [], files: [] }),
  perform: (given) => Promise.resolve({ id: idOf(given) }),
})
