import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { signersFile, signingKey } from '../../../runbooks/actions/support/signing.js'
import { folderOf, preflight } from '../../cli/preflight.js'

const book = (signers: string) => `title: something somebody agrees to
target: ${JSON.stringify(signers)}
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
interface Plan {
  readonly hash: string
  readonly steps: readonly {
    readonly approval: { readonly digest: string; readonly covers: readonly string[] } | null
  }[]
}
async function planOf(): Promise<Plan> {
  const { stdout } = await preflight(
    ['runbook', 'plan', 'example/agreement', '--runbooks', 'books', '--format', 'json'],
    { cwd: folder },
  )
  return JSON.parse(stdout) as Plan
}

/** The arguments of a printed command, with what its user fills in. */
function printed(text: string, start: string, filled: Readonly<Record<string, string>>): string[] {
  const command = new RegExp(`${start}[^\`\n]*`).exec(text)![0]
  return command
    .split(' ')
    .slice(1)
    .map((word) => filled[word] ?? word)
}

/** Messages are wrapped to the width of the terminal. */
const unwrapped = (text: string): string => text.replace(/\s*\n\s+/g, ' ')

describe('an approval from the command line', () => {
  it('lets the run go on that waits for it, with the commands that the run prints', async () => {
    const stopped = await preflight(['runbook', 'run', 'example/agreement', ...books], { cwd: folder })
    expect(stopped.exitCode).toBe(23)
    const [, head] = /^Head {2}(\d+:[0-9a-f]{64})$/m.exec(stopped.stdout)!
    expect(stopped.stdout).toMatch(new RegExp(`preflight runbook resume \\S+ --head ${head!}`))

    // The approver sees nothing of the state folder.
    const made = await preflight([
      ...printed(unwrapped(stopped.stdout), 'preflight runbook approve', {
        FILE: join(folder, 'agreed'),
        KEY: key.path,
      }),
      '--expires',
      '10m',
    ])
    expect(made.exitCode, made.stderr).toBe(0)
    const resume = printed(made.stdout, 'preflight runbook resume', {})
    const resumed = await preflight([...resume, ...books, '--head', head!], { cwd: folder })
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0)
  })

  it('lets the first run of a plan go on, with the command that the plan prints', async () => {
    const { hash, steps } = await planOf()
    expect(steps.map(({ approval }) => approval?.covers)).toEqual([['go'], undefined])
    const plan = await preflight(['runbook', 'plan', 'example/agreement', '--runbooks', 'books'], { cwd: folder })
    const made = await preflight(
      [...printed(plan.stdout, 'preflight runbook approve', { FILE: 'beforehand' }), '--sign', key.path],
      { cwd: folder },
    )
    expect(made.exitCode, made.stderr).toBe(0)
    expect(made.stdout).toContain(`--plan ${hash} --approval ${join(folder, 'beforehand')}`)
    const run = await preflight(
      ['runbook', 'run', 'example/agreement', ...books, '--plan', hash, '--approval', 'beforehand'],
      { cwd: folder },
    )
    expect(run.exitCode, run.stdout + run.stderr).toBe(0)
    const again = await preflight(
      ['runbook', 'run', 'example/agreement', ...books, '--plan', hash, '--approval', 'beforehand'],
      { cwd: folder },
    )
    expect(again.exitCode).toBe(20)
    expect(again.stdout).toContain('it was already used')
  })

  it('lets no other run go on', async () => {
    const made = await preflight(
      [
        'runbook',
        'approve',
        'ab'.repeat(32),
        '--step',
        'agreed',
        '--digest',
        'cd'.repeat(32),
        '--output',
        'another',
        '--sign',
        key.path,
      ],
      { cwd: folder },
    )
    expect(made.exitCode, made.stderr).toBe(0)
    const run = await preflight(['runbook', 'run', 'example/agreement', ...books, '--approval', 'another'], {
      cwd: folder,
    })
    expect(run.exitCode).toBe(20)
    expect(run.stdout + run.stderr).toContain('it approves another plan')
  })

  it.each([
    ['no hash', ['abc', '--step', 'agreed', '--output', 'x'], 2],
    ['no step', ['ab'.repeat(32), '--digest', 'cd'.repeat(32), '--output', 'x'], 2],
    ['no digest', ['ab'.repeat(32), '--step', 'agreed', '--output', 'x'], 2],
    [
      'too long',
      ['ab'.repeat(32), '--step', 'agreed', '--digest', 'cd'.repeat(32), '--output', 'x', '--expires', '48h'],
      2,
    ],
    ['no folder', ['ab'.repeat(32), '--step', 'agreed', '--digest', 'cd'.repeat(32), '--output', 'missing/x'], 74],
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
  return runs.find((run) =>
    readFileSync(join(folder, 'state/runs', run, 'journal.jsonl'), 'utf8').includes('"completed'),
  )!
}
