import { factTypeOf, type FactType } from '../../base/facts.js'
import type { Diagnostic } from '../../base/errors.js'
import { probeFor, type Probe, type ProbeExample } from '../probe.js'
import { readYamlDocument } from '../../definitions/document.js'
import { compileCondition } from './compile-expectations.js'
import { expressionCompiler } from '../../definitions/expression/compile-expression.js'
import { compileInput } from './probe-call.js'
import { parseDuration } from '../../base/time/duration.js'
import { sampled } from '../sampled-probe.js'
import { Problems } from '../../definitions/yaml-node.js'

/**
 * What is wrong with an example on a kind's reference page: it must compile as it would in a check, whose variables and
 * inputs are left open.
 */
export function exampleProblems(kind: Probe, example: ProbeExample): Diagnostic[] {
  const { sample } = example
  const probe = sampled(kind, sample && { times: sample.times, every: parseDuration(sample.every)! })!
  const problems = new Problems()
  const open: FactType = { type: 'map', of: { type: 'any' } }
  const names = {
    vars: open,
    env: { type: 'map', of: { type: 'string' } },
    inputs: open,
    profile: { type: 'string' },
  } as const
  // JSON is YAML: the example takes the same way as a file.
  const input = readYamlDocument(JSON.stringify(example.input), `${probe.kind} example: ${example.title}`, problems)
  const that = readYamlDocument(JSON.stringify(example.expect), `${probe.kind} example: ${example.title}`, problems)
  if (input !== undefined) compileInput(probe, input, expressionCompiler(names), problems, undefined)
  if (that !== undefined)
    compileCondition(
      that,
      expressionCompiler({ facts: factTypeOf(probeFor(probe, example.input).facts), ...names }),
      problems,
    )
  return problems.sorted()
}
