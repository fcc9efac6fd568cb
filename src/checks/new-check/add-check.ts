import { isMap, isScalar, LineCounter, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { UsageError } from '../../base/errors.js'
import type { Probe } from '../../engine/probe.js'
import type { SuggestedCheck } from '../single-probe/suggested-check.js'
import { checkOf } from '../text/probe-text.js'
import { checkLines } from './check-draft.js'

/**
 * A file of checks with one more: at the end of its `checks:`, everything else as it was, comments too.
 *
 * @param file how messages call it
 * @throws UsageError when the file has a check of that name, or cannot be added to
 */
export function withCheck(text: string, file: string, name: string, probe: Probe, suggested: SuggestedCheck): string {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, keepSourceTokens: true })
  const root = document.contents
  const [error] = document.errors
  if (error !== undefined || (root !== null && !isMap(root)))
    throw new UsageError(`${file} cannot be added to: ${error?.message ?? 'it is not a mapping'}`, {
      hint: '`preflight validate` shows what is wrong in it',
    })
  const checks = root?.items.find((pair) => keyOf(pair) === 'checks')
  const places = checksIn(checks)
  const before = places?.items.find((pair) => keyOf(pair) === name)
  if (before !== undefined)
    throw new UsageError(`the check ${name} already exists: ${file}:${lineOf(before, lineCounter)}`, {
      hint: 'an existing check is never overwritten: give the new one another name',
    })
  const stage = document.get('stage') === suggested.stage ? undefined : suggested.stage
  const lines = (indent: number): readonly string[] => checkLines(name, probe, suggested, stage, indent)
  if (checks !== undefined && places === undefined && !(isScalar(checks.value) && checks.value.value === null))
    throw new UsageError(`${file} cannot be added to: its checks are not a mapping`)
  if (checks === undefined) return `${withLineEnd(text)}checks:\n${lines(2).join('\n')}\n`
  const [first] = places?.items ?? []
  if (places === undefined || first === undefined || places.flow === true || columnOf(checks, lineCounter) !== 1) {
    const check = checkOf(probe.kind, suggested)
    const node = document.createNode(stage === undefined ? check : { stage, ...check })
    if (places === undefined) document.set('checks', document.createNode({ [name]: node }))
    else places.set(name, node)
    return document.toString({ lineWidth: 0 })
  }
  return inserted(text, lineOf(checks, lineCounter), lines(columnOf(first, lineCounter) - 1))
}

/** Puts lines at the end of what is indented under a line, before the next key or comment at the margin. */
function inserted(text: string, under: number, added: readonly string[]): string {
  const lines = withLineEnd(text).split('\n')
  const next = lines.findIndex((line, at) => at >= under && /^\S/.test(line))
  let end = next === -1 ? lines.length - 1 : next
  while (end > under && lines[end - 1]?.trim() === '') end -= 1
  return [...lines.slice(0, end), ...added, ...lines.slice(end)].join('\n')
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function checksIn(pair: Pair | undefined): YAMLMap | undefined {
  return isMap(pair?.value) ? pair.value : undefined
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key
}

function placeOf({ key }: Pair, lines: LineCounter): { readonly line: number; readonly col: number } {
  return lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0)
}

function lineOf(pair: Pair, lines: LineCounter): number {
  return placeOf(pair, lines).line
}

function columnOf(pair: Pair, lines: LineCounter): number {
  return placeOf(pair, lines).col
}
