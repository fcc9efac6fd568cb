import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { reporter } from '../../src/reports/tap.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

interface Point {
  readonly isOk: boolean
  readonly description: string
  readonly skip: string | undefined
  readonly diagnostics: Record<string, unknown> | undefined
}

interface Stream {
  readonly plan: number
  readonly points: readonly Point[]
  readonly bailOut: string | undefined
}

/** A strict reader of TAP 14: every line is something it knows, every YAML block parses. */
function readTap(text: string): Stream {
  const lines = text.trimEnd().split('\n')
  expect(lines.shift()).toBe('TAP version 14')
  const points: { -readonly [Key in keyof Point]: Point[Key] }[] = []
  let plan: number | undefined
  let bailOut: string | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    const [, not, number, rest] = /^(not )?ok (\d+) - (.*)$/.exec(line) ?? []
    if (rest !== undefined) {
      expect(Number(number)).toBe(points.length + 1)
      const [, description = '', skip] =
        /^((?:\\.|[^\\#])*?)(?: # SKIP (.*))?$/.exec(rest) ?? expect.fail(`no description: ${rest}`)
      points.push({ isOk: not === undefined, description, skip, diagnostics: undefined })
    } else if (line === '  ---') {
      const end = lines.indexOf('  ...', at)
      points.at(-1)!.diagnostics = parse(
        lines
          .slice(at + 1, end)
          .map((each) => each.slice(2))
          .join('\n'),
      ) as Record<string, unknown>
      at = end
    } else if (line.startsWith('1..')) plan = Number(line.slice(3))
    else if (line.startsWith('Bail out! ')) bailOut = line.slice(10)
    else expect(line).toMatch(/^# /)
  }
  return { plan: plan ?? Number.NaN, points, bailOut }
}

const isRed = ({ plan, points, bailOut }: Stream): boolean =>
  bailOut !== undefined || points.length !== plan || points.some((point) => !point.isOk)

describe('TAP', () => {
  it('is read by a strict reader whatever the document holds, and is red exactly when the exit code is', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const stream = readTap(reporter.render(document, fileStyle))
      expect(isRed(stream), name).toBe(document.exitCode !== 0)
      expect(stream.points.length, name).toBe(document.checks.length + 1)
      expect(stream.bailOut !== undefined, name).toBe(
        document.state === 'incomplete' || document.diagnostics !== undefined,
      )
    }
  })

  it('a block gives back what the document holds, byte for byte', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const { points } = readTap(reporter.render(document, fileStyle))
      const noted = document.checks
        .map((check, index) => ({ check, given: points[index]!.diagnostics }))
        .filter(({ given }) => given !== undefined)
      const contentOf = ({
        message,
        facts,
        fix,
      }: Pick<ResultDocument['checks'][number], 'message' | 'facts' | 'fix'>) =>
        JSON.parse(JSON.stringify({ message, facts, fix })) as unknown
      for (const { check, given } of noted)
        expect(contentOf(given as ResultDocument['checks'][number]), `${name}: ${check.id}`).toEqual(contentOf(check))
    }
  })

  it.each([
    ['demo/config/passes', true, undefined],
    ['demo/config/fails', false, undefined],
    ['demo/config/crashes', false, undefined],
    ['demo/datastores/silent', false, undefined],
    ['demo/runtime/first', false, undefined],
    ['demo/config/soft-fails', true, undefined],
    ['demo/config/inapplicable', true, 'not applicable: its condition is false'],
  ])('%s is ok: %s', async (id, isOk, skip) => {
    const { points } = readTap(reporter.render(new Map(await everyDocument()).get('every-status')!, fileStyle))
    const point = points.find(({ description }) => description.startsWith(`${id}: `))!
    expect(point.isOk).toBe(isOk)
    if (skip === undefined) expect(point.skip).toBeUndefined()
    else expect(point.skip).toContain(skip)
  })
})
