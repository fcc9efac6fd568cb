import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { messageOf, SilenceError } from '../../base/errors.js'
import { defineStepKind, type InlineProbe } from '../definition/step-kind.js'
import { notTriedAgain } from '../../net/refusal.js'
import { durationInput } from '../../net/credential.js'

/** Asks a probe until all that is expected of its facts holds. */
export const action = defineStepKind({
  kind: 'wait',
  title: 'wait until the facts of a probe are as expected',
  description:
    'Repeats one kind of probe, given beside `every`, until every expectation over its facts holds; a step of this kind must have expectations. ' +
    'A probe without an answer counts as not yet; a refused login ends the step, since the same credentials are not tried again. At the time limit the step fails and says what is still missing.',
  input: z.strictObject({ every: durationInput().default(2000).describe('pause between two attempts') }),
  facts: z.looseObject({}),
  effects: ['read'],
  // Never used: the loader asks for expectations of its own where a probe is waited for.
  expect: ['false'],
  defaultTimeout: 60_000,
  structure: 'probe',
  examples: [
    {
      title: 'a port is open',
      input: { every: '1s', tcp: { host: '127.0.0.1', port: 9100 } },
      expect: 'facts.reached == "connect"',
    },
  ],
  describe: ({ every }) => ({
    lines: [`probe every ${every} ms until every expectation holds`],
    addresses: [],
    files: [],
  }),
  async perform({ every }, { probe, signal, output }) {
    if (probe === undefined) throw new Error('a wait without a probe')
    let last = ''
    const isOver = (): boolean => signal.aborted
    while (!isOver()) {
      const look = await lookOnce(probe, signal)
      if (look.complaint === undefined) return look.facts
      if (probe.isLoginRefused()) throw new Error(notTriedAgain(look.complaint))
      // A look that the end cut short says nothing of what was waited for.
      if (isOver() && last !== '') break
      if (look.complaint !== last) output(`not yet: ${look.complaint}\n`)
      last = look.complaint
      await pause(every, undefined, { signal }).catch(() => undefined)
    }
    throw new SilenceError(`still not as expected: ${last === '' ? 'nothing was observed' : last}`)
  },
})

interface Look {
  readonly complaint: string | undefined
  readonly facts: Readonly<Record<string, unknown>>
}

async function lookOnce(probe: InlineProbe, signal: AbortSignal): Promise<Look> {
  try {
    const facts = await probe.observe(signal)
    return { complaint: probe.complaint(facts), facts }
  } catch (error) {
    return { complaint: messageOf(error), facts: {} }
  }
}
