import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ApprovalFormatError,
  formatApproval,
  parseApproval,
  type ApprovalDocument,
} from '../../../src/runbooks/approve/approval.js'
import { propertyRuns } from '../../property-runs.js'

const run = '20261121T042400Z-deploy-production-3f9a1c'
const document: ApprovalDocument = {
  id: 'c0ffee00'.repeat(4),
  plan: `sha256:${'0a'.repeat(32)}`,
  run,
  digest: `sha256:${'0d'.repeat(32)}`,
  step: 'how/script/agreed',
  by: 'grace',
  at: '2026-02-28T23:59:59.999Z',
  expires: '2026-03-01T00:00:00.000Z',
}
const text = formatApproval(document)

it('is nine lines, to the byte', () => {
  expect(text).toBe(
    `preflight-approval v2\nid: ${'c0ffee00'.repeat(4)}\nplan: sha256:${'0a'.repeat(32)}\nrun: ${run}\nstep: how/script/agreed\ndigest: sha256:${'0d'.repeat(32)}\nby: grace\nat: 2026-02-28T23:59:59.999Z\nexpires: 2026-03-01T00:00:00.000Z\n`,
  )
  expect(parseApproval(text)).toEqual(document)
})

it('is for the first run of a plan where it names none', () => {
  const made = formatApproval({ ...document, run: null })
  expect(made).toContain('\nrun: first\n')
  expect(parseApproval(made)).toEqual({ ...document, run: null })
})

it('of the version before is refused: it does not say what it approves', () => {
  const before = `preflight-approval v1\nplan: sha256:${'0a'.repeat(32)}\nstep: agreed\nby: grace\nat: 2026-02-28T23:59:59.999Z\nexpires: 2026-03-01T00:00:00.000Z\n`
  expect(() => parseApproval(before)).toThrow(
    'it was made by an earlier version of preflight and does not contain what it approves: make a new one',
  )
})

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
const step = fc
  .array(fc.string({ unit: fc.constantFrom(...'abz09-'), minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
const user = fc.string({ unit: fc.constantFrom(...'abZ_.@+-09żł名'), minLength: 1, maxLength: 64 })
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 })

it('is read as it was written', () => {
  fc.assert(
    fc.property(
      hex,
      hex,
      step,
      user,
      instant,
      fc.integer({ min: 1, max: 86_400_000 }),
      fc.constantFrom(run, null),
      (plan, digest, path, by, at, lasts, its) => {
        const made = {
          id: digest.slice(32),
          plan: `sha256:${plan}`,
          run: its,
          step: path,
          digest: `sha256:${digest}`,
          by,
          at: new Date(at).toISOString(),
          expires: new Date(at + lasts).toISOString(),
        }
        expect(parseApproval(formatApproval(made))).toEqual(made)
      },
    ),
  )
})

it('has one text only: what is read is written the same', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: text.length - 1 }),
      fc.constantFrom(...'a0:\n \r\0Zz/-'),
      fc.constantFrom('replace', 'insert', 'remove'),
      (at, character, how) => {
        const changed =
          text.slice(0, at) + (how === 'remove' ? '' : character) + text.slice(how === 'insert' ? at : at + 1)
        let read: ApprovalDocument
        try {
          read = parseApproval(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(ApprovalFormatError)
          return
        }
        expect(formatApproval(read)).toBe(changed)
      },
    ),
    { numRuns: propertyRuns(1000) },
  )
})

describe('nothing else is one', () => {
  it.each([
    ['no text', ''],
    ['without its last newline', text.slice(0, -1)],
    ['with a line more', `${text}\n`],
    ['with something before it', ` ${text}`],
    ['with a byte order mark', `\uFEFF${text}`],
    ['with Windows line ends', text.replaceAll('\n', '\r\n')],
    ['of another version', text.replace('v2', 'v3')],
    ['with the lines in another order', text.replace(/(digest: .*\n)(by: .*\n)/, '$2$1')],
    ['with a line twice', text.replace('by: grace\n', 'by: grace\nby: grace\n')],
    ['with a hash in capitals', text.replace('0a', '0A')],
    ['with a digest in capitals', text.replace('0d', '0D')],
    ['with a shorter id', text.replace('c0', '')],
    ['with a run of no form', text.replace(run, 'last')],
    ['without its run', text.replace(`run: ${run}\n`, '')],
    ['with a shorter hash', text.replace('0a', '')],
    ['with a step above its folder', text.replace('how/script', '../script')],
    ['with two slashes', text.replace('how/', 'how//')],
    ['with a name of two words', text.replace('grace', 'grace hopper')],
    ['without a name', text.replace('grace', '')],
    ['with an escape in the name', text.replace('grace', 'gr\u001B[2Jace')],
    ['with a NUL in the name', text.replace('grace', 'grace\0')],
    ['with a name that reads the other way round', text.replace('grace', 'gr\u202Eace')],
    ['with a local time', text.replace('.999Z', '.999+01:00')],
  ])('%s', (_, changed) => {
    expect(() => parseApproval(changed)).toThrow(ApprovalFormatError)
  })

  it.each([
    '2026-02-30T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-02-28T24:00:00.000Z',
    '2026-02-28T23:60:00.000Z',
  ])('with the time %s, which does not exist', (time) => {
    expect(() => parseApproval(text.replace(document.expires, time))).toThrow('one of its times does not exist')
  })

  it('that expires before it is made', () => {
    expect(() => parseApproval(text.replace(document.expires, document.at))).toThrow('it expires before it was made')
  })
})

it('is not written of what could not be read', () => {
  for (const wrong of [
    { by: 'grace\nexpires: 2099-01-01T00:00:00.000Z' },
    { by: '' },
    { step: 'a b' },
    { step: 'a\nby: root' },
    { plan: 'sha256:1' },
    { digest: 'sha256:1' },
    { run: 'x' },
    { id: '' },
    { at: 'now' },
  ]) {
    expect(() => formatApproval({ ...document, ...wrong }), JSON.stringify(wrong)).toThrow(ApprovalFormatError)
  }
})
