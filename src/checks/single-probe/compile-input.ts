import { factTypeOf } from '../../base/facts.js'
import { UsageError } from '../../base/errors.js'
import { commandLine } from '../../base/text/shell-words.js'
import { expressionCompiler, type ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { readYamlDocument } from '../../definitions/document.js'
import { Problems, plainValue } from '../../definitions/yaml-node.js'
import type { CompiledTemplate } from '../../definitions/template/compile-template.js'
import { concealedBy, compileInput, variablesNamed } from '../../engine/load/probe-call.js'
import { hiddenInput, reportAddressed, reportLookedAt } from '../../engine/load/concealment.js'
import type { Concealed, HiddenInput, Probe } from '../../engine/probe.js'
import { fullInputName } from '../input-names.js'
import { readsOf, readsOfDriver } from '../load/reads-of.js'
import { namesOfPacks, type DeclaredByPacks } from '../load/pack-names.js'

/** The input of a probe, compiled as that of a check. */
export interface CompiledInput {
  /** As written, with its expressions. */
  readonly written: unknown
  readonly template: CompiledTemplate
  readonly hidden: HiddenInput
  readonly concealed: Concealed
  /** Names of the variables that it reads. */
  readonly variables: readonly string[]
  /** Compiles expectations over the kind's facts. */
  readonly withFacts: ExpressionCompiler
}

/**
 * @param yaml the input as written
 * @throws UsageError with every problem, and how the kind is called
 */
export function compileProbeInput(probe: Probe, yaml: string, declared: DeclaredByPacks): CompiledInput {
  const problems = new Problems()
  const node = readYamlDocument(yaml, 'input', problems)
  const names = namesOfPacks(declared)
  const template =
    node === undefined ? undefined : compileInput(probe, node, expressionCompiler(names), problems, undefined)
  if (template !== undefined) {
    reportLookedAt(template.lookedAt, declared, problems)
    reportAddressed(template.addressed, declared, problems)
    for (const message of ambiguousInputs(template.references, declared))
      problems.report(node!.position, 'ambiguous-input', message)
  }
  const found = problems.found()
  if (node === undefined || template === undefined || found.length > 0)
    throw new UsageError(`${probe.kind}: ${found.map(({ message }) => message).join('; ')}`, {
      hint: found.find(({ hint }) => hint?.startsWith('did you mean'))?.hint ?? exampleHint(probe),
    })
  const hidden = hiddenInput(template, declared)
  return {
    written: plainValue(node),
    template,
    hidden,
    concealed: concealedBy(probe, node, declared, hidden),
    variables: [
      ...new Set([
        ...readsOf(template.references, declared.inputs).variables,
        ...variablesNamed(probe, node),
        ...readsOfDriver(probe, node, template, declared.inputs),
      ]),
    ],
    withFacts: expressionCompiler({ facts: factTypeOf(probe.facts), ...names }),
  }
}

/** An expression of no pack sees the inputs of all: a name that several have means none of them. */
function ambiguousInputs(references: readonly string[], { inputs }: DeclaredByPacks): readonly string[] {
  return [...new Set(references)].flatMap((reference) => {
    const [root, name] = reference.split('.')
    const named = root === 'inputs' ? inputs.filter((input) => input.name === name) : []
    if (named.length < 2) return []
    const names = named.map(fullInputName).join(' and ')
    return `${reference} is ambiguous: the packs in use have ${names}; write the value itself, or name one of the packs under packs: in the deployment file`
  })
}

function exampleHint(probe: Probe): string {
  const [example] = probe.examples
  return `for example \`${exampleCommand(probe.kind, example?.input)}\``
}

/** A call of `preflight probe` with this input. */
export function exampleCommand(kind: string, input: unknown): string {
  return commandLine(['preflight', 'probe', kind, ...assignments(input)])
}

function assignments(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return []
  return Object.entries(input).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
}
