import type { Position } from '../../base/position.js'
import type { StepKind } from '../definition/step-kind.js'
import type { ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { compileCondition } from '../../engine/load/compile-expectations.js'
import type { WrittenExpectation } from '../../engine/load/guard.js'
import { reportConcealed } from '../../engine/load/concealment.js'
import type { Problems } from '../../definitions/problems.js'
import { compileTemplate } from '../../definitions/template/compile-template.js'
import type { YamlNode } from '../../definitions/yaml-node.js'
import { compilerFor, refuseSecrets, type NamedFacts, type Names } from './step-names.js'

export function compileExpect(
  kind: StepKind,
  node: YamlNode | undefined,
  position: Position,
  names: Names,
  facts: NamedFacts,
  problems: Problems,
): readonly WrittenExpectation[] {
  const compiler = compilerFor(names, facts)
  if (node?.kind === 'list')
    return Object.freeze(node.items.flatMap((item) => compileStepExpectation(item, names, compiler, facts, problems)))
  if (node !== undefined) return []
  if (kind.structure === 'probe') {
    problems.report(position, 'missing-key', 'expect is missing: it says what to wait for')
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

function compileStepExpectation(
  item: YamlNode,
  names: Names,
  compiler: ExpressionCompiler,
  facts: NamedFacts,
  problems: Problems,
): WrittenExpectation[] {
  const thatNode = item.kind === 'map' ? item.entries.get('that')?.value : item
  const messageNode = item.kind === 'map' ? item.entries.get('message')?.value : undefined
  const that = compileCondition(thatNode, compiler, problems)
  const message = messageNode?.kind === 'scalar' ? compileTemplate(messageNode, compiler, problems) : undefined
  if (message !== undefined) refuseSecrets(message.references, names, messageNode!.position, 'a message', problems)
  reportConcealed(
    [...(that?.references ?? []), ...(message?.references ?? [])],
    facts.concealed ?? {},
    item.position,
    problems,
  )
  if (that === undefined) return []
  refuseSecrets(that.references, names, thatNode!.position, 'an expectation', problems)
  if (!that.references.some((reference) => reference.startsWith('facts')))
    problems.report(
      thatNode!.position,
      'unobserved-expectation',
      'the expectation reads no fact, so the outcome of the step would not matter',
    )
  return [{ that, message, isTransient: false }]
}
