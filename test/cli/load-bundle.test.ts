import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { loadBundle, thisMachine } from '../../src/cli/load-bundle.js'

const text = '(function(exports){ exports.answer = () => 42 })'
const wrong = '(function(exports){ exports.answer = () => 43 })'

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

/** A build of a small program: what was compiled of it, and what loads it knows of that. */
function build(code = new Script(text).createCachedData()) {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-load-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'preflight.cjs'), text)
  writeFileSync(join(folder, 'preflight-run.cache'), code)
  return { folder, pins: { madeBy: thisMachine, bundle: sha256(text), caches: { run: sha256(code), help: '' } } }
}

/** What the loaded program answers, and whether V8 took the cache: `undefined` when it was given none. */
function loaded(folder: string, pins: Parameters<typeof loadBundle>[2]) {
  const { program, script } = loadBundle(folder, 'run', pins)
  return { answer: (program as unknown as { answer(): number }).answer(), rejected: script.cachedDataRejected }
}

it('takes the cache that fits', () => {
  const { folder, pins } = build()
  expect(loaded(folder, pins)).toEqual({ answer: 42, rejected: false })
})

it.each<[string, (folder: string) => void]>([
  ['without one', (folder) => rmSync(join(folder, 'preflight-run.cache'))],
  [
    'with one that is cut off',
    (folder) =>
      writeFileSync(
        join(folder, 'preflight-run.cache'),
        readFileSync(join(folder, 'preflight-run.cache')).subarray(0, 100),
      ),
  ],
  [
    'with one of another program, of the same length',
    (folder) => writeFileSync(join(folder, 'preflight-run.cache'), new Script(wrong).createCachedData()),
  ],
  [
    'with a pipe in its place, into which nothing writes',
    (folder) => {
      rmSync(join(folder, 'preflight-run.cache'))
      execFileSync('mkfifo', [join(folder, 'preflight-run.cache')])
    },
  ],
])('runs the same %s', (_, change) => {
  const { folder, pins } = build()
  change(folder)
  expect(loaded(folder, pins)).toEqual({ answer: 42, rejected: undefined })
})

it('runs the program that is there, not the one that the cache was made of', () => {
  const { folder, pins } = build()
  writeFileSync(join(folder, 'preflight.cjs'), wrong)
  expect(loaded(folder, pins)).toEqual({ answer: 43, rejected: undefined })
})

it('leaves alone what another Node made, and what V8 refuses', () => {
  const { folder, pins } = build()
  expect(loaded(folder, { ...pins, madeBy: 'v1.0.0' })).toEqual({ answer: 42, rejected: undefined })
  const other = build(new Script(`${text} `).createCachedData())
  expect(loaded(other.folder, other.pins)).toEqual({ answer: 42, rejected: true })
})

it('says that there is no program', () => {
  const { folder, pins } = build()
  rmSync(join(folder, 'preflight.cjs'))
  expect(() => loadBundle(folder, 'run', pins)).toThrow(/ENOENT/)
})
