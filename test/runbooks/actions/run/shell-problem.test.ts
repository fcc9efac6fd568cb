import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { shellProblem } from '../../../../src/runbooks/actions/run/shell-problem.js'

/** What programs of this machine really say. */
function ended(argv: readonly string[]): { readonly exitCode: number; readonly stderr: string } {
  const [program = '', ...args] = argv
  const { status, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LANG: 'C' },
  })
  return { exitCode: status ?? -1, stderr }
}

it.each([
  ['bash, a name', ['bash', '-c', 'true; no-such-program --now'], ': the shell did not find no-such-program'],
  ['bash, a path', ['bash', '-c', '/no/such/program'], ': the shell did not find /no/such/program'],
  [
    'bash, below other output',
    ['bash', '-c', 'echo a >&2; (no-such-program; exit 127)'],
    ': the shell did not find no-such-program',
  ],
  ['sh, a name', ['sh', '-c', 'no-such-program'], ': the shell did not find no-such-program'],
  ['env', ['env', 'no-such-program'], ': the shell did not find no-such-program'],
  ['bash, what is no program', ['bash', '-c', '/'], ': the shell could not execute /'],
  ['env, what is no program', ['env', '/'], ': the shell could not execute /'],
  ['a program that says nothing', ['sh', '-c', 'exit 127'], ', as a shell does that cannot find a program'],
])('names the program that could not be started: %s', (_, argv, expected) => {
  const end = ended(argv)
  expect(shellProblem(end)).toBe(`it ended with exit code ${end.exitCode}${expected}; unknown what it did before that`)
})

it.each([[0], [1], [125], [128], [-1]])('says nothing of exit code %s', (exitCode) => {
  expect(shellProblem({ exitCode, stderr: 'sh: 1: no-such-program: not found' })).toBeUndefined()
})
