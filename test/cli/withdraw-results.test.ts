import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedOutputs, withdrawResults } from '../../src/cli/withdraw-results.js'
import { reporterRegistry } from '../../src/checks/result/reporter.js'
import { replaceFile } from '../../src/base/files/whole-file.js'

const goldens = join(import.meta.dirname, '../golden')
const envelope = '{\n  "payloadType": "application/vnd.in-toto+json",\n  "payload": "e30=",\n  "signatures": []\n}\n'

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'preflight-withdraw-'))
}

describe('the outputs that a command line names', () => {
  it.each([
    [['run', '--output', 'a.json'], ['json a.json']],
    [
      ['run', '--output=a.json', '--report', 'junit=b.xml', '--report=sarif=c=d.sarif'],
      ['json a.json', 'junit b.xml', 'sarif c=d.sarif'],
    ],
    [['--output', 'a.json'], ['json a.json']],
    [['run', 'demo/config', '--attest', 'k.pem', '--attestation', 'x.att'], ['attestation x.att']],
    [['run', '--', '--output', 'a.json'], []],
    [['run', '--help', '--output', 'a.json'], []],
    [['--version', '--output', 'a.json'], []],
    [['report', 'a.json', '--output', 'b.json'], []],
    [['run', '--output'], []],
    [['run', '--output', ''], []],
    [['run', '--report', 'junit='], []],
    [[], []],
  ])('%j', (words, wanted) => {
    expect(namedOutputs(words).map(({ format, file }) => `${format} ${file}`)).toEqual(wanted)
  })

  it('never throws, and names nothing after --', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'run',
            '--',
            '--output',
            '--output=',
            '--report',
            '--report=a=b',
            '--report==',
            'x',
            '',
            '--attestation=y',
          ),
        ),
        (words) => {
          const before = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
          expect(namedOutputs(words)).toEqual(namedOutputs(before.length === 0 && words.length > 0 ? ['--'] : before))
        },
      ),
    )
  })
})

describe('a green of yesterday', () => {
  it.each(reporterRegistry.names())('is gone before anything is loaded: %s', (format) => {
    const file = join(folder(), 'report')
    writeFileSync(file, readFileSync(join(goldens, `go.0.${format}.txt`)))
    withdrawResults(format === 'json' ? ['run', '--output', file] : ['run', '--report', `${format}=${file}`])
    expect(
      existsSync(file),
      `\`beginnings\` in src/cli/withdraw-results.ts must have how go.0.${format}.txt begins, as \`${format}\``,
    ).toBe(false)
  })

  it('is gone where it was signed', () => {
    const file = join(folder(), 'a.att.json')
    writeFileSync(file, envelope)
    withdrawResults(['run', '--attestation', file])
    expect(existsSync(file)).toBe(false)
  })

  it('hands its permissions on to what comes in its place', async () => {
    const file = join(folder(), 'metrics.prom')
    writeFileSync(file, readFileSync(join(goldens, 'go.0.prometheus.txt')))
    chmodSync(file, 0o644)
    withdrawResults(['run', '--report', `prometheus=${file}`])
    await replaceFile(file, 'new', { what: 'report' })
    expect(statSync(file).mode & 0o777).toBe(0o644)
  })
})

describe('what is anything else stays', () => {
  it.each([
    ['a note', 'hello\n'],
    ['another JSON document', '{ "schemaVersion": 1, "tool": { "name": "another" } }'],
    [
      'an incomplete result',
      '{\n  "schemaVersion": 1,\n  "tool": {\n    "name": "preflight",\n    "version": "1.0.0"\n  },\n  "state": "incomplete",',
    ],
    ['nothing', ''],
  ])('%s', (_, text) => {
    const file = join(folder(), 'report')
    writeFileSync(file, text)
    withdrawResults(['run', '--output', file, '--report', `junit=${file}`, '--report', `unknown=${file}`])
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('a link, and what it leads to; a folder; what is not there', () => {
    const [place, result] = [folder(), readFileSync(join(goldens, 'go.0.json.txt'))]
    const [real, link, inner] = [join(place, 'real'), join(place, 'link'), join(place, 'inner')]
    writeFileSync(real, result)
    symlinkSync(real, link)
    mkdirSync(inner)
    withdrawResults([
      'run',
      '--output',
      link,
      '--report',
      `junit=${inner}`,
      '--attestation',
      join(place, 'absent', 'x'),
    ])
    expect(readFileSync(real)).toEqual(result)
    expect(readdirSync(place).sort()).toEqual(['inner', 'link', 'real'])
  })

  it('another name of the same file', () => {
    const place = folder()
    writeFileSync(join(place, 'a'), readFileSync(join(goldens, 'go.0.json.txt')))
    linkSync(join(place, 'a'), join(place, 'b'))
    withdrawResults(['run', '--output', join(place, 'a')])
    expect(readdirSync(place)).toEqual(['b'])
  })
})

it('removes what a killed run left of writing, and nothing else', () => {
  const place = folder()
  const dead = 2 ** 22 + 1
  const old = new Date(Date.now() - 3_600_000)
  const names = [
    `.r.json.${dead}.0123456789ab.tmp`,
    `.r.json.${process.pid}.0123456789ab.tmp`,
    `.other.json.${dead}.0123456789ab.tmp`,
    '.r.json.tmp',
    `.r.json.${dead}.0123456789ab.tmp.keep`,
  ]
  for (const name of names) {
    writeFileSync(join(place, name), '')
    utimesSync(join(place, name), old, old)
  }
  writeFileSync(join(place, `.r.json.${dead}.ba9876543210.tmp`), '')
  writeFileSync(join(place, 'r.json'), readFileSync(join(goldens, 'go.0.json.txt')))
  withdrawResults(['run', '--output', join(place, 'r.json')])
  expect(readdirSync(place).sort()).toEqual([...names.slice(1), `.r.json.${dead}.ba9876543210.tmp`].sort())
})
