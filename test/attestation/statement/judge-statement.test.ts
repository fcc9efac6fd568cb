import { describe, expect, it } from 'vitest'
import { judgeStatement, type Demands } from '../../../src/attestation/statement/judge-statement.js'
import { statementOf } from '../../../src/attestation/statement/state-result.js'
import type { Subject } from '../../../src/attestation/statement/statement.js'
import { checkResult } from '../../incidents/documents.js'
import { attestable, commit, digest, finishedAt, ofPart, stated } from './documents.js'

const hour = 3_600_000
const ended = Date.parse(finishedAt)
const image: Subject = { name: 'registry.example/bus', digest: { sha256: digest } }
const demands: Demands = {
  now: ended + hour,
  maxAge: 24 * hour,
  profile: 'prod',
  subjects: [{ digest: { gitCommit: commit } }],
  lockDigest: undefined,
  allowPart: false,
  allowDirty: false,
}
const locked = attestable(undefined, { lock: { digest, state: 'locked' } })
const unlocked = attestable(undefined, { lock: { digest, state: 'other-selection' } })
const dirty = attestable(undefined, { git: { commit, dirty: true } })

describe('a statement is relied on', () => {
  it.each<[string, ReturnType<typeof stated>, Partial<Demands>]>([
    ['when all of it holds', stated(), {}],
    ['as old as is allowed', stated(), { now: ended + 24 * hour }],
    ['when another machine’s clock is a little ahead', stated(), { now: ended - 60_000 }],
    ['of the locked selection', stated(locked), { lockDigest: digest }],
    [
      'of the locked selection, which is not a part whatever else there is',
      stated(ofPart(locked)),
      { lockDigest: digest },
    ],
    ['of a part, where that will do', stated(ofPart(attestable())), { allowPart: true }],
    ['of a changed checkout, where that will do', stated(dirty), { allowDirty: true }],
    [
      'of another profile, where that one is wanted',
      stated(attestable(undefined, { profile: 'staging' })),
      { profile: 'staging' },
    ],
    [
      'of an image, whatever the checkout of the run was',
      statementOf(dirty, { subjects: [image], resultDigest: digest, now: ended }),
      { subjects: [image] },
    ],
    [
      'of an image under any name',
      statementOf(dirty, { subjects: [image], resultDigest: digest, now: ended }),
      { subjects: [{ digest: image.digest }] },
    ],
    ['with a waiver', stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })])), {}],
  ])('%s', (_, statement, more) => {
    expect(judgeStatement(statement, { ...demands, ...more })).toEqual([])
  })
})

describe('a statement is refused', () => {
  it.each<[string, ReturnType<typeof stated>, Partial<Demands>, RegExp]>([
    ['no-go', stated(attestable([checkResult('a/b/c', { status: 'fail' })])), {}, /no-go \(exit 1\)/],
    ['too-old', stated(), { now: ended + 24 * hour + 1 }, /24h ago/],
    ['in-the-future', stated(), { now: ended - 60_001 }, /ahead of this machine's clock/],
    ['other-profile', stated(attestable(undefined, { profile: 'dev' })), {}, /profile dev; expected prod/],
    ['part', stated(ofPart(attestable())), {}, /1 of 3 checks did not run/],
    ['part', stated(unlocked), {}, /not for the locked selection/],
    ['other-lock', stated(), { lockDigest: digest }, /did not use a lock/],
    ['other-lock', stated(locked), { lockDigest: 'cd'.repeat(32) }, /another lock/],
    ['other-lock', stated(unlocked), { lockDigest: digest, allowPart: true }, /did not judge the locked selection/],
    ['other-commit', stated(), { subjects: [{ digest: { gitCommit: 'f'.repeat(40) } }] }, /expected commit ffff/],
    ['other-subject', stated(), { subjects: [image] }, /about commit 0123.* expected registry/],
    [
      'other-subject',
      statementOf(locked, { subjects: [image], resultDigest: digest, now: ended }),
      { subjects: [{ ...image, name: 'elsewhere/bus' }] },
      /expected elsewhere/,
    ],
    [
      'other-subject',
      statementOf(locked, { subjects: [image], resultDigest: digest, now: ended }),
      { subjects: [image, { digest: { sha256: 'cd'.repeat(32) } }] },
      /expected sha256:cdcd/,
    ],
    ['dirty', stated(dirty), {}, /differed from its commit/],
  ])('as %s', (code, statement, more, message) => {
    const refusals = judgeStatement(statement, { ...demands, ...more })
    expect(refusals.map((refusal) => refusal.code)).toEqual([code])
    expect(refusals[0]!.message).toMatch(message)
  })

  it('for everything that is wrong with it, at once', () => {
    const refusals = judgeStatement(
      stated(ofPart(attestable([checkResult('a/b/c', { status: 'error' })], { profile: 'dev' }))),
      { ...demands, now: ended + 25 * hour, subjects: [image] },
    )
    expect(refusals.map(({ code }) => code)).toEqual(['no-go', 'too-old', 'other-profile', 'part', 'other-subject'])
  })
})
