import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckResult, ResultDocument } from '../../src/checks/result/report.js'
import { statusMarks } from '../../src/checks/result/reporter.js'
import { statuses } from '../../src/base/vocabulary.js'
import { displayWidth } from '../../src/base/text/display-width.js'
import { reporter } from '../../src/reports/human.js'
import { specs } from '../golden/specs.js'

const everyStatus = await specs['every-status']!()
const plain = { colour: false, width: 100 }
const colours = /\u001B\[[\d;]*m/g

function withCheck(change: Partial<CheckResult>): ResultDocument {
  return { ...everyStatus, checks: everyStatus.checks.map((check) => ({ ...check, ...change })) }
}

describe('the human report', () => {
  it('ends with the verdict and the exit code', () => {
    expect(reporter.render(everyStatus, plain).trimEnd().split('\n').at(-1)).toBe(
      'NO-GO  exit 1: at least one check failed',
    )
  })

  it('shows the verdict and the exit code of its document, whatever its checks say', () => {
    const contradiction: ResultDocument = { ...everyStatus, verdict: 'no-go', exitCode: 4, checks: [] }
    expect(reporter.render(contradiction, plain)).toContain('NO-GO  exit 4')
  })

  it('calls a go that covered only a part by its name', async () => {
    const text = reporter.render(await specs['go-of-a-part']!(), plain)
    expect(text).toContain('GO FOR A PART ONLY')
    expect(text).not.toMatch(/^GO {2}/m)
  })

  it('names every check, with a mark that needs no colour', () => {
    const text = reporter.render(everyStatus, plain)
    for (const { id, status } of everyStatus.checks) expect(text).toContain(`${statusMarks[status]} ${id}`)
    expect(new Set(Object.values(statusMarks)).size).toBe(statuses.length)
  })

  it('differs from its plain form in colours only', () => {
    const coloured = reporter.render(everyStatus, { ...plain, colour: true })
    expect(coloured).not.toBe(reporter.render(everyStatus, plain))
    expect(coloured.replaceAll(colours, '')).toBe(reporter.render(everyStatus, plain))
  })

  it.each([40, 60, 80, 120, 200])('keeps within %i columns', (width) => {
    const text = reporter.render(withCheck({ message: '日本語のエラー'.repeat(30), fix: `see ${'x'.repeat(300)}` }), {
      colour: false,
      width,
    })
    const ids = Math.max(...everyStatus.checks.map(({ id, status }) => id.length + status.length + 10))
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(Math.max(width, ids))
  })

  it('lets nothing from outside control the terminal', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('\u001B', '[', '2', 'J', '\u009B', '\r', '\b', '\u202E', '\u0007', 'a', ' ', '\n'),
    })
    fc.assert(
      fc.property(hostile, (text) => {
        const attack = withCheck({
          message: text,
          title: text,
          facts: { reached: text },
          failedExpectations: [{ that: 'facts.x', message: text, values: { [text]: text } }],
        })
        expect(reporter.render(attack, plain)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
      }),
    )
  })
})
