import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { verifyAttestation } from '../../src/attestation/verify-attestation.js'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { folderOf, preflight, type Ended } from './cli/preflight.js'

const fixtures = fileURLToPath(new URL('../fixtures/version-0.1.0', import.meta.url))

/**
 * A copy of what version 0.1.0 left, as it was on its machine: journals are private. Its deployment file says
 * `env-files`, which is called `environment` now.
 */
function leftBehind(): string {
  const folder = folderOf({})
  cpSync(fixtures, folder, { recursive: true })
  const deploymentFile = join(folder, 'preflight.yaml')
  writeFileSync(deploymentFile, readFileSync(deploymentFile, 'utf8').replace('env-files:', 'environment:'))
  for (const [each, mode] of filesOf(join(folder, 'state'))) chmodSync(each, mode)
  for (const run of readdirSync(join(folder, 'state/runs')))
    mkdirSync(join(folder, 'state/runs', run, 'evidence'), { mode: 0o700 })
  return folder
}

function* filesOf(folder: string): Generator<[string, number]> {
  yield [folder, 0o700]
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* filesOf(join(folder, entry.name))
    else yield [join(folder, entry.name), 0o600]
  }
}

const runbook = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  preflight(['runbook', ...args, '--state', 'state'], { cwd })
const goOn = ['--no-builtin', '--runbooks', 'runbooks'] as const

describe.concurrent('what version 0.1.0 left', () => {
  it.each([
    ['go.json', 0],
    ['locked.json', 0],
    ['waived.json', 0],
    ['no-go.json', 1],
  ] as const)('the result %s is reported with its exit code', async (file, exitCode) => {
    expect(await preflight(['report', file, '--exit-code'], { cwd: fixtures })).toMatchObject({ exitCode, stderr: '' })
  })

  it('results are compared', async () => {
    const ended = await preflight(['diff', 'go.json', 'no-go.json'], { cwd: fixtures })
    expect(ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('house/config/eu') as string })
  })

  it('a result becomes the attestation of today', async () => {
    const cwd = leftBehind()
    writeFileSync(
      join(cwd, 'release.key'),
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
      { mode: 0o600 },
    )
    const ended = await preflight(
      [
        'attest',
        'go.json',
        '--key',
        'release.key',
        '--output',
        'new.json',
        '--subject',
        `house@sha256:${'7'.padStart(64, '0')}`,
      ],
      { cwd },
    )
    expect(ended).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(cwd, 'new.json'))).toBe(true)
  })

  it('an attestation holds, and is only too old', async () => {
    const options = {
      keyFiles: [join(fixtures, 'attestation.pub')],
      subjects: [`house@sha256:${'7'.padStart(64, '0')}`],
      commit: undefined,
      lockFile: join(fixtures, 'preflight.lock'),
      lockDigest: undefined,
      profile: 'prod',
      allowPart: false,
      allowDirty: false,
    }
    const yearsLater = await verifyAttestation(join(fixtures, 'attestation.json'), {
      ...options,
      maxAge: 86_400_000 * 36_500,
    })
    expect(yearsLater).toMatchObject({ refusals: [], statement: { predicate: { result: 'PASSED' } } })
    const today = await verifyAttestation(join(fixtures, 'attestation.json'), { ...options, maxAge: 1 })
    expect(today.refusals.map(({ code }) => code)).toEqual(['too-old'])
  })

  it('a lock is obeyed, and one more input does not break what it never listed', async () => {
    const cwd = leftBehind()
    writeFileSync(
      join(cwd, 'preflight.yaml'),
      readFileSync(join(cwd, 'preflight.yaml'), 'utf8').replace(/waivers:.*\n/, ''),
    )
    expect(await preflight(['lock', '--check', '--no-builtin'], { cwd })).toMatchObject({ exitCode: 0 })
    const ended = await preflight(['run', '--no-builtin', '--no-keep', '--format', 'json'], { cwd })
    expect(ended.exitCode).toBe(0)
    expect((JSON.parse(ended.stdout) as ResultDocument).run.lock).toMatchObject({ state: 'locked' })
  })
})

// One after the other: the target of all these runs is `the house in .`.
describe('a run that version 0.1.0 left', () => {
  it('verifies and shows its state', async () => {
    const cwd = leftBehind()
    const states = { completed: 0, failed: 0, undone: 0, running: 0 }
    for (const run of readdirSync(join(cwd, 'state/runs'))) {
      // 4: a run that was killed has no end.
      expect(await runbook(cwd, 'verify', run)).toMatchObject({ exitCode: run.includes('-wait-') ? 4 : 0 })
      const { stdout } = await runbook(cwd, 'status', run, '--format', 'json')
      states[(JSON.parse(stdout) as { readonly state: keyof typeof states }).state]++
    }
    expect(states).toEqual({ completed: 1, failed: 1, undone: 1, running: 1 })
  })

  it('is resumed to its end when it failed', async () => {
    const cwd = leftBehind()
    writeFileSync(join(cwd, 'bell'), '')
    const run = runIn(cwd, 'paint', 0)
    expect(await runbook(cwd, 'resume', run, ...goOn)).toMatchObject({ exitCode: 0 })
  })

  it('is undone when it completed', async () => {
    const cwd = leftBehind()
    writeFileSync(join(cwd, 'door'), 'red\n')
    const run = runIn(cwd, 'paint', 1)
    expect(await runbook(cwd, 'undo', run, '--reason', 'the wrong colour', ...goOn)).toMatchObject({ exitCode: 21 })
    expect(existsSync(join(cwd, 'door'))).toBe(false)
  })

  it('is resolved and resumed when it was killed', async () => {
    const cwd = leftBehind()
    const run = runIn(cwd, 'wait', 0)
    expect(await runbook(cwd, 'resolve', run, 'dry', '--as', 'done', '--reason', 'touched it')).toMatchObject({
      exitCode: 0,
    })
    expect(await runbook(cwd, 'resume', run, ...goOn)).toMatchObject({ exitCode: 0 })
  })
})

/** The id of the run of a runbook that began as the nth. */
function runIn(cwd: string, name: string, nth: number): string {
  return readdirSync(join(cwd, 'state/runs'))
    .filter((run) => run.includes(`-${name}-`))
    .sort()[nth]!
}
