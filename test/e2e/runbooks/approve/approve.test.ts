import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { signersFile, signingKey } from '../../../actions/support/signing.js'
import { folderOf, preflight } from '../../cli/preflight.js'

const book = (signers: string) => `title: something somebody agrees to
steps:
  - id: agreed
    approve: { message: the example goes on, signed: true, signers: "${signers}" }
  - id: go
    run: [touch, went]
    effect: idempotent
`
const folder = folderOf({ 'books/example/agreement.yaml': '' })
const key = signingKey(folder)
writeFileSync(join(folder, 'books/example/agreement.yaml'), book(signersFile(folder, ['grace@example.org', key])))

const books = ['--runbooks', 'books', '--state', 'state']
async function hashOfPlan(): Promise<string> {
  const { stdout } = await preflight(['runbook', 'plan', 'example/agreement', '--runbooks', 'books', '--format', 'json'], { cwd: folder })
  return (JSON.parse(stdout) as { hash: string }).hash
}

describe('an approval from the command line', () => {
  it('lets the run go on that it was made for', async () => {
    const hash = await hashOfPlan()
    const made = await preflight(['runbook', 'approve', hash, '--step', 'agreed', '--output', 'agreed', '--sign', key.path, '--expires', '10m'], { cwd: folder })
    expect(made.exitCode, made.stderr).toBe(0)
    expect(made.stdout).toContain(`--plan ${hash} --approval ${join(folder, 'agreed')}`)

    const run = await preflight(['runbook', 'run', 'example/agreement', ...books, '--plan', hash, '--approval', 'agreed'], { cwd: folder })
    expect(run.exitCode, run.stdout + run.stderr).toBe(0)
  })

  it('lets no other run go on', async () => {
    const made = await preflight(['runbook', 'approve', 'ab'.repeat(32), '--step', 'agreed', '--output', 'another', '--sign', key.path], { cwd: folder })
    expect(made.exitCode, made.stderr).toBe(0)
    const run = await preflight(['runbook', 'run', 'example/agreement', ...books, '--approval', 'another'], { cwd: folder })
    expect(run.exitCode).toBe(20)
    expect(run.stdout + run.stderr).toContain('it approves another plan')
  })

  it('that is missing cancels the run, and says how to make one', async () => {
    const run = await preflight(['runbook', 'run', 'example/agreement', ...books], { cwd: folder })
    expect(run.exitCode).toBe(23)
    expect(run.stdout + run.stderr).toContain('preflight runbook approve')
  })

  it.each([
    ['no hash', ['abc', '--step', 'agreed', '--output', 'x'], 2],
    ['no step', ['ab'.repeat(32), '--output', 'x'], 2],
    ['too long', ['ab'.repeat(32), '--step', 'agreed', '--output', 'x', '--expires', '48h'], 2],
    ['no folder', ['ab'.repeat(32), '--step', 'agreed', '--output', 'missing/x'], 74],
  ])('is not made: %s', async (_, args, exitCode) => {
    expect((await preflight(['runbook', 'approve', ...args], { cwd: folder })).exitCode).toBe(exitCode)
    expect(existsSync(join(folder, 'x'))).toBe(false)
  })
})

it('stands in the journal with who approved, and by what', () => {
  const journal = readFileSync(join(folder, 'state/runs', newestCompleted(), 'journal.jsonl'), 'utf8')
  expect(journal).toMatch(/"by":"grace@example\.org"/)
  expect(journal).toMatch(/"proof":"signature"/)
})

function newestCompleted(): string {
  const runs = readdirSync(join(folder, 'state/runs'))
  return runs.find((run) => readFileSync(join(folder, 'state/runs', run, 'journal.jsonl'), 'utf8').includes('"completed'))!
}
