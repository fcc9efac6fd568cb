import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Terminal } from '../../engine/terminal.js'
import { ada, ShownRun, threeSteps } from './run.js'

let terminal: Terminal
let run: ShownRun
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  terminal = new Terminal(400)
  run = new ShownRun(threeSteps)
  await run.open(terminal, 'plain')
})
afterEach(() => {
  run.view.abort()
  vi.useRealTimers()
})

describe('the plain view of a runbook', () => {
  it('writes a line when a step starts and when it ends, with what it says between', async () => {
    run.begins('one')
    run.says('one', 'half a li')
    run.says('one', 'ne\nhunter2 \u001B[2J\nno newline')
    run.ends('one')
    run.tell({ type: 'step-verified', step: 'one', answer: 'holds', message: '', facts: {} })
    run.tell({ type: 'step-skipped', step: 'two', reason: 'params.x is false' })
    run.begins('two/three')
    run.ends('two/three', { state: 'failed', message: 'hunter2 is\nno \u001B[31mpassword' })
    run.begins('two/three', 2)
    await run.view.finish()
    expect(terminal.raw).toBe(
      [
        '[1/3] ▸ the first',
        '      | half a line',
        '      | [redacted] \\e[2J',
        '      | no newline',
        '[1/3] ✔ the first (1.2s)',
        '[1/3] ✔ the first  verified',
        '[2/3] – the second  skipped: params.x is false',
        '[3/3] ▸   the third',
        '[3/3] ✖   the third (1.2s)  failed: [redacted] is',
        '      | no \\e[31mpassword',
        '[3/3] ▸   the third (attempt 2)',
        '',
      ].join('\n'),
    )
  })

  it('names each thing that a failed step found once: what its output said already is not repeated', () => {
    run.begins('one')
    run.says('one', Array.from({ length: 22 }, (_, index) => `check-${index}: fail\n`).join(''))
    run.ends('one', {
      state: 'failed',
      message: [
        '23 of 30 checks are not green',
        ...Array.from({ length: 23 }, (_, index) => `check-${index}: fail`),
      ].join('\n'),
    })
    expect(terminal.raw.split('\n').slice(20)).toEqual([
      '      | check-19: fail',
      '      | … and 2 more lines',
      '[1/3] ✖ the first (1.2s)  failed: 23 of 30 checks are not green',
      '      | check-20: fail',
      '      | check-21: fail',
      '      | check-22: fail',
      '',
    ])
  })

  it('says how much of a long message it leaves out', () => {
    run.begins('one')
    run.tell({
      type: 'step-verified',
      step: 'one',
      answer: 'does-not-hold',
      message: ['red', ...Array.from({ length: 22 }, (_, index) => `check-${index}`)].join('\n'),
      facts: {},
    })
    expect(terminal.raw.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/does not hold: red$/),
      '      | check-0',
    ])
    expect(terminal.raw.split('\n').slice(-3)).toEqual([
      '      | check-19',
      '      | … and 2 more lines: `preflight runbook status` shows them all',
      '',
    ])
  })

  it('tells the way back', () => {
    run.begins('one')
    run.ends('one')
    run.tell({ type: 'undo-started', reason: 'two failed', operator: ada })
    run.tell({ type: 'undo-intent', step: 'one', attempt: 1, action: [] })
    run.says('one', 'stopping\n')
    run.tell({
      type: 'undo-result',
      step: 'one',
      attempt: 1,
      state: 'undo-failed',
      message: 'exit code 1',
      facts: {},
      durationMs: 20,
    })
    expect(terminal.raw.split('\n').slice(2)).toEqual([
      '      ↶ taking back what was done: two failed',
      '[1/3] ↶ undo of the first',
      '      | stopping',
      '[1/3] ‼ undo of the first (20ms)  undo-failed: exit code 1',
      '',
    ])
  })

  it('gives no number to what runs after an undo', async () => {
    run = new ShownRun([...threeSteps, { path: 'after-undo/reload', title: 'the reload', isAfterUndo: true }])
    await run.open(terminal, 'plain')
    const before = terminal.raw.split('\n').length
    run.begins('one')
    run.begins('after-undo/reload')
    run.ends('after-undo/reload')
    expect(terminal.raw.split('\n').slice(before - 1, -1)).toEqual([
      '[1/3] ▸ the first',
      '[after undo] ▸   the reload',
      '[after undo] ✔   the reload (1.2s)',
    ])
  })

  it('writes at most twenty lines of a step, and counts the rest', () => {
    run.begins('one')
    run.says('one', Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join(''))
    run.ends('one')
    const lines = terminal.raw.split('\n').filter((line) => line.startsWith('      |'))
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('      | … and 30 more lines')
  })

  it('shows nothing that belongs to another step than the running one', () => {
    run.begins('one')
    run.says('two', 'late\n')
    expect(terminal.raw).toBe('[1/3] ▸ the first\n')
  })

  it('mentions what is slow after five seconds, and every fifteen from then on, but not to somebody who is asked', async () => {
    run.begins('one')
    const mentions: number[] = []
    for (let second = 1; second <= 40; second += 1) {
      await vi.advanceTimersByTimeAsync(1000)
      if (terminal.raw.split('\n').length - 2 > mentions.length) mentions.push(second)
    }
    expect(mentions).toEqual([5, 20, 35])
    expect(terminal.raw).toContain('      … the first  5.0s\n')
    run.view.onEvent({ type: 'asking' })
    const { raw } = terminal
    await vi.advanceTimersByTimeAsync(60_000)
    expect(terminal.raw).toBe(raw)
    run.view.onEvent({ type: 'answered' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(terminal.raw).not.toBe(raw)
  })

  it('mentions a long verification as that', async () => {
    run.begins('one')
    run.ends('one')
    await vi.advanceTimersByTimeAsync(6000)
    expect(terminal.raw).toContain('… the first  being verified  5.0s')
  })

  it('moves no cursor, and leaves no timer and no listener behind', async () => {
    run.begins('one')
    await run.view.finish()
    run.view.abort()
    expect(terminal.raw).not.toContain('\u001B')
    expect([vi.getTimerCount(), terminal.listenerCount('error')]).toEqual([0, 0])
  })

  it('writes nothing more to a log that cannot be written', () => {
    terminal.emit('error', new Error('EPIPE'))
    run.begins('one')
    expect(terminal.raw).toBe('')
  })
})

it('the silent view writes nothing', async () => {
  const silent = new Terminal()
  const quiet = new ShownRun(threeSteps)
  await quiet.open(silent, 'silent')
  quiet.begins('one')
  await quiet.view.finish()
  quiet.view.abort()
  expect(silent.raw).toBe('')
})
