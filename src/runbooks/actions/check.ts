import { z } from 'zod'
import { wholeNumber } from '../../base/facts.js'
import { environmentSource, fileOf, sourceFrom, sourceOptions } from '../../environment/environment-source.js'
import { defineStepKind, type CheckRequest } from '../definition/step-kind.js'
import { textWithoutNul } from '../../base/text/terminal-text.js'
import { commandLine } from '../../base/text/shell-words.js'

const selector = () =>
  z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\/[a-z0-9]+(?:-[a-z0-9]+)*)*$/, 'expected the id of a check or a path of ids')

const request = z.strictObject({
  select: z.array(selector()).min(1).describe('ids of checks, or paths that select all checks under them'),
  skip: z.array(selector()).default([]).describe('ids or paths to leave out'),
  phase: z
    .enum(['all', 'before-start', 'after-start'])
    .default('all')
    .describe(
      'which stages: all; before-start, for checks that can run before the services start; or only those of the running services',
    ),
  profile: z
    .string()
    .regex(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/, 'expected the name of a profile')
    .default('')
    .describe('the profile; empty: that of the deployment file, or prod'),
  'env-files': z
    .array(environmentSource)
    .default([])
    .describe(
      'where the environment under test comes from, as under environment: in the deployment file; a file that was given to the run is read as given there; empty: the environment given to the run',
    ),
  inputs: z
    .record(z.string(), textWithoutNul(10_000))
    .default({})
    .describe('inputs of the packs, by system.name, or by name while only one pack has it'),
})

const input = z.union([selector().describe('the id of a check, or a path'), request])

function requestOf(given: z.output<typeof input>): CheckRequest {
  if (typeof given === 'string')
    return { select: [given], skip: [], phase: 'all', profile: '', environmentFiles: [], inputs: {} }
  const { select, skip, phase, profile, inputs } = given
  return {
    select,
    skip,
    phase,
    profile,
    inputs,
    environmentFiles: given['env-files'].map((source) => sourceFrom(source, (path) => path)),
  }
}

/** Exit codes that are a verdict: go, and no-go because a check failed. All others say that it is not known. */
const verdicts: ReadonlySet<number> = new Set([0, 1])

/** Judges checks at that moment: the guard of a runbook. */
export const action = defineStepKind({
  kind: 'check',
  title: 'run checks',
  description:
    'Runs a check, a selection of checks or a whole preflight when the step is reached, not before. A guard passes when the verdict is go. ' +
    'If a check could not be evaluated, there is no answer: the step fails, and a verification ends without an answer.',
  input,
  facts: z.strictObject({
    verdict: z.enum(['go', 'no-go']).describe('the verdict of the selection'),
    exitCode: wholeNumber().describe('0 for go, 1 when a check failed'),
    passed: wholeNumber().describe('checks that passed'),
    selected: wholeNumber().describe('checks that were judged'),
    red: z.array(z.string()).describe('ids of the checks that are not green'),
    messages: z.array(z.string()).describe('what each of them found'),
  }),
  effects: ['read'],
  expect: ['facts.verdict == "go"'],
  explain({ red, messages, passed, selected }) {
    if (red.length === 0) return `${passed} of ${selected} checks passed`
    return [`${red.length} of ${selected} checks ${red.length === 1 ? 'is' : 'are'} not green`, ...messages].join('\n')
  },
  defaultTimeout: 600_000,
  judgesChecks: true,
  selection: requestOf,
  examples: [
    { title: 'one check', input: 'arq/runtime/status', expect: 'facts.verdict == "go"' },
    {
      title: 'the preflight before a start',
      input: { select: ['arq'], phase: 'before-start' },
      expect: 'facts.verdict == "go" && facts.passed > 0',
    },
  ],
  describe(given) {
    const { select, skip, phase, profile, environmentFiles, inputs } = requestOf(given)
    const options = [
      ...select,
      ...skip.flatMap((each) => ['--skip', each]),
      ...(phase === 'all' ? [] : [`--${phase}`]),
      ...(profile === '' ? [] : ['--profile', profile]),
      ...sourceOptions(environmentFiles),
      ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ]
    return {
      lines: [commandLine(['preflight', 'run', ...options])],
      addresses: [],
      files: environmentFiles.flatMap((source) => fileOf(source) ?? []),
    }
  },
  async perform(given, { check, signal, output }) {
    const { verdict, exitCode, passed, selected, red, messages } = await check(requestOf(given), signal)
    for (const message of messages) output(`${message}\n`)
    if (!verdicts.has(exitCode))
      throw new Error(
        `not all checks could be evaluated (exit code ${exitCode})${messages.map((message) => `\n${message}`).join('')}`,
      )
    return { verdict, exitCode, passed, selected, red: [...red], messages: [...messages] }
  },
})
