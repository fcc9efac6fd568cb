import type { SelfTest } from '../../engine/self-test.js'

/** A program of this Node: nothing else is sure to be installed. */
const program = (text: string) => ({ input: { argv: [process.execPath, '-e', text] } })

export const selfTest: SelfTest = {
  kind: 'command',
  expect: 'facts.started && facts.exitCode == 0 && facts.stdout.contains("version 4.5.6")',
  cases: [
    { meets: 'a program that succeeds', end: 'pass', arrange: () => program('console.log("version 4.5.6")') },
    {
      meets: 'a program that prints it and fails',
      end: 'fail',
      arrange: () => program('console.log("version 4.5.6"); process.exitCode = 3'),
    },
    {
      meets: 'a program that does not exist',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { argv: [`${folder}/no-such-program`] } }),
    },
    {
      meets: 'a program that never ends',
      end: 'unknown',
      timeout: 1000,
      arrange: () => program('setInterval(() => {}, 1000)'),
    },
  ],
}
