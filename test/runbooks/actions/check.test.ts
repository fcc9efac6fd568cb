import { describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/check.js'
import type { CheckAnswer } from '../../../src/checks/judge-selection.js'
import type { CheckRequest } from '../../../src/runbooks/definition/step-kind.js'
import { hostileValues, noEnvironment } from './perform.js'
import { performWith } from './support/step-of-run.js'

const go: CheckAnswer = { verdict: 'go', exitCode: 0, passed: 3, selected: 3, red: [], messages: [] }
const noGo: CheckAnswer = {
  verdict: 'no-go',
  exitCode: 1,
  passed: 1,
  selected: 3,
  red: ['arq/a', 'arq/b'],
  messages: ['arq/a: fail: it is off', 'arq/b: skipped'],
}

async function judge(
  input: Parameters<typeof performWith<typeof action.input, typeof action.facts>>[1],
  answer: CheckAnswer,
): Promise<{ facts: object; requests: CheckRequest[]; said: string }> {
  const requests: CheckRequest[] = []
  let said = ''
  const check = (request: CheckRequest): Promise<CheckAnswer> => {
    requests.push(request)
    return Promise.resolve(answer)
  }
  const facts = await performWith(action, input, { check, output: (text) => (said += text) })
  return { facts, requests, said }
}

describe('a verdict is a fact', () => {
  it('go', async () => {
    expect((await judge('arq/runtime/status', go)).facts).toEqual({
      verdict: 'go',
      exitCode: 0,
      passed: 3,
      selected: 3,
      red: [],
      messages: [],
    })
  })

  it('no-go, with what each red check found on the output', async () => {
    const { facts, said } = await judge('arq', noGo)
    expect(facts).toEqual({ ...noGo })
    expect(said).toBe('arq/a: fail: it is off\narq/b: skipped\n')
  })
})

it('a failure names each check that is not green, with what it found', () => {
  const { verdict, exitCode, passed, selected } = noGo
  const facts = { verdict, exitCode, passed, selected, red: [...noGo.red], messages: [...noGo.messages] }
  expect(action.explain?.(facts)).toBe('2 of 3 checks are not green\narq/a: fail: it is off\narq/b: skipped')
  expect(action.explain?.({ ...facts, red: ['arq/a'], messages: ['arq/a: fail: it is off'] })).toBe(
    '1 of 3 checks is not green\narq/a: fail: it is off',
  )
  expect(action.explain?.({ ...facts, red: [], messages: [] })).toBe('1 of 3 checks passed')
})

describe('anything else is not an answer', () => {
  it.each([4, 3, 5, 70, 130])('exit code %i', async (exitCode) => {
    await expect(judge('arq', { ...noGo, exitCode })).rejects.toThrow(
      `not all checks could be evaluated (exit code ${exitCode})\narq/a: fail: it is off\narq/b: skipped`,
    )
    await expect(judge('arq', { ...go, exitCode })).rejects.toThrow(/not all checks could be evaluated/)
  })

  it('an error of the judging itself', async () => {
    await expect(
      performWith(action, 'arq', { check: () => Promise.reject(new Error('no check is named arq')) }),
    ).rejects.toThrow('no check is named arq')
  })
})

describe('the request', () => {
  it('is the one that was written', async () => {
    const { requests } = await judge(
      {
        select: ['arq', 'pg/state'],
        skip: ['arq/slow'],
        phase: 'before-start',
        profile: 'staging',
        'env-files': ['/etc/a b.env'],
        inputs: { url: 'http://127.0.0.1' },
      },
      go,
    )
    expect(requests).toEqual([
      {
        select: ['arq', 'pg/state'],
        skip: ['arq/slow'],
        phase: 'before-start',
        profile: 'staging',
        environmentFiles: ['/etc/a b.env'],
        inputs: { url: 'http://127.0.0.1' },
      },
    ])
  })

  it('of an id alone says nothing more', async () => {
    const { requests } = await judge('arq/a', go)
    expect(requests).toEqual([
      { select: ['arq/a'], skip: [], phase: 'all', profile: '', environmentFiles: [], inputs: {} },
    ])
  })

  it('hands on the signal', async () => {
    const controller = new AbortController()
    const check = (_request: CheckRequest, signal: AbortSignal): Promise<CheckAnswer> =>
      Promise.reject(signal === controller.signal ? new Error('the same') : new Error('another'))
    await expect(performWith(action, 'arq', { check, signal: controller.signal })).rejects.toThrow('the same')
  })

  it.each(['', '/arq', 'arq/', 'arq//a', '../arq', 'Arq', '--skip', '-a', 'arq\n', 'a\0', ...hostileValues])(
    'selects nothing by %j',
    (text) => {
      expect(action.input.safeParse(text).success).toBe(false)
      expect(action.input.safeParse({ select: [text] }).success).toBe(false)
      expect(action.input.safeParse({ select: ['arq'], skip: [text] }).success).toBe(false)
    },
  )

  it('has texts without NUL, and nothing unknown', () => {
    expect(action.input.safeParse({ select: [] }).success).toBe(false)
    expect(action.input.safeParse({ select: ['arq'], inputs: { a: 'x\0' } }).success).toBe(false)
    expect(action.input.safeParse({ select: ['arq'], 'env-files': ['x\0'] }).success).toBe(false)
    expect(action.input.safeParse({ select: ['arq'], profile: '--skip' }).success).toBe(false)
    expect(action.input.safeParse({ select: ['arq'], profile: 'a b' }).success).toBe(false)
    expect(action.input.safeParse({ select: ['arq'], 'before-start': true }).success).toBe(false)
  })
})

it('is described as the command that would judge the same', () => {
  const given = action.input.parse({
    select: ['arq', 'pg'],
    skip: ['arq/slow'],
    phase: 'after-start',
    profile: 'dev',
    'env-files': ['/etc/a b.env'],
    inputs: { url: '$(touch pwned)\n' },
  })
  expect(action.describe(given, noEnvironment)).toEqual({
    lines: [
      "preflight run arq pg --skip arq/slow --after-start --profile dev --env-file '/etc/a b.env' --input $'url=$(touch pwned)\\n'",
    ],
    addresses: [],
    files: ['/etc/a b.env'],
  })
})
