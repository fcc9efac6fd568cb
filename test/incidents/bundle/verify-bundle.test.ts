import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyBundle } from '../../../src/incidents/bundle/read-bundle.js'

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
const hello = Buffer.from('hello')
const listed = (path: string, content = hello): { path: string; bytes: number; sha256: string } => ({
  path,
  bytes: content.length,
  sha256: sha256(content),
})
const whole = {
  schemaVersion: 1,
  tool: { name: 'preflight', version: '0.1.0' },
  incident: 'i',
  createdAt: '2026-11-21T04:24:00.000Z',
  files: [listed('evidence/log'), listed('summary.md')],
}

const bundle = (
  manifest: unknown,
  files: Readonly<Record<string, Buffer>> = { 'evidence/log': hello, 'summary.md': hello },
): { files: Map<string, Buffer> } => ({
  files: new Map([
    ...Object.entries(files),
    ...(manifest === undefined
      ? []
      : [['manifest.json', Buffer.isBuffer(manifest) ? manifest : Buffer.from(JSON.stringify(manifest))] as const]),
  ]),
})

describe('verifyBundle', () => {
  it('finds nothing in a whole bundle', () => {
    expect(verifyBundle(bundle(whole))).toEqual([])
  })

  it('lists every file that is missing, changed or not listed', () => {
    const files = { 'evidence/log': Buffer.from('hallo'), 'result.json': hello, 'evidence/more': hello }
    expect(
      verifyBundle(
        bundle(
          {
            ...whole,
            files: [listed('evidence/log'), listed('incident.json'), { ...listed('result.json'), bytes: 6 }],
          },
          files,
        ),
      ),
    ).toEqual([
      { code: 'content', path: 'evidence/log', message: 'evidence/log was changed: its SHA-256 differs' },
      { code: 'missing', path: 'incident.json', message: 'incident.json is missing' },
      { code: 'size', path: 'result.json', message: 'result.json has 5 bytes; the manifest says 6' },
      { code: 'not-listed', path: 'evidence/more', message: 'evidence/more is not in the manifest' },
    ])
  })

  it.each<[string, unknown, string]>([
    ['no manifest', undefined, 'it is missing'],
    ['a manifest that is not JSON', Buffer.from('{"secret":hunter2hunter2}'), 'it is not JSON in UTF-8'],
    ['a manifest that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'it is not JSON in UTF-8'],
    ['an empty manifest', Buffer.alloc(0), 'it is not JSON'],
    ['a manifest of 100,000 open brackets', Buffer.from('['.repeat(100_000)), 'it is not JSON'],
    ['a manifest of 2 MiB', Buffer.alloc(2 << 20, ' '), 'more than 1048576 bytes'],
    ['another version', { ...whole, schemaVersion: 2 }, 'at schemaVersion'],
    ['an unknown key', { ...whole, signed: true }, 'schemaVersion 1'],
    ['an unknown key with an escape', { ...whole, '\u001b[2J': true }, 'schemaVersion 1'],
    ['a prototype', Buffer.from(JSON.stringify(whole).replace('{', '{"__proto__":{"files":[]},')), 'schemaVersion 1'],
    ['a missing key', { ...whole, incident: undefined }, 'at incident'],
    ['a list', [], 'schemaVersion 1'],
    ['null', null, 'schemaVersion 1'],
    ['a negative size', { ...whole, files: [{ ...listed('summary.md'), bytes: -1 }] }, 'at files[0].bytes'],
    [
      'a hash in capitals',
      { ...whole, files: [{ ...listed('summary.md'), sha256: listed('summary.md').sha256.toUpperCase() }] },
      'at files[0].sha256',
    ],
    ['a path that climbs', { ...whole, files: [listed('evidence/../../x')] }, 'at files[0].path'],
    ['a path with an escape', { ...whole, files: [listed('evidence/\u001b[2J')] }, 'at files[0].path'],
    ['a path with a newline at its end', { ...whole, files: [listed('evidence/a\n')] }, 'at files[0].path'],
    ['itself', { ...whole, files: [listed('manifest.json')] }, 'at files[0].path'],
    ['a file twice', { ...whole, files: [listed('summary.md'), listed('summary.md')] }, 'at files'],
    ['another order', { ...whole, files: [listed('summary.md'), listed('evidence/log')] }, 'at files'],
    ['a time that is none', { ...whole, createdAt: 'yesterday' }, 'at createdAt'],
  ])('refuses %s, and quotes nothing of it', (_, manifest, message) => {
    const problems = verifyBundle(bundle(manifest))
    expect(problems).toEqual([
      { code: 'manifest', path: 'manifest.json', message: expect.stringContaining(message) as string },
    ])
    expect(problems[0]!.message).not.toMatch(/hunter2|[\u0000-\u001f]/)
  })

  it('needs the manifest to list what there is even when there is nothing', () => {
    expect(verifyBundle(bundle({ ...whole, files: [] }, {}))).toEqual([])
    expect(verifyBundle(bundle({ ...whole, files: [] }, { 'summary.md': hello }))).toMatchObject([
      { code: 'not-listed' },
    ])
  })
})
