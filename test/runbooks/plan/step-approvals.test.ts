import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { prepareRunbook } from '../../../src/runbooks/prepare/prepare-runbook.js'
import type { StepApproval } from '../../../src/runbooks/plan/runbook-plan.js'
import { booksOf } from '../../e2e/runbooks/quiet.js'
import { withVariables } from '../../with-variables.js'

const variable = 'STEP_APPROVALS_TEST_TOKEN'

const files = {
  'books/example/main.yaml': `title: the main one
target: a target
parameters:
  script: { type: path, description: what is run }
  word: { type: string, pattern: '[a-z]+', description: a word }
  token: { type: secret, variable: ${variable}, description: a token }
steps:
  - id: before
    run: [echo, before]
    effect: read
  - id: agreed
    approve: { message: go on }
  - id: write
    run: [sh, '\${{ params.script }}', '\${{ params.word }}']
    effect: idempotent
  - id: inner
    runbook: { id: example/inner }
  - id: ask
    http: { url: 'http://127.0.0.1:9/', method: POST, json: { word: '\${{ params.word }}' }, headers: { authorization: '\${{ params.token }}' } }
    effect: idempotent
`,
  'books/example/inner.yaml': `title: the inner one
steps:
  - id: deep
    run: [echo, deep]
    effect: read
`,
  script: 'echo one\n',
}
type Files = Readonly<Record<string, string>>

/** What the approve steps of a runbook approve, by path. */
async function approvals(
  given: Files = {},
  { word = 'good', token = 'one-token-7Kq2', pick = 'example/main' } = {},
): Promise<Readonly<Record<string, StepApproval>>> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-approvals-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  // Absolute paths belong to what is approved: one and the same path for all.
  const place = join(tmpdir(), 'preflight-step-approvals-script')
  for (const [name, text] of Object.entries({ ...files, ...given })) {
    const path = name === 'script' ? place : join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  onTestFinished(() => rmSync(place, { force: true }))
  const parameters = pick === 'example/main' ? [`script=${place}`, `word=${word}`] : []
  const found: (readonly [string, StepApproval])[] = []
  await withVariables({ [variable]: token }, async () => {
    const { plan } = await prepareRunbook({ ...booksOf(join(folder, 'books')), id: pick, parameters })
    found.push(...plan.steps.flatMap(({ path, approval }) => (approval === null ? [] : [[path, approval] as const])))
  })
  return Object.fromEntries(found)
}

const main = (find: string, replacement: string): Files => ({
  'books/example/main.yaml': files['books/example/main.yaml'].replace(find, replacement),
})

describe('what an approve step approves', () => {
  it('is what follows it, and has one digest', async () => {
    const [first, second] = [await approvals(), await approvals()]
    expect(first).toEqual({
      agreed: {
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        covers: ['write', 'inner', 'inner/deep', 'ask'],
      },
    })
    expect(second).toEqual(first)
  })

  it.each<[string, Files, Parameters<typeof approvals>[1]?]>([
    ['a parameter', {}, { word: 'evil' }],
    ['a secret parameter', {}, { token: 'another-token-8Zp3' }],
    ['the content of a file', { script: 'echo two\n' }],
    ['the command of a step', main('[sh,', '[bash,')],
    ['the body of a request', main('json: { word:', 'json: { words:')],
    ['the header of a request', main('headers: { authorization', 'headers: { cookie')],
    [
      'an expectation',
      main(
        '    effect: idempotent\n  - id: inner',
        '    effect: idempotent\n    expect: [facts.exitCode < 3]\n  - id: inner',
      ),
    ],
    [
      'a condition',
      main(
        '    effect: idempotent\n  - id: inner',
        '    effect: idempotent\n    when: params.word == "good"\n  - id: inner',
      ),
    ],
    [
      'an undo',
      main(
        '    effect: idempotent\n  - id: inner',
        '    effect: idempotent\n    undo: { run: [echo, back] }\n  - id: inner',
      ),
    ],
    ['the step itself', main('approve: { message: go on }', 'approve: { message: go on, expires: 9h }')],
    ['the target', main('target: a target', 'target: another')],
    [
      'an included runbook',
      { 'books/example/inner.yaml': files['books/example/inner.yaml'].replace('[echo, deep]', '[echo, deeper]') },
    ],
  ])('is another with a change of %s', async (_, given, different) => {
    const before = await approvals()
    const after = await approvals(given, different)
    expect(after['agreed']!.digest).not.toBe(before['agreed']!.digest)
  })
})

describe('the end of what is approved', () => {
  const several = (steps: string): Files => ({
    'books/example/several.yaml': `title: several approvals\nparameters:\n  way: { type: enum, values: [left, right], default: left, description: the way }\nsteps:\n${steps}`,
  })
  const step = (id: string, indent = ''): string =>
    `${indent}  - id: ${id}\n${indent}    run: [echo, ${id}]\n${indent}    effect: read\n`
  const approve = (id: string, more = '', indent = ''): string =>
    `${indent}  - id: ${id}\n${indent}    approve: { message: go on }\n${more}`
  const covered = async (steps: string) =>
    Object.fromEntries(
      Object.entries(await approvals(several(steps), { pick: 'example/several' })).map(([path, { covers }]) => [
        path,
        covers,
      ]),
    )

  it('is the next approve step', async () => {
    expect(await covered(`${approve('first')}${step('one')}${approve('second')}${step('two')}`)).toEqual({
      first: ['one'],
      second: ['two'],
    })
  })

  it('is not one that may be skipped by its condition', async () => {
    expect(
      await covered(
        `${approve('first')}${step('one')}${approve('second', '    when: params.way == "right"\n')}${step('two')}`,
      ),
    ).toEqual({ first: ['one', 'second', 'two'], second: ['two'] })
  })

  it('is not one of an alternative that may not be chosen, from outside of it', async () => {
    const choose = `  - id: how\n    choose:\n      by: '\${{ params.way }}'\n      options:\n        left:\n          title: left\n          steps:\n${step('one', '          ')}${approve('inside', '', '          ')}${step('two', '          ')}${approve('again', '', '          ')}        right:\n          title: right\n          steps:\n${step('three', '          ')}`
    const found = await covered(`${approve('first')}${choose}${step('last')}`)
    expect(found['first']).toContain('last')
    expect(found['how/left/inside']).toEqual(['how/left/two'])
  })
})
