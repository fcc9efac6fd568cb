import type { Position } from '../../base/errors.js'
import type { StepKind } from '../definition/step-kind.js'
import type { ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { compileExpectation } from '../../engine/load/compile-expectations.js'
import type { WrittenExpectation } from '../../engine/load/guard.js'
import { type Problems, nodeAt, type YamlNode } from '../../definitions/yaml-node.js'
import { compilerFor, refuseSecrets, type ActionFacts, type Names } from './step-names.js'

export function compileExpect(
  kind: StepKind,
  node: YamlNode | undefined,
  position: Position,
  names: Names,
  facts: ActionFacts,
  problems: Problems,
): readonly WrittenExpectation[] {
  const compiler = compilerFor(names, facts)
  if (node?.kind === 'list')
    return Object.freeze(node.items.flatMap((item) => compileStepExpectation(item, names, compiler, facts, problems)))
  if (node !== undefined) return []
  if (kind.structure === 'probe') {
    problems.report(position, 'missing-key', 'expect is missing: it says what the facts of the probe must be')
    return []
  }
  return Object.freeze(
    kind.expect.map((source): WrittenExpectation => {
      const that = compiler.compile({ text: source, at: () => position }, problems)
      if (that?.type !== 'bool')
        throw new Error(`the default expectation of the step kind ${kind.kind} is invalid: ${source}`)
      return { that, message: undefined, isTransient: false }
    }),
  )
}

/** A runbook declares no variables and has no inputs. */
const nothingDeclared = { variables: {}, inputs: [] }

function compileStepExpectation(
  item: YamlNode,
  names: Names,
  compiler: ExpressionCompiler,
  { concealed = {} }: ActionFacts,
  problems: Problems,
): readonly WrittenExpectation[] {
  const compiled = compileExpectation(item, { compiler, declared: nothingDeclared, concealed }, problems)
  const placeOf = (key: string): Position => nodeAt(item, [key])?.position ?? item.position
  for (const { that, message } of compiled) {
    refuseSecrets(message?.references ?? [], names, placeOf('message'), 'a message', problems)
    refuseSecrets(that.references, names, placeOf('that'), 'an expectation', problems)
    if (!that.references.some((reference) => reference.startsWith('facts')))
      problems.report(
        placeOf('that'),
        'unobserved-expectation',
        'the expectation reads no fact, so the outcome of the step would not matter',
      )
  }
  return compiled
}
