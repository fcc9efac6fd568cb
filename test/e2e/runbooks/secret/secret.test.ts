import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { afterAll, expect, it } from 'vitest'
import { program } from '../../program.js'

const token = 'vT7-qLw2.Zk9xR4_mB6nJ8sD'
const folder = mkdtempSync(join(tmpdir(), 'preflight-secret-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A beginning of the id of a run that is the only one. */
const onlyRun = '2'

function preflight(...args: string[]): string {
  const own = ['--no-builtin', '--runbooks', join(import.meta.dirname, 'books')]
  const { stdout, stderr } = spawnSync(
    execPath,
    ['--', program, 'runbook', ...args, ...(args[0] === 'status' || args[0] === 'history' ? [] : own)],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: folder, TALKATIVE_TOKEN: token },
    },
  )
  return stdout + stderr
}

it('stands in no argument, no journal, no plan, no status, no report and no line of output, in no form', () => {
  const outputs = {
    plan: preflight('plan', 'example/talkative'),
    planJson: preflight('plan', 'example/talkative', '--format', 'json'),
    run: preflight('run', 'example/talkative'),
    status: preflight('status', '--format', 'json'),
    report: preflight('render', '--run', 'last'),
    undo: preflight('undo', onlyRun, '--reason', `the token is ${token}`),
    history: preflight('history', '--format', 'json'),
  }
  expect(outputs.run).toContain('plain [redacted]')
  expect(outputs.run).toContain('it said: ')
  expect(outputs.undo).toContain('undone')
  const files = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
  expect(files.length).toBeGreaterThan(1)
  const texts = [...Object.entries(outputs), ...files.map((path) => [path, readFileSync(path, 'utf8')] as const)]
  const forms = [
    token,
    token.slice(0, 20),
    Buffer.from(token).toString('base64').replace(/=+$/, ''),
    Buffer.from(token).toString('hex'),
  ]
  for (const [name, text] of texts)
    for (const form of forms) expect(text.includes(form), `${form} in ${name}`).toBe(false)
})
