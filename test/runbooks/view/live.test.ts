import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Terminal } from '../../engine/terminal.js'
import { ada, ShownRun, threeSteps } from './run.js'

let terminal: Terminal
let run: ShownRun
const tick = (milliseconds = 100): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  terminal = new Terminal()
  run = new ShownRun(threeSteps)
})
afterEach(() => {
  run.view.abort()
  vi.useRealTimers()
})

describe('the live view of a runbook', () => {
  it('shows the running step with its time and its last lines, and what comes next', async () => {
    await run.open(terminal, 'live')
    run.begins('one')
    run.says('one', '1\n2\n3\nhunter2 \u001B[2J\n')
    await tick(1500)
    expect(terminal.text.split('\n')).toEqual([
      'an example  0/3',
      '⠴ the first  1.5s',
      '    | 2',
      '    | 3',
      '    | [redacted] \\e[2J',
      '· the second',
      '·   the third',
    ])
    expect(terminal.isCursorShown).toBe(false)
  })

  it('puts what ended above the window for good', async () => {
    await run.open(terminal, 'live')
    run.begins('one')
    run.ends('one')
    run.tell({ type: 'step-skipped', step: 'two', reason: 'it is not wanted' })
    run.begins('two/three')
    run.ends('two/three', { state: 'failed', message: 'hunter2\nis wrong' })
    run.begins('two/three', 2)
    await tick()
    expect(terminal.text.split('\n')).toEqual([
      '✔ the first (1.2s)',
      '– the second  skipped: it is not wanted',
      '✖   the third (1.2s)  failed: [redacted]',
      '    | is wrong',
      'an example  2/3',
      '⠙ the third  100ms  attempt 2',
    ])
    run.ends('two/three', { attempt: 2 })
    await run.view.finish()
    expect(terminal.text.split('\n').slice(4)).toEqual(['✔   the third (1.2s)', 'an example  3/3'])
    expect([terminal.isCursorShown, terminal.isWrapping]).toEqual([true, true])
  })

  it('says that a step is being verified once that takes long', async () => {
    await run.open(terminal, 'live')
    run.begins('one')
    run.ends('one')
    await tick(200)
    expect(terminal.text).not.toContain('verified')
    await tick(400)
    expect(terminal.text).toContain('the first  being verified  600ms')
    run.tell({ type: 'step-verified', step: 'one', answer: 'does-not-hold', message: 'nothing answers', facts: {} })
    await tick()
    expect(terminal.text).toContain('✖ the first  its verification does not hold: nothing answers')
  })

  it('shows an undo as that, and nothing as coming next', async () => {
    await run.open(terminal, 'live')
    run.begins('one')
    run.ends('one')
    run.tell({ type: 'undo-started', reason: 'the release is withdrawn', operator: ada })
    run.tell({ type: 'undo-intent', step: 'one', attempt: 1, action: [] })
    await tick()
    expect(terminal.text.split('\n')).toEqual([
      '✔ the first (1.2s)',
      '↶ taking back what was done: the release is withdrawn',
      'an example  1/3',
      '⠙ undo of the first  100ms',
    ])
    run.tell({ type: 'undo-result', step: 'one', attempt: 1, state: 'undone', message: '', facts: {}, durationMs: 100 })
    await tick()
    expect(terminal.text).toContain('↶ undo of the first (100ms)  undone\nan example')
  })

  it('counts and announces no step that runs only after an undo, and shows it there', async () => {
    run = new ShownRun([...threeSteps, { path: 'after-undo/reload', title: 'the reload', isAfterUndo: true }])
    await run.open(terminal, 'live')
    run.begins('one')
    run.ends('one')
    await tick()
    expect(terminal.text.split('\n').slice(1)).toEqual(['an example  1/3', '· the second', '·   the third'])
    run.tell({ type: 'undo-started', reason: 'a reason', operator: ada })
    run.begins('after-undo/reload')
    await tick()
    expect(terminal.text.split('\n').slice(2)).toEqual(['an example  1/3', '⠹ the reload  100ms'])
    run.ends('after-undo/reload')
    await run.view.finish()
    expect(terminal.text.split('\n').slice(2)).toEqual(['✔   the reload (1.2s)', 'an example  1/3'])
  })

  it('gives the terminal to a question, and takes it back below the answer', async () => {
    await run.open(terminal, 'live')
    run.begins('one')
    run.ends('one')
    run.begins('two')
    await tick()
    run.view.onEvent({ type: 'asking' })
    expect(terminal.text).toBe('✔ the first (1.2s)')
    expect([terminal.isCursorShown, terminal.isWrapping]).toEqual([true, true])
    const { writes } = terminal
    await tick(2000)
    expect(terminal.writes).toBe(writes)
    terminal.write('? type done  done\n')
    run.view.onEvent({ type: 'answered' })
    await tick()
    expect(terminal.text.split('\n')).toEqual([
      '✔ the first (1.2s)',
      '? type done  done',
      'an example  1/3',
      expect.stringMatching(/the second {2}2\.\ds$/),
      '·   the third',
    ])
    expect(terminal.isCursorShown).toBe(false)
  })

  it('draws no window into a question that comes before all steps', async () => {
    await run.open(terminal, 'live')
    run.view.onEvent({ type: 'asking' })
    await tick(500)
    expect(terminal.text).toBe('')
    expect(terminal.isCursorShown).toBe(true)
    run.tell({ type: 'step-approved', step: 'one', how: 'typed', operator: ada })
    run.view.onEvent({ type: 'answered' })
    await tick()
    expect(terminal.text).toContain('▸ the first  approved by ada\nan example  0/3')
  })

  it('gives the terminal back at once when it is aborted, while somebody is asked too, and loses no line', async () => {
    await run.open(terminal, 'live')
    run.begins('one')
    await tick()
    run.view.onEvent({ type: 'asking' })
    run.ends('one', { state: 'cancelled', message: 'the question was interrupted' })
    run.view.abort()
    expect(terminal.text).toBe('⊘ the first (1.2s)  cancelled: the question was interrupted')
    expect([terminal.isCursorShown, terminal.isWrapping]).toEqual([true, true])
    const { raw } = terminal
    await tick(1000)
    run.view.abort()
    await run.view.finish()
    expect(terminal.raw).toBe(raw)
  })

  it('begins at the state of a resumed run', async () => {
    run.before({ type: 'step-intent', step: 'one', attempt: 1, action: [] })
    run.before({
      type: 'step-result',
      step: 'one',
      attempt: 1,
      state: 'done',
      effect: 'possible',
      message: '',
      facts: {},
      outputs: {},
      durationMs: 1,
    })
    await run.open(terminal, 'live')
    await tick()
    expect(terminal.text.split('\n')).toEqual(['an example  1/3', '· the second', '·   the third'])
  })

  it('registers no signal handler, and leaves no listener and no timer behind', async () => {
    const before = ['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name))
    await run.open(terminal, 'live')
    run.begins('one')
    await tick()
    run.view.onEvent({ type: 'asking' })
    run.view.onEvent({ type: 'answered' })
    expect(process.listenerCount('SIGINT')).toBe(before[0])
    await run.view.finish()
    expect(['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name))).toEqual(before)
    expect([terminal.listenerCount('error'), vi.getTimerCount()]).toEqual([0, 0])
  })

  it('survives a terminal that is gone', async () => {
    await run.open(terminal, 'live')
    terminal.emit('error', new Error('EPIPE'))
    run.begins('one')
    await tick(500)
    await run.view.finish()
  })

  it('draws at most ten frames a second over a thousand steps, on a small terminal too, and keeps every one of them', async () => {
    terminal = new Terminal(30, 6)
    run = new ShownRun(
      Array.from({ length: 1000 }, (_, index) => ({
        path: `step-${index}`,
        title: `a rather long title of the step ${index}`,
      })),
    )
    await run.open(terminal, 'live')
    await tick()
    const before = terminal.writes
    for (const { path } of run.steps) {
      run.begins(path)
      run.says(path, 'much\nto\nsay\n')
      run.ends(path)
      await tick(1)
    }
    expect(terminal.writes - before).toBeLessThanOrEqual(11)
    await run.view.finish()
    const text = terminal.lines.join('').replaceAll(' ', '')
    expect(text.match(/✔arather/g)).toHaveLength(1000)
    expect(terminal.text.endsWith('an example  1000/1000')).toBe(true)
  })
})
