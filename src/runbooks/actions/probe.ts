import { z } from 'zod'
import { defineStepKind } from '../definition/step-kind.js'

/** Asks a probe once, as a check does. */
export const action = defineStepKind({
  kind: 'probe',
  title: 'observe once, as a check does',
  description:
    'Makes one attempt of one kind of probe and judges its facts; a step of this kind must have expectations. Its time limit is that of the probe unless the step sets one. ' +
    'If the probe cannot observe, the step fails, and a verification ends without an answer.',
  input: z.strictObject({}),
  facts: z.looseObject({}),
  effects: ['read'],
  // Never used: the loader asks for expectations of its own where a step holds a probe.
  expect: ['false'],
  // Never used: the probe's own limit takes its place.
  defaultTimeout: 10_000,
  structure: 'probe',
  asksOnce: true,
  examples: [
    {
      title: 'a port is open',
      input: { tcp: { host: '127.0.0.1', port: 9100 } },
      expect: 'facts.open',
    },
    {
      title: 'a file that only its owner and group can read',
      input: { file: { path: '/etc/app/key.pem' } },
      expect: 'facts.kind == "file" && !facts.readableByOthers',
    },
  ],
  describe: () => ({ lines: ['probe once'], addresses: [], files: [] }),
  async perform(_input, { probe, signal }) {
    if (probe === undefined) throw new Error('a step of kind probe without a probe')
    return probe.observe(signal)
  },
})
