import { describe, expect, it } from 'vitest'
import { runOneShot } from '../../src/processes/one-shot.js'

const environment = { PATH: process.env['PATH'] }
const shell = (script: string) => ({ argv: ['bash', '-c', script] as const, environment, limit: 60_000 })

describe('a one-shot program', () => {
  it('gives its exit code and what it wrote, byte for byte', async () => {
    const { exitCode, stdout, stderr } = await runOneShot(shell('printf "a\\n\\377"; echo no >&2; exit 3'))
    expect([exitCode, stdout, String(stderr)]).toEqual([3, Buffer.from('a\n\xff', 'latin1'), 'no\n'])
  })

  it('sees the environment that it was given, and nothing else', async () => {
    const { stdout } = await runOneShot({
      argv: ['env'],
      environment: { ...environment, GIVEN: 'yes', NOT: undefined },
      limit: 60_000,
    })
    const names = String(stdout)
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
    expect(names.sort()).toEqual(['GIVEN', 'PATH'])
  })

  it('reads its input, and nothing without it', async () => {
    expect(String((await runOneShot({ ...shell('cat'), input: Buffer.from('text') })).stdout)).toBe('text')
    expect(String((await runOneShot(shell('cat'))).stdout)).toBe('')
  })

  it('has no exit code when a signal ended it', async () => {
    expect(await runOneShot(shell('kill -9 $$'))).toMatchObject({ exitCode: -1, wroteTooMuch: false })
  })

  it('is killed when it writes without end', async () => {
    expect(await runOneShot({ ...shell('yes'), mostOutput: 1000 })).toMatchObject({ wroteTooMuch: true })
  })

  it('that cannot be started is an error of the system', async () => {
    await expect(runOneShot({ argv: ['no-such-program'], environment, limit: 60_000 })).rejects.toMatchObject({
      code: 'ENOENT',
      syscall: 'spawn no-such-program',
    })
  })

  it('is waited for no longer than its limit or the signal, even if something holds its output open', async () => {
    const silence = { name: 'SilenceError' }
    await expect(runOneShot({ ...shell('sleep 5 & wait'), limit: 200 })).rejects.toMatchObject(silence)
    await expect(runOneShot(shell('sleep 5'), AbortSignal.timeout(200))).rejects.toMatchObject(silence)
    await expect(runOneShot(shell('exit 0'), AbortSignal.abort())).rejects.toMatchObject(silence)
  })
})
