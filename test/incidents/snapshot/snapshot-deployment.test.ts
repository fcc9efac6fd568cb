import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OutputError, PreflightError } from '../../../src/base/errors.js'
import { safeJson } from '../../../src/base/text/bounded-json.js'
import { snapshotSchema } from '../../../src/incidents/snapshot/snapshot.js'
import { snapshotDeployment, type SnapshotOptions } from '../../../src/incidents/snapshot/snapshot-deployment.js'

const pack = `stage: config
profiles: { prod: { aliases: [production] } }
variables:
  REGION: { values: [eu, us], exposure: public }
inputs:
  wanted: { type: string, description: the region that is wanted, default: eu }
checks:
  region:
    title: the region is the one that is wanted
    severity: blocker
    class: config
    env: { name: REGION }
    expect:
      - that: facts.set && facts.value == inputs.wanted
    fix: set REGION
`
const folder = mkdtempSync(join(tmpdir(), 'preflight-snapshot-'))
const at = (name: string): string => join(folder, name)
const secret = randomBytes(32).toString('hex')
beforeAll(() => {
  mkdirSync(at('packs/site'), { recursive: true })
  writeFileSync(at('packs/site/a.yaml'), pack)
  writeFileSync(at('preflight.yaml'), 'deployment: eu-west\nprofile: staging\n')
  writeFileSync(at('prod.env'), `REGION=eu\nJWT_SECRET=${secret}\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function taken(overrides: Partial<SnapshotOptions> = {}): Promise<string> {
  let printed = ''
  await snapshotDeployment({
    warn: () => undefined,
    checks: [at('packs')],
    noBuiltin: true,
    config: at('preflight.yaml'),
    environment: { files: [at('prod.env')], pid: undefined, inherit: false },
    inputs: [],
    profile: undefined,
    keyFile: undefined,
    repository: undefined,
    resultFile: undefined,
    run: undefined,
    state: at('state'),
    outputFile: undefined,
    render: safeJson,
    write: async (text) => void (printed += text),
    ...overrides,
  })
  return printed
}

it('is of the deployment that the files describe', async () => {
  const printed = await taken({ outputFile: at('snapshot.json') })
  expect(snapshotSchema.parse(JSON.parse(printed))).toMatchObject({
    deployment: 'eu-west',
    profile: 'staging',
    sources: [at('prod.env')],
  })
  expect(readFileSync(at('snapshot.json'), 'utf8')).toBe(printed)
})

it('takes another name of a profile for the profile', async () => {
  expect(JSON.parse(await taken({ profile: 'production' }))).toMatchObject({ profile: 'prod' })
})

describe('is refused', () => {
  it.each<[string, Partial<SnapshotOptions>, string, RegExp]>([
    ['for an unknown profile', { profile: 'prd' }, 'usage', /unknown profile prd/],
    ['for an unknown input', { inputs: ['wnated=eu'] }, 'usage', /unknown input wnated/],
    ['for a folder that is not a checkout', { repository: at('packs') }, 'usage', /is not a git checkout/],
    ['for a run that was not kept', { run: 'last' }, 'usage', /no results/],
    ['for a key that does not exist', { keyFile: at('nowhere') }, 'usage', /nowhere does not exist/],
    ['on a full disk', { outputFile: '/dev/full' }, 'output', /cannot be written to \/dev\/full/],
  ])('%s', async (_, overrides, code, message) => {
    const refusal = await taken(overrides).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(PreflightError)
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) as string })
    expect((refusal as PreflightError).message).not.toContain(secret.slice(0, 10))
  })

  it('when a secret would still be seen: nothing is printed, nothing is written', async () => {
    const printed: string[] = []
    const refusal = await taken({
      outputFile: at('leaky.json'),
      render: () => `oh: ${Buffer.from(secret).toString('base64')}`,
      write: async (text) => void printed.push(text),
    }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'leak',
      exitCode: 70,
      message: expect.stringContaining('JWT_SECRET') as string,
    })
    expect([printed, existsSync(at('leaky.json'))]).toEqual([[], false])
  })

  it('when the report cannot be written: the file is not written either', async () => {
    const closed = new OutputError('the pipe is closed')
    await expect(taken({ outputFile: at('unread.json'), write: () => Promise.reject(closed) })).rejects.toBe(closed)
    expect(existsSync(at('unread.json'))).toBe(false)
  })
})
