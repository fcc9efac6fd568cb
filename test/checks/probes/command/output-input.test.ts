import { describe, expect, it } from 'vitest'
import { CommandOutput } from '../../../../src/checks/probes/command/test-tally.js'

const observed = (...chunks: string[]) => {
  const output = new CommandOutput()
  for (const text of chunks) output.push('stdout', Buffer.from(text))
  return output.observed()
}

describe('CommandOutput', () => {
  it('counts tests, whatever colours they come in', () => {
    expect(observed('\u001B[1m\u001B[32m3 pas', 'sed\u001B[0m in 0.02s\n')).toMatchObject({
      runner: 'pytest',
      passed: 3,
      stdout: '3 passed in 0.02s\n',
    })
  })

  it('counts tests in what it does not keep', () => {
    const padding = 'x\n'.repeat(100_000)
    expect(observed(padding, 'test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured\n', padding)).toMatchObject({
      truncated: true,
      passed: 1,
      skipped: 2,
      lines: 200_001,
    })
  })
})
