import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collector } from '../../../src/incidents/collectors/program.js'
import { collect, valueOf } from './collect.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-program-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const script = (text: string) => ['bash', '-c', text]

async function appeared(file: string): Promise<string> {
  for (;;) {
    try {
      const text = readFileSync(file, 'utf8')
      if (text.endsWith('\n')) return text.trim()
    } catch {
      // Not there yet.
    }
    await wait(10)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a program', () => {
  it('is gathered with its command line, its end and both of its outputs', async () => {
    expect(await valueOf(collector, { argv: script('echo "out put"; echo err >&2; exit 3'), cwd: folder })).toEqual({
      command: `bash -c 'echo "out put"; echo err >&2; exit 3'`,
      folder,
      exitCode: 3,
      signal: '',
      wasEnded: false,
      stdout: 'out put\n',
      stderr: 'err\n',
      stdoutBytes: 8,
      stderrBytes: 4,
      truncated: false,
    })
  })

  it('is distinguished from one that a signal ended', async () => {
    expect(await valueOf(collector, { argv: script('kill -SEGV $$') })).toMatchObject({
      exitCode: -1,
      signal: 'SIGSEGV',
      wasEnded: false,
    })
  })

  it('gets no variable but the few that it needs, and no shell', async () => {
    process.env['CANARY'] = 'canary'
    try {
      const { stdout } = await valueOf(collector, { argv: ['env'] })
      expect(
        String(stdout)
          .trim()
          .split('\n')
          .map((line) => line.split('=')[0])
          .sort(),
      ).toEqual(['HOME', 'LANG', 'PATH', 'PREFLIGHT_EVIDENCE_MARK', 'TMPDIR'])
      expect(await valueOf(collector, { argv: ['echo', '$HOME', '; ls'] })).toMatchObject({ stdout: '$HOME ; ls\n' })
    } finally {
      delete process.env['CANARY']
    }
  })

  it('may print without end of lines or bounds, and only its beginning and end are kept', async () => {
    const value = await valueOf(collector, { argv: script('for i in {1..20000}; do echo "line $i"; done') })
    expect(value).toMatchObject({ truncated: true, exitCode: 0 })
    expect(String(value['stdout']).length).toBeLessThan(40_000)
    expect(String(value['stdout'])).toMatch(/line 20000\n$/)
  })
})

describe('a program that cannot be started', () => {
  it('is reported in words that hold no argument', async () => {
    await expect(collect(collector, { argv: ['no-such-program', 'canary'] })).rejects.toThrow(
      /^no-such-program was not found on PATH$/,
    )
    await expect(collect(collector, { argv: ['ls', 'canary'], cwd: join(folder, 'none') })).rejects.toThrow(
      `${join(folder, 'none')} is not a folder`,
    )
    const file = join(folder, 'not-executable')
    writeFileSync(file, '#!/bin/sh\n')
    chmodSync(file, 0o600)
    await expect(collect(collector, { argv: [file, 'canary'] })).rejects.toThrow(/^\S+ is not an executable file$/)
  })

  it.each([{ argv: [] }, { argv: [''] }, { argv: ['a\0b'] }, { argv: 'ls' }, {}])(
    'is refused before that: %j',
    (input) => {
      expect(collector.input.safeParse(input).success).toBe(false)
    },
  )
})

it('ends with all that it started at the signal, and what it had printed is kept', async () => {
  const pids = join(folder, 'pids')
  const limit = new AbortController()
  const gathering = valueOf(
    collector,
    {
      argv: script(
        `trap "" TERM; echo begun; (setsid sleep 300 & echo $! ; echo $$) > ${pids}.part; echo >> ${pids}.part; mv ${pids}.part ${pids}; sleep 300`,
      ),
    },
    limit.signal,
  )
  const started = (await appeared(pids)).split('\n').map(Number)
  expect(started.filter((pid) => pid > 0).every(isRunning)).toBe(true)
  limit.abort()
  expect(await gathering).toMatchObject({ wasEnded: true, exitCode: -1, stdout: 'begun\n' })
  expect(started.filter((pid) => pid > 0 && isRunning(pid))).toEqual([])
})
