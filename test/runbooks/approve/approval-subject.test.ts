import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { approvalSubject, type NamedSubject } from '../../../src/runbooks/approve/approval.js'

const state = mkdtempSync(join(tmpdir(), 'preflight-subject-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

const hash = 'ab'.repeat(32)
const digest = `sha256:${'cd'.repeat(32)}`
const run = '20261121T042400Z-deploy-production-3f9a1c'
const subject = (different: Partial<NamedSubject>) =>
  approvalSubject({ named: hash, plan: undefined, step: 'agreed', digest: undefined, state, ...different })

describe('what is approved', () => {
  it('is the first run of a plan, by the hash with or without its prefix', async () => {
    for (const named of [hash, `sha256:${hash}`])
      expect(await subject({ named, digest })).toEqual({ plan: `sha256:${hash}`, run: null, step: 'agreed', digest })
  })

  it('is a run of whose folder nothing can be read, where all of it is given', async () => {
    expect(await subject({ named: run, plan: hash, digest: digest.slice(7) })).toEqual({
      plan: `sha256:${hash}`,
      run,
      step: 'agreed',
      digest,
    })
  })

  it.each([
    ['a plan without a digest', {}, '--digest is missing'],
    ['a plan with a digest of no form', { digest: 'abc' }, '--digest must be sha256: and 64 hexadecimal digits'],
    ['a plan of a plan', { plan: hash, digest }, '--plan names the plan of a run, but the argument is already a plan'],
    ['a run without its plan', { named: run, digest }, '--plan is missing'],
    ['a run without its digest', { named: run, plan: hash }, '--digest is missing'],
    [
      'a part of a run that cannot be looked up',
      { named: 'last', plan: hash, digest },
      'last is not the id of a run: with --plan and --digest it must be given in full',
    ],
    ['a hash in capitals', { named: hash.toUpperCase(), digest, plan: hash }, /is not the id of a run/],
    [
      'a hash with something behind it',
      { named: `${hash}\nstep: other`, digest, plan: hash },
      /is not the id of a run/,
    ],
    ['a run that is not there', { named: run }, /no runs in/],
  ])('is not %s', async (_, different, message) => {
    await expect(subject(different)).rejects.toMatchObject({
      name: 'UsageError',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    })
  })
})
