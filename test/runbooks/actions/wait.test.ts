import { describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/wait.js'
import { SilenceError } from '../../../src/base/errors.js'
import type { InlineProbe } from '../../../src/runbooks/definition/step-kind.js'
import { performWith } from './support/step-of-run.js'

/** A probe that sees these one after the other, and the last for ever; a text is thrown. */
function seeing(...sights: readonly (number | string)[]): InlineProbe & { looks(): number } {
  let looks = 0
  return {
    looks: () => looks,
    observe() {
      const sight = sights[Math.min(looks, sights.length - 1)]!
      looks += 1
      return typeof sight === 'string' ? Promise.reject(new Error(sight)) : Promise.resolve({ level: sight })
    },
    isLoginRefused: () => false,
    complaint: ({ level }) => {
      if (level === -1) return 'the level cannot be judged'
      return Number(level) >= 3 ? undefined : `the level is ${String(level)}`
    },
  }
}

/** The loop, ended by the test when it has said so many lines. */
async function waitFor(
  probe: InlineProbe,
  lines = Number.POSITIVE_INFINITY,
): Promise<
  | { readonly facts: object; readonly said: readonly string[] }
  | { readonly error: unknown; readonly said: readonly string[] }
> {
  const controller = new AbortController()
  const said: string[] = []
  const output = (text: string): void => {
    said.push(text)
    if (said.length >= lines) controller.abort()
  }
  try {
    return { facts: await performWith(action, { every: '1ms' }, { probe, output, signal: controller.signal }), said }
  } catch (error) {
    return { error, said }
  }
}

describe('what to wait for', () => {
  it('may hold at once: one look, no pause, nothing said', async () => {
    const probe = seeing(3)
    expect(await waitFor(probe)).toEqual({ facts: { level: 3 }, said: [] })
    expect(probe.looks()).toBe(1)
  })

  it('is looked for until it holds; each change is said once', async () => {
    const probe = seeing(0, 0, 1, 1, 1, 2, 4)
    expect(await waitFor(probe)).toEqual({
      facts: { level: 4 },
      said: ['not yet: the level is 0\n', 'not yet: the level is 1\n', 'not yet: the level is 2\n'],
    })
    expect(probe.looks()).toBe(7)
  })

  it('is not there yet while the probe cannot tell, or its facts cannot be judged', async () => {
    expect(await waitFor(seeing('connection refused', 'connection refused', -1, 3))).toEqual({
      facts: { level: 3 },
      said: ['not yet: connection refused\n', 'not yet: the level cannot be judged\n'],
    })
  })
})

describe('at the signal', () => {
  it('throws what was still not as expected', async () => {
    const { error } = (await waitFor(seeing(0, 1), 2)) as { error: unknown }
    expect(error).toEqual(new SilenceError('still not as expected: the level is 1'))
  })

  it('stops in the middle of a pause, and looks no more', async () => {
    const probe = seeing(0)
    const controller = new AbortController()
    const waiting = performWith(
      action,
      { every: '24h' },
      { probe, signal: controller.signal, output: () => setImmediate(() => controller.abort()) },
    )
    await expect(waiting).rejects.toThrow(SilenceError)
    expect(probe.looks()).toBe(1)
  })

  it('says what was seen before, not that the last look was cut short', async () => {
    const controller = new AbortController()
    let looks = 0
    const probe: InlineProbe = {
      observe(signal) {
        looks += 1
        if (looks === 1) return Promise.resolve({ level: 0 })
        controller.abort()
        return Promise.reject(signal.reason as Error)
      },
      isLoginRefused: () => false,
      complaint: () => 'the level is 0',
    }
    await expect(performWith(action, { every: '1ms' }, { probe, signal: controller.signal })).rejects.toThrow(
      /^still not as expected: the level is 0$/,
    )
  })

  it('does not look at all when it has come before', async () => {
    const probe = seeing(3)
    await expect(performWith(action, {}, { probe, signal: AbortSignal.abort() })).rejects.toThrow(
      'still not as expected: nothing was observed',
    )
    expect(probe.looks()).toBe(0)
  })
})

describe('input', () => {
  it('is two seconds when nothing is said', () => {
    expect(action.input.parse({})).toEqual({ every: 2000 })
  })

  it.each([{ every: 0 }, { every: '0s' }, { every: '1' }, { every: '25h' }, { every: '1s\0' }, { until: 'x' }])(
    '%j is refused',
    (input) => {
      expect(action.input.safeParse(input).success).toBe(false)
    },
  )
})

it('has no expectation of its own that could pass', async () => {
  expect(action.expect).toEqual(['false'])
  await expect(performWith(action, {}, { probe: undefined })).rejects.toThrow(Error)
})
