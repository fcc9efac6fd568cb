import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

const pack = (note: string, more = ''): string => `
stage: runtime
variables:
  PLAIN: { exposure: public }
inputs:
  word: { type: string, secret: true, description: a secret word, default: unsaid }
checks:
  figure:
    title: a figure is there
    severity: high
    class: code
    file: { path: figure.json, json: true }
    expect: [facts.isJson && has(facts.json.seconds)]
    ${more}
    note: ${note}
    fix: write the figure
`
const own = ['--no-builtin', '--checks', 'packs']

async function run(text: string, figure: string, format = 'json') {
  const cwd = folderOf({ 'packs/site/a.yaml': text, 'packs/site/figure.json': figure })
  writeFileSync(join(cwd, 'a.env'), 'PLAIN=plain\nHIDDEN=canary-of-the-note\n')
  return preflight(['run', ...own, '--no-keep', '--env-file', 'a.env', '--format', format], { cwd })
}

async function messageOf(text: string, figure: string) {
  const { stdout } = await run(text, figure)
  const [check] = (JSON.parse(stdout) as ResultDocument).checks
  return { status: check?.status, message: check?.message }
}

const seconds = '"took ${{ facts.json.seconds }} s, ${{ vars.PLAIN }}"'

describe('the note of a check', () => {
  it('is what a pass says, in the result and in reports for people', async () => {
    expect(await messageOf(pack(seconds), '{"seconds":3}')).toEqual({ status: 'pass', message: 'took 3 s, plain' })
    for (const format of ['human', 'markdown', 'html']) {
      const { stdout, exitCode } = await run(pack(seconds), '{"seconds":3}', format)
      expect(stdout, format).toContain('took 3 s, plain')
      expect(exitCode).toBe(0)
    }
    expect((await run(pack(seconds), '{"seconds":3}', 'human')).stdout).toContain('Noted (1)')
  })

  it('is not said when the check fails or warns', async () => {
    expect(await messageOf(pack(seconds), '{}')).toMatchObject({
      status: 'fail',
      message: expect.not.stringContaining('took') as string,
    })
    expect(await messageOf(pack(seconds, 'warn: [facts.json.seconds < 3]'), '{"seconds":3}')).toMatchObject({
      status: 'warn',
      message: expect.not.stringContaining('took') as string,
    })
  })

  it('that cannot be rendered leaves the pass, and says so', async () => {
    expect(await messageOf(pack('"${{ facts.json.minutes }}"'), '{"seconds":3}')).toEqual({
      status: 'pass',
      message: expect.stringContaining('its note cannot be rendered: ') as string,
    })
  })

  it.each([
    ['"${{ env.HIDDEN }}"', 'a message cannot show env.HIDDEN: it may contain a secret'],
    ['"${{ inputs.word }}"', 'a message cannot show inputs.word: it may contain a secret'],
    ['"${{ facts.jsn }}"', 'jsn'],
    ['7', 'note'],
  ])('%s is refused', async (note, message) => {
    const cwd = folderOf({ 'packs/site/a.yaml': pack(note) })
    const { exitCode, stdout, stderr } = await preflight(['validate', ...own], { cwd })
    expect(exitCode).toBe(3)
    expect(stdout + stderr).toContain(message)
  })
})
