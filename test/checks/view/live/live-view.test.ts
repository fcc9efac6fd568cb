import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createView } from '../../../../src/checks/view/create-view.js'
import type { CheckView } from '../../../../src/checks/view/check-view.js'
import { definition, plan } from '../../run/builders.js'
import { finished, outcome, reached, started } from '../events.js'
import { Terminal } from '../../../engine/terminal.js'

const checks = plan([
  definition({ id: 'a/config/x' }),
  definition({ id: 'a/config/y' }),
  definition({ id: 'a/runtime/z', stage: 'runtime' }),
])
const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]')

let terminal: Terminal
let view: CheckView
const open = async (planned = checks): Promise<void> => {
  view = await createView({ plan: planned, stream: terminal.stream, mode: 'live', colour: false, redact })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  terminal = new Terminal()
})
afterEach(() => {
  view.abort()
  vi.useRealTimers()
})

describe('the live view', () => {
  it('shows the stages, and what runs with its time and rung', async () => {
    await open()
    view.onEvent(started('a/config/x'))
    view.onEvent(reached('a/config/x', 'connect'))
    await vi.advanceTimersByTimeAsync(1500)
    expect(terminal.text).toBe('⠴ config  0/2\n    ⠴ a/config/x  1.5s  reached connect\n· runtime  0/1')
    expect(terminal.isCursorShown).toBe(false)
  })

  it('keeps what failed above the window, redacted and harmless, and ends with a summary of the stages', async () => {
    await open()
    view.onEvent(started('a/config/x'))
    view.onEvent(finished('a/config/x', 'fail', 'the password hunter2 \u001B[2J\nis wrong'))
    await vi.advanceTimersByTimeAsync(200)
    view.onEvent(started('a/config/y'))
    view.onEvent(finished('a/config/y', 'pass'))
    view.onEvent(finished('a/runtime/z', 'blocked', 'blocked by a/config/x'))
    await view.finish()
    expect(terminal.text).toBe(
      '✖ a/config/x  fail: the password [redacted] \\e[2J is wrong\n✖ config  1 pass, 1 fail\n◌ runtime  1 blocked',
    )
    expect([terminal.isCursorShown, terminal.isWrapping]).toEqual([true, true])
  })

  it('tells a second attempt, and starts its rungs anew', async () => {
    await open()
    view.onEvent(started('a/config/x'))
    view.onEvent(reached('a/config/x', 'hello'))
    view.onEvent(started('a/config/x', 2))
    await vi.advanceTimersByTimeAsync(100)
    expect(terminal.text).toContain('a/config/x  100ms  attempt 2\n')
  })

  it('shows what is waited for and counts down, until that is over', async () => {
    await open()
    view.onEvent(finished('a/config/x', 'fail', 'hunter2 refused'))
    view.onWaiting({ on: [outcome('a/config/x', 'fail', 'hunter2 refused')], remaining: 100_000 })
    await vi.advanceTimersByTimeAsync(2000)
    expect(terminal.text).toMatch(/\n {2}. waiting for a\/config\/x: \[redacted\] refused, 1m38s left$/)
    view.onEvent(started('a/config/x'))
    view.onEvent(finished('a/config/x', 'pass'))
    view.onWaiting({ on: [], remaining: 98_000 })
    await vi.advanceTimersByTimeAsync(200)
    expect(terminal.text).not.toContain('waiting')
    expect(terminal.text).toContain('· config  1/2, 1 pass\n')
  })

  it('counts down and draws on when every check has ended, and shows one that runs again', async () => {
    await open()
    for (const id of ['a/config/x', 'a/config/y', 'a/runtime/z']) view.onEvent(finished(id, 'fail', 'refused'))
    view.onWaiting({ on: [outcome('a/config/x', 'fail', 'refused')], remaining: 100_000 })
    await vi.advanceTimersByTimeAsync(3000)
    expect(terminal.text).toMatch(/waiting for a\/config\/x: refused, 1m37s left$/)
    view.onEvent(started('a/config/x'))
    await vi.advanceTimersByTimeAsync(100)
    expect(terminal.text).toMatch(/config {2}1\/2, 1 fail\n.*a\/config\/x {2}100ms/)
    expect(terminal.isCursorShown).toBe(false)
  })

  it('gives the terminal back at once when it is aborted, and draws no more', async () => {
    await open()
    view.onEvent(started('a/config/x'))
    await vi.advanceTimersByTimeAsync(100)
    view.onEvent(finished('a/config/x', 'error', 'boom'))
    view.abort()
    const { raw } = terminal
    expect([terminal.isCursorShown, terminal.isWrapping]).toEqual([true, true])
    expect(terminal.text).toContain('‼ a/config/x  error: boom')
    await vi.advanceTimersByTimeAsync(1000)
    await view.finish()
    expect(terminal.raw).toBe(raw)
  })

  it('ends even when not every check did', async () => {
    await open()
    view.onEvent(started('a/config/x'))
    await view.finish()
    expect(terminal.text).toContain('config  0/2')
    expect(terminal.isCursorShown).toBe(true)
  })

  it('registers no signal handler, and leaves no listener behind', async () => {
    const before = ['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name))
    await open()
    expect(process.listenerCount('SIGINT')).toBe(before[0])
    await view.finish()
    expect(['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name))).toEqual(before)
    expect([terminal.listenerCount('error'), vi.getTimerCount()]).toEqual([0, 0])
  })

  it('survives a terminal that is gone', async () => {
    await open()
    terminal.emit('error', new Error('EPIPE'))
    view.onEvent(finished('a/config/x', 'fail', 'm'))
    await vi.advanceTimersByTimeAsync(500)
    await view.finish()
  })

  it('draws at most ten frames a second, and none when nothing changed', async () => {
    await open()
    await vi.advanceTimersByTimeAsync(1000)
    const still = terminal.writes
    await vi.advanceTimersByTimeAsync(5000)
    expect(terminal.writes).toBe(still)
    for (let step = 0; step < 1000; step += 1) {
      view.onEvent(started('a/config/x', step))
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(terminal.writes - still).toBeLessThanOrEqual(10)
  })

  it('stays within the window however much runs, on a small terminal too', async () => {
    terminal = new Terminal(30, 6)
    const many = plan(
      Array.from({ length: 500 }, (_, index) => definition({ id: `a/config/a-rather-long-name-${index}` })),
    )
    await open(many)
    for (const {
      definition: { id },
    } of many.checks)
      view.onEvent(started(id))
    await vi.advanceTimersByTimeAsync(300)
    expect(terminal.text.split('\n')).toEqual([
      '⠸ config  0/500',
      expect.stringMatching(/^ {4}⠸ a\/config\/a-rather-long…$/),
      expect.anything(),
      expect.anything(),
      '    … and 497 more running',
    ])
    for (const {
      definition: { id },
    } of many.checks)
      view.onEvent(finished(id, 'fail', `the reason of ${id}`))
    await view.finish()
    expect(terminal.lines.at(0)).toMatch(/^✖ a\/config\/a-rather-long-name/)
    expect(terminal.text.endsWith('✖ config  500 fail')).toBe(true)
  })

  it.each([
    ['a line that fills the last column', 'x'.repeat(20), ['✖ a/config/x  fail: xxxxxxxxxxxxxxxxxxxx']],
    [
      'a line of many words, broken between them',
      'one two three four five',
      ['✖ a/config/x  fail: one two three four', '  five'],
    ],
    ['a word that is wider than the terminal', 'x'.repeat(60), ['✖ a/config/x  fail:', 'x'.repeat(40), 'x'.repeat(20)]],
  ])('shows the whole of %s', async (_what, message, rows) => {
    terminal = new Terminal(40)
    await open()
    await vi.advanceTimersByTimeAsync(100)
    view.onEvent(finished('a/config/x', 'fail', message))
    await view.finish()
    expect(terminal.text.split('\n')).toEqual([...rows, '· config  1/2, 1 fail', '· runtime  0/1'])
  })

  it('shows a plan without checks', async () => {
    await open(plan([]))
    await view.finish()
    expect(terminal.text).toBe('')
  })
})
