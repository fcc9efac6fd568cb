import { describe, expect, it } from 'vitest'
import { preflight } from '../e2e/cli/preflight.js'

/** What the program answers to a command line that is wrong, with exit code 2. */
async function said(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await preflight(line.split(' '))
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  return stderr
}

const runHelp = 'Hint:  `preflight run --help` lists what it takes\n'
const units = 'Hint:  give a number above zero with a unit, such as 500ms, 2s, 5m or 1h\n'

describe('a command line that is wrong', () => {
  it.each([
    ['run --timeout 5', `Error: --timeout 5 needs a unit, such as 5s\n${units}`],
    ['run --timeout soon', `Error: --timeout soon is not a duration\n${units}`],
    ['run --concurrency many', /^Error: --concurrency must be 1 to \d+, not many\n$/],
    ['run --concurrency 0', /^Error: --concurrency must be 1 to \d+, not 0\n$/],
    ['run --env-pid 1.5', 'Error: --env-pid must be 1 to 4194304, not 1.5\n'],
    ['run --nope', `Error: unknown flag --nope\n${runHelp}`],
    ['plan --nope --neither', /^Error: unknown flags --nope, --neither\n/],
    ['run --concurency 1', 'Error: unknown flag --concurency\nHint:  did you mean --concurrency?\n'],
    ['run --format', /^Error: --format needs a value\n/],
    ['run --deadline 5s --deadline 6s', /^Error: --deadline is given twice\n/],
    ['list --format xml', /^Error: --format xml: expected human or json\n/],
    ['run --before-start --after-start', `Error: --after-start cannot be used with --before-start\n${runHelp}`],
    ['run --env-reader dotenv', `Error: --env-reader needs --env-file\n${runHelp}`],
    ['runbook undo last', /^Error: --reason <text> is missing\n/],
    ['diff a', /^Error: <after> is missing: the later result\nHint: {2}`preflight diff --help`/],
    ['init a b', /^Error: b: this command takes only 1 argument \(folder\)\n/],
    [
      'selftest a b',
      'Error: a b: this command takes no argument\nHint:  `preflight selftest --help` lists what it takes\n',
    ],
  ])('%s', async (line, message) => {
    const text = await said(line)
    if (typeof message === 'string') expect(text).toBe(message)
    else expect(text).toMatch(message)
  })
})

describe('a command that does not exist', () => {
  it.each([
    ['check', 'preflight run'],
    ['test', 'preflight run'],
    ['status', 'preflight runbook status, or preflight history'],
    ['validate-config', 'preflight validate'],
    ['runbok', 'runbook'],
    ['runbook stat', 'runbook status'],
  ])('%s', async (name, meant) => {
    expect(await said(name)).toMatch(new RegExp(`^Error: unknown command ${name}\nHint:  did you mean ${meant}`))
  })

  it('like nothing that exists', async () => {
    expect(await said('zzzzzz')).toBe('Error: unknown command zzzzzz\nHint:  `preflight --help` lists the commands\n')
  })
})

describe('help', () => {
  it('is a word, too', async () => {
    const { stdout, exitCode } = await preflight(['help', 'runbook', 'plan'])
    expect(exitCode).toBe(0)
    expect(stdout).toBe((await preflight(['runbook', 'plan', '--help'])).stdout)
    expect((await preflight(['help'])).stdout).toBe((await preflight(['--help'])).stdout)
  })
})
