import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckResult, ResultDocument } from '../../src/checks/result/report.js'
import { statusMarks } from '../../src/checks/result/reporter.js'
import { greenStatuses, statuses } from '../../src/base/vocabulary.js'
import { displayWidth } from '../../src/base/text/terminal-text.js'
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
    const text = reporter.render(everyStatus, { ...plain, detail: 'whole' })
    for (const { id, status } of everyStatus.checks) expect(text).toContain(`${statusMarks[status]} ${id}`)
    expect(new Set(Object.values(statusMarks)).size).toBe(statuses.length)
  })

  it('gives what passed a line for each stage, and names the rest', () => {
    const text = reporter.render(everyStatus, plain)
    for (const { id, status } of everyStatus.checks)
      if (status === 'pass') expect(text).not.toContain(id)
      else expect(text).toContain(`${statusMarks[status]} ${id}`)
    expect(text).toMatch(/^config {2}1 pass, /m)
  })

  it('shows expressions and their values only where the whole is asked for', () => {
    expect(reporter.render(everyStatus, plain)).not.toContain('facts.value == "protobuf"')
    const whole = reporter.render(everyStatus, { ...plain, detail: 'whole' })
    expect(whole).toContain('facts.value == "protobuf"')
    expect(whole).toContain('facts.value is "json"')
  })

  it('quiet, shows what is not green and the verdict', () => {
    const text = reporter.render(everyStatus, { ...plain, detail: 'quiet' })
    for (const { id, status } of everyStatus.checks)
      if (greenStatuses.has(status) && status !== 'warn') expect(text).not.toContain(id)
      else expect(text).toContain(id)
    expect(text).not.toContain('profile prod')
    expect(text.trimEnd().split('\n').at(-1)).toBe('NO-GO  exit 1: at least one check failed')
  })

  it('counts under each heading what the tally counts', () => {
    const text = reporter.render(everyStatus, plain)
    const { counts } = everyStatus
    expect(text).toContain(`\nFailed (${counts.fail})\n`)
    expect(text).toContain(`\nCould not be evaluated (${counts.error + counts.timeout})\n`)
    expect(text).toContain(`\nBlocked (${counts.blocked})\n`)
    expect(text).toContain(`\nWarnings (${counts.warn})\n`)
  })

  it('ends with what to do: the fix of each red check in a line, the worst first, and the next commands', () => {
    const lines = reporter.render(everyStatus, { ...plain, width: 60 }).split('\n')
    const start = lines.indexOf('To do (4)')
    expect(lines.slice(start, start + 8)).toEqual([
      'To do (4)',
      '  ✖ demo/config/fails: put it right',
      '  ✖ demo/datastores/refused: put it right',
      '  ‼ demo/config/crashes: put it right',
      '  ⏱ demo/datastores/silent: put it right',
      '',
      'Next',
      '  preflight explain demo/config/fails',
    ])
    expect(lines.join('\n')).toContain('preflight run --failed')
  })

  it('has nothing to do after a go', async () => {
    expect(reporter.render(await specs['go-of-a-part']!(), plain)).not.toMatch(/^(To do|Next)/m)
  })

  it('folds what was not selected to a count', async () => {
    const part = await specs['go-of-a-part']!()
    expect(reporter.render(part, plain)).toContain('Not selected: 2 checks (--verbose lists them)')
    expect(reporter.render(part, { ...plain, detail: 'whole' })).toContain('demo/runtime: c')
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
