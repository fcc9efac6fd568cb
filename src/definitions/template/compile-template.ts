import type { ExpressionScope, Template } from '../expression/expression.js'
import { jsonText } from '../../base/text/json-text.js'
import type { Position } from '../../base/errors.js'
import type { ExpressionCompiler, TypedExpression } from '../expression/compile-expression.js'
import { Budget, longestText } from '../expression/evaluation/step-budget.js'
import { ExpressionFailure } from '../expression/failure.js'
import { type Problems, positionInText, type Path, type YamlNode, type YamlScalar } from '../yaml-node.js'
import { hasTemplate, segmentsOf, TemplateSyntaxError, type Segment } from './segments.js'

/** A place in a value that is filled by an expression. */
export interface TemplateLeaf {
  readonly path: Path
  readonly node: YamlScalar
  /**
   * CEL type of what will be there: text wherever the expression is embedded in text; `undefined` when it did not
   * compile.
   */
  readonly type: string | undefined
  /** Every path that its expressions read. */
  readonly references: readonly string[]
  /** Whether the text begins with what an expression gives. */
  readonly isLeading: boolean
  /** The variables and inputs whose values its expressions look at or pass on. */
  readonly inspected: readonly string[]
  /** Those of them that are in a longer text with no `@` behind them. */
  readonly open: readonly string[]
}

export interface CompiledTemplate extends Template {
  readonly leaves: readonly TemplateLeaf[]
  /** The variables and inputs whose values its expressions look at: what it gives may reveal them. */
  readonly inspected: readonly string[]
  /** Where they are looked at otherwise than to pass them on. */
  readonly lookedAt: readonly TemplatePlace[]
  /** Those that are in a longer text with no `@` behind them. */
  readonly open: readonly string[]
  readonly addressed: readonly TemplatePlace[]
}

type Resolve = (scope: ExpressionScope, budget: Budget, instead: Parameters<Template['resolve']>[1]) => unknown

/**
 * Compiles a value whose texts may contain `${{ … }}`, at any depth. A text that is one expression and nothing else
 * becomes its typed value; one that holds expressions among other characters becomes text. Nothing that an expression
 * gives is read again.
 *
 * @param placed what becomes of the text at a path; not asked of one that begins with an expression
 */
export function compileTemplate(
  node: YamlNode,
  compiler: ExpressionCompiler,
  problems: Problems,
  placed: (text: string, path: Path) => string = (text) => text,
): CompiledTemplate {
  const leaves: TemplateLeaf[] = []
  const references = new Set<string>()
  const inspected = new Set<string>()
  const lookedAt: TemplatePlace[] = []
  const open = new Set<string>()
  const addressed: TemplatePlace[] = []
  const build = (here: YamlNode, path: Path): Resolve => {
    if (here.kind === 'list') {
      const items = here.items.map((item, index) => build(item, [...path, index]))
      return (scope, budget, instead) => items.map((resolve) => resolve(scope, budget, instead))
    }
    if (here.kind === 'map') {
      const entries = [...here.entries].map(([key, entry]) => {
        if (hasTemplate(key)) problems.report(entry.position, 'template-in-key', 'a key cannot contain ${{ … }}')
        return [key, build(entry.value, [...path, key])] as const
      })
      return (scope, budget, instead) =>
        Object.fromEntries(entries.map(([key, resolve]) => [key, resolve(scope, budget, instead)]))
    }
    const { value } = here
    if (typeof value !== 'string') return () => value
    if (!hasTemplate(value)) {
      const text = placed(value, path)
      return () => text
    }
    const text = compileText(here, value, compiler, problems)
    const looked = text?.inspected ?? []
    leaves.push({
      path,
      node: here,
      type: text?.type,
      references: text?.references ?? [],
      isLeading: value.trimStart().startsWith('${{'),
      inspected: looked.map(({ reference }) => reference),
      open: looked.filter((each) => each.isOpen).map(({ reference }) => reference),
    })
    for (const reference of text?.references ?? []) references.add(reference)
    addressed.push(...(text?.addressed ?? []))
    for (const { reference, position, isPassedOn, isOpen } of looked) {
      inspected.add(reference)
      if (isOpen) open.add(reference)
      if (!isPassedOn) lookedAt.push({ reference, position })
    }
    return text === undefined
      ? () => value
      : replaceable(value.startsWith('${{') ? text.resolve : placedText(text.resolve, path))
  }
  const placedText =
    (resolve: (scope: ExpressionScope, budget: Budget) => unknown, path: Path) =>
    (scope: ExpressionScope, budget: Budget): unknown =>
      placed(String(resolve(scope, budget)), path)
  const resolve = build(node, [])
  return {
    leaves,
    references: [...references],
    inspected: [...inspected],
    lookedAt,
    open: [...open],
    addressed,
    resolve: (scope, instead) => resolve(scope, new Budget(), instead),
  }
}

function replaceable(resolve: (scope: ExpressionScope, budget: Budget) => unknown): Resolve {
  return (scope, budget, instead) => {
    if (instead === undefined) return resolve(scope, budget)
    try {
      return resolve(scope, budget)
    } catch (thrown) {
      return instead(thrown)
    }
  }
}

function compileText(node: YamlScalar, text: string, compiler: ExpressionCompiler, problems: Problems) {
  const segments = split(node, text, problems)
  if (segments === undefined) return undefined
  const inspected: (TemplatePlace & { readonly isPassedOn: boolean; readonly isOpen: boolean })[] = []
  const addressed: TemplatePlace[] = []
  const parts = segments.map((segment, index) => {
    if (segment.kind === 'text') return segment.text
    const expression = compileSegment(node, segment, compiler, problems)
    const at = (offset: number): Position => positionInText(node, segment.offset + offset)
    const next = segments[index + 1]
    const isFollowed = segments.length === 1 || (next?.kind === 'text' && next.text.startsWith('@'))
    for (const { reference, offset, isPassedOn, isOpen } of expression?.inspected ?? [])
      inspected.push({ reference, position: at(offset), isPassedOn, isOpen: isOpen || !isFollowed })
    for (const { reference, offset } of expression?.addressed ?? []) addressed.push({ reference, position: at(offset) })
    return expression
  })
  if (parts.some((part) => part === undefined)) return undefined
  const compiled = parts as (string | TypedExpression)[]
  const references = compiled.flatMap((part) => (typeof part === 'string' ? [] : part.references))
  const [only] = compiled
  if (compiled.length === 1 && only !== undefined && typeof only !== 'string') {
    return { type: only.type, references, inspected, addressed, resolve: only.evaluateWithin }
  }
  const resolve = (scope: ExpressionScope, budget: Budget): string => {
    let text = ''
    for (const part of compiled) {
      text += typeof part === 'string' ? part : textOf(part.evaluateWithin(scope, budget))
      if (text.length > longestText) throw new ExpressionFailure('the string that the template makes is too long')
    }
    return text
  }
  return { type: 'string', references, inspected, addressed, resolve }
}

function split(node: YamlScalar, text: string, problems: Problems): readonly Segment[] | undefined {
  try {
    return segmentsOf(text)
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
    problems.report(positionInText(node, error.offset), 'template', error.message)
    return undefined
  }
}

function compileSegment(
  node: YamlScalar,
  segment: Segment & { kind: 'expression' },
  compiler: ExpressionCompiler,
  problems: Problems,
) {
  return compiler.compile(
    { text: segment.text, at: (offset) => positionInText(node, segment.offset + offset) },
    problems,
  )
}

/** A value inside a text: what JSON writes, without quotes around text; lists with commas. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  const text = jsonText(value)
  if (text === undefined) throw new ExpressionFailure('the value has no text')
  return text
}

/** A variable or an input in an expression. */
export interface TemplatePlace {
  /** `env.NAME`, `vars.NAME` or `inputs.NAME`. */
  readonly reference: string
  readonly position: Position
}
