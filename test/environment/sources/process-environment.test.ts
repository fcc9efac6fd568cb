import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { asNobody } from '../../as-nobody.js'
import {
  parseProcessEnvironment,
  readProcessEnvironment,
} from '../../../src/environment/sources/process-environment.js'

const valuesOf = (variables: Awaited<ReturnType<typeof readProcessEnvironment>>) =>
  variables.map(([name, { value }]) => [name, value.reveal()])

describe('readProcessEnvironment', () => {
  it('gives what the process was started with, and nothing of ours', async () => {
    const child = spawn(
      process.execPath,
      ['-e', 'process.env.LATER = "1"; console.log("up"); process.stdin.resume()'],
      {
        env: { A: 'x=y\n', EMPTY: '', ŻÓŁW: 'é' },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    try {
      await once(child.stdout, 'data')
      const variables = await readProcessEnvironment(child.pid!)
      expect(valuesOf(variables)).toEqual([
        ['A', 'x=y\n'],
        ['EMPTY', ''],
        ['ŻÓŁW', 'é'],
      ])
      expect(variables[0]?.[1].origin).toEqual({ source: `process ${child.pid}`, line: 0 })
    } finally {
      child.stdin.end()
      await once(child, 'exit')
    }
    await expect(readProcessEnvironment(child.pid!)).rejects.toMatchObject({
      exitCode: 2,
      message: `no process ${child.pid}`,
    })
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %s as a process id', async (pid) => {
    await expect(readProcessEnvironment(pid)).rejects.toMatchObject({ exitCode: 2 })
  })

  it('refuses the process of another user', async () => {
    await expect(asNobody(() => readProcessEnvironment(1))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('is not readable') as string,
    })
  })
})

describe('parseProcessEnvironment', () => {
  const parse = (bytes: string) => parseProcessEnvironment(Buffer.from(bytes, 'latin1'), 7)

  it('takes the first of a name that occurs twice, as getenv does', () => {
    expect(valuesOf(parse('A=1\0A=2\0'))).toEqual([['A', '1']])
  })

  it.each([
    ['nothing at all', '', 'has no readable environment'],
    ['a process title written over it', 'nginx: worker process\0\0\0', 'has overwritten its environment'],
    ['a value that is not UTF-8', 'A=hunter2\xFF\0', 'A of process 7 is not UTF-8'],
    ['a name that is none', 'hun ter2=\xFF\0', 'a variable of process 7 is not UTF-8'],
  ])('refuses %s, without the value', (_, bytes, message) => {
    expect(() => parse(bytes)).toThrow(message)
    expect(() => parse(bytes)).not.toThrow(/hun ?ter2/)
  })
})
