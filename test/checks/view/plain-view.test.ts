import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createView } from '../../../src/checks/view/create-view.js'
import type { CheckView } from '../../../src/checks/view/check-view.js'
import { definition, plan } from '../run/builders.js'
import { finished, outcome, reached, started } from './events.js'
import { Terminal } from '../../engine/terminal.js'

const checks = plan([definition({ id: 'a/config/x' }), definition({ id: 'a/config/y' })])

let terminal: Terminal
let view: CheckView
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  terminal = new Terminal(400)
  view = await createView({
    plan: checks,
    stream: terminal.stream,
    mode: 'plain',
    colour: false,
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
  })
})
afterEach(() => {
  view.abort()
  vi.useRealTimers()
})

describe('the plain view', () => {
  it('writes a line for each check that ends, and the stages at the end', async () => {
    view.onEvent(started('a/config/y'))
    view.onEvent(finished('a/config/y', 'fail', 'hunter2 is\nno \u001B[31mpassword'))
    view.onEvent(started('a/config/x'))
    view.onEvent(finished('a/config/x', 'pass'))
    await view.finish()
    expect(terminal.raw).toBe(
      [
        '[1/2] ✖ a/config/y  fail: [redacted] is no \\e[31mpassword',
        '[2/2] ✔ a/config/x  a/config/x is as it should be  12ms',
        '✖ config  1 pass, 1 fail',
        '',
      ].join('\n'),
    )
  })

  it('holds no command for the build server that shows its lines', async () => {
    view.onEvent(started('a/config/y'))
    view.onEvent(
      finished('a/config/y', 'fail', 'it said ##[set-output name=go;]1 and ##vso[task.complete result=Succeeded;]done'),
    )
    await view.finish()
    expect(terminal.raw).not.toMatch(/##\w*\[/)
    expect(terminal.raw).toContain('# #[set-output name=go;]1')
  })

  it('says that a check waits for the budget of its peer, for how long still, and then no more', async () => {
    view.onEvent(started('a/config/x'))
    view.onEvent({ type: 'check-waits', id: 'a/config/x', waiting: { peer: 'api', milliseconds: 16_500 } })
    view.onEvent(started('a/config/y'))
    view.onEvent({ type: 'check-waits', id: 'a/config/y', waiting: { peer: 'api', milliseconds: undefined } })
    await vi.advanceTimersByTimeAsync(6000)
    expect(terminal.raw).toMatch(/… running a\/config\/x {2}[\d.]+s {2}waits for api's budget, 1[12]s\n/)
    expect(terminal.raw).toMatch(/… running a\/config\/y {2}[\d.]+s {2}waits for api's budget\n/)
    view.onEvent({ type: 'check-waits', id: 'a/config/x', waiting: undefined })
    const before = terminal.raw.length
    await vi.advanceTimersByTimeAsync(16_000)
    expect(terminal.raw.slice(before)).toMatch(/running a\/config\/x {2}[\d.]+s\n/)
  })

  it('mentions what is slow after five seconds, and every fifteen from then on', async () => {
    view.onEvent(started('a/config/x'))
    view.onEvent(reached('a/config/x', 'connect'))
    const mentions: number[] = []
    for (let second = 1; second <= 40; second += 1) {
      await vi.advanceTimersByTimeAsync(1000)
      if (terminal.raw.split('\n').length - 1 > mentions.length) mentions.push(second)
    }
    expect(mentions).toEqual([5, 20, 35])
    expect(terminal.text).toContain('… running a/config/x  5.0s  reached connect')
    view.onEvent(finished('a/config/x', 'pass'))
    const { raw } = terminal
    await vi.advanceTimersByTimeAsync(60_000)
    expect(terminal.raw).toBe(raw)
  })

  it('says what is waited for when that changes, and else every fifteen seconds', () => {
    const on = [
      outcome('a/config/x', 'fail', 'hunter2\nis \u001B[31mrefused'),
      outcome('a/config/y', 'timeout', 'no answer'),
    ]
    view.onWaiting({ on, remaining: 100_000 })
    view.onWaiting({ on, remaining: 99_000 })
    view.onWaiting({ on: on.slice(1), remaining: 98_000 })
    vi.advanceTimersByTime(15_000)
    view.onWaiting({ on: on.slice(1), remaining: 83_000 })
    view.onWaiting({ on: [], remaining: 82_000 })
    expect(terminal.raw.split('\n').map((line) => line.trim())).toEqual([
      '… waiting for a/config/x: [redacted] is \\e[31mrefused (and 1 more), 1m40s left',
      '… waiting for a/config/y: no answer, 1m38s left',
      '… waiting for a/config/y: no answer, 1m23s left',
      '',
    ])
  })

  it('counts a check that was looked at again once, as it is now', async () => {
    view.onEvent(finished('a/config/x', 'blocked'))
    view.onEvent(finished('a/config/y', 'fail'))
    view.onEvent(started('a/config/x'))
    view.onEvent(finished('a/config/x', 'pass'))
    view.onEvent(finished('a/config/y', 'pass'))
    await view.finish()
    expect(
      terminal.raw
        .trim()
        .split('\n')
        .slice(-3)
        .map((line) => line.slice(0, 20)),
    ).toEqual(['[2/2] ✔ a/config/x  ', '[2/2] ✔ a/config/y  ', '✔ config  2 pass'])
  })

  it('moves no cursor, and leaves no timer and no listener behind', async () => {
    view.onEvent(started('a/config/x'))
    await view.finish()
    expect(terminal.raw).not.toContain('\u001B')
    expect([vi.getTimerCount(), terminal.listenerCount('error')]).toEqual([0, 0])
  })

  it('refuses an event about a check that is not in the plan', () => {
    expect(() => view.onEvent(started('a/config/other'))).toThrow('a/config/other')
  })

  it('writes nothing more to a log that cannot be written', () => {
    terminal.emit('error', new Error('EPIPE'))
    view.onEvent(finished('a/config/x', 'pass'))
    expect(terminal.raw).toBe('')
  })
})

it('the silent view writes nothing', async () => {
  const silent = new Terminal()
  const quiet = await createView({
    plan: checks,
    stream: silent.stream,
    mode: 'silent',
    colour: true,
    redact: (text) => text,
  })
  quiet.onEvent(started('a/config/x'))
  await quiet.finish()
  quiet.abort()
  expect(silent.raw).toBe('')
})
