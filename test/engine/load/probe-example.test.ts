import { describe, expect, it } from 'vitest'
import { exampleProblems } from '../../../src/engine/load/probe-example.js'
import { kinds } from '../../checks/load/support/kinds.js'

const problemsOf = async (input: unknown, that: string) =>
  exampleProblems(await kinds.load('tcp'), { title: 'an example', input, expect: that }).map((problem) => problem.code)

describe('exampleProblems', () => {
  it('finds none in an example that compiles', async () => {
    expect(
      await problemsOf(
        { host: '${{ inputs.host }}', port: '${{ vars.PORT }}' },
        'facts.reached == "ping" && facts.latency < 1.0',
      ),
    ).toEqual([])
  })

  it.each([
    [{ host: 'h' }, 'facts.reached == "ping"', ['missing-key']],
    [{ host: 'h', port: 1 }, 'facts.reachd == "ping"', ['unknown-name']],
    [{ host: 'h', port: 1 }, 'facts.reached', ['not-boolean']],
    [{ host: '${{ nothing }}', port: 1 }, 'facts.reached == "ping"', ['expression']],
  ])('%j with %s', async (input, that, expected) => {
    expect(await problemsOf(input, that)).toEqual(expected)
  })
})
