import { resolve } from 'node:path'
import type { z } from 'zod'
import { messageOf } from '../../base/errors.js'
import type { Concealed, HiddenInput, Probe } from '../probe.js'
import type { Declared } from './concealment.js'
import { reportInLiterals } from './literal-places.js'
import type { ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { type Problems, plainValue, type Path, type YamlNode } from '../../definitions/yaml-node.js'
import { judgeBySchema, reportIssues, schemasAt } from '../../definitions/schema-problems.js'
import { celTypesAt, typeIsOneOf, hasTemplate } from '../../definitions/template/segments.js'
import {
  compileTemplate,
  type CompiledTemplate,
  type TemplateLeaf,
} from '../../definitions/template/compile-template.js'
import { placePath } from '../../base/text/place-path.js'

type Issue = z.core.$ZodIssue

/**
 * The placeholder of an expression: of no type that a schema asks for, so that what depends on it is left to the run.
 */
class Pending {
  readonly isPending = true
}

/** What has an input: a probe, a step kind. */
interface Taking {
  readonly kind: string
  readonly input: z.ZodType
  readonly together?: Probe['together']
}

/**
 * Compiles what is under a kind's key. The kind's schema judges all of it but the places that expressions fill, and
 * of those their type; the run judges the whole again once they are filled.
 *
 * @param folder absolute, of the file that the input is written in: its relative paths start there. `undefined` for one
 *   that is typed: they start from the working folder. So does a path that begins with an expression: what gives it
 *   says where it starts.
 */
export function compileInput(
  taking: Taking,
  node: YamlNode,
  compiler: ExpressionCompiler,
  problems: Problems,
  folder: string | undefined,
): CompiledTemplate {
  const template = compileTemplate(node, compiler, problems, (text, path) =>
    folder !== undefined && text !== '' && isMarked('path', taking, path) ? resolve(folder, text) : text,
  )
  const places = new Map(template.leaves.map((leaf) => [leaf.node, leaf]))
  const value = plainValue(node, (scalar) => (places.has(scalar) ? new Pending() : scalar.value))
  const issues = issuesOf(taking, value)
  if (typeof issues === 'string') problems.report(node.position, 'probe-input', issues)
  else
    reportIssues(
      issues.flatMap((issue) =>
        settledIssue(
          issue,
          template.leaves.map((leaf) => leaf.path),
        ),
      ),
      node,
      taking.input,
      problems,
      taking.kind,
    )
  for (const leaf of template.leaves) reportWrongType(leaf, taking, problems)
  reportUnsampled(taking, node, problems)
  reportInLiterals(taking, template, problems)
  return template
}

/** Reports what is asked of several observations where there is one; of a sampled probe it may be asked. */
function reportUnsampled({ together }: Taking, node: YamlNode, problems: Problems): void {
  for (const key of together?.inputs ?? []) {
    const entry = node.kind === 'map' ? node.entries.get(key) : undefined
    if (entry !== undefined)
      problems.report(
        entry.position,
        'needs-samples',
        `${key} compares several observations, and this is one`,
        'give a check `sample: { times: 2, every: 10s }`, beside `expect`',
      )
  }
}

function issuesOf(taking: Taking, value: unknown): readonly Issue[] | string {
  try {
    return judgeBySchema(taking.input, value).error?.issues ?? []
  } catch (error) {
    // A schema's own transform stumbled; a pending place may be why, but a place that is not judged would be worse.
    return `the input of ${taking.kind} cannot be judged: ${messageOf(error)}`
  }
}

/**
 * An issue as far as it is one already: none where the place is still to be filled. Of a union, a form that lacks only
 * those places fits.
 */
function settledIssue(issue: Issue, pending: readonly Path[]): readonly Issue[] {
  if (pending.some((path) => startsWith(issue.path, path))) return []
  if (issue.code !== 'invalid_union' || !pending.some((path) => startsWith(path, issue.path))) return [issue]
  const below = pending.filter((path) => startsWith(path, issue.path)).map((path) => path.slice(issue.path.length))
  const forms = issue.errors.map((form) => form.flatMap((inner) => settledIssue(inner, below)))
  return forms.some((form) => form.length === 0) ? [] : [{ ...issue, errors: forms } as Issue]
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => String(path[index]) === String(step)) && path.length >= start.length
}

function reportWrongType(leaf: TemplateLeaf, taking: Taking, problems: Problems): void {
  const expected = celTypesAt(taking.input, leaf.path)
  if (leaf.type === undefined || expected === undefined || typeIsOneOf(leaf.type, expected)) return
  problems.report(
    leaf.node.position,
    'template-type',
    `the expression gives ${leaf.type}, but ${placePath([taking.kind, ...leaf.path])} must be ${[...new Set(expected)].join(' or ')}`,
  )
}

/**
 * The facts that say nothing for the input as written; what expressions fill is not known yet, and the run asks again.
 */
export function concealedBy(probe: Probe, node: YamlNode, { variables }: Declared, hidden: HiddenInput): Concealed {
  return probe.concealed?.(writtenInput(node), variables, hidden) ?? {}
}

/** What a file says of an input: `undefined` where it is an expression. */
export function writtenInput(node: YamlNode): unknown {
  return plainValue(node, ({ value }) => (typeof value === 'string' && hasTemplate(value) ? undefined : value))
}

/**
 * The names written where a kind's schema says `meta({ preflight: 'variable' })`: the variables a check reads without
 * an expression.
 */
export function variablesNamed(probe: Probe, node: YamlNode): readonly string[] {
  return textsMarked('variable', probe, node)
}

/** Whether a place is filled where a kind's schema says that it stands for every variable that the pack declares. */
export function readsDeclared(probe: Probe, node: YamlNode): boolean {
  return textsMarked('declared-variables', probe, node).length > 0
}

/** The texts written where a kind's schema is marked so. */
function textsMarked(mark: string, probe: Probe, node: YamlNode): readonly string[] {
  const texts: string[] = []
  const walk = (here: YamlNode, path: Path): void => {
    if (here.kind === 'map') for (const [key, entry] of here.entries) walk(entry.value, [...path, key])
    else if (here.kind === 'list') here.items.forEach((item, index) => walk(item, [...path, index]))
    else if (typeof here.value === 'string' && isMarked(mark, probe, path)) texts.push(here.value)
  }
  walk(node, [])
  return texts
}

/** Whether a kind's schema says `meta({ preflight: mark })` of a place. */
function isMarked(mark: string, { input }: Pick<Taking, 'input'>, path: Path): boolean {
  return schemasAt(input, path).some((schema) => schema.meta()?.['preflight'] === mark)
}
