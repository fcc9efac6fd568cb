import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { reporterRegistry } from '../../src/checks/result/reporter.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

const unsafe = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/

/** What a build server obeys that reads the log: GitHub's runner, Azure's agent, TeamCity. */
const command = /^\s*::[^\s:]+(?: .*?)?::|##\w*\[/

describe.each(reporterRegistry.names())('%s', (format) => {
  it('gives whole lines that no terminal and no build server obeys, the same for what was saved, and leaves its document alone', async () => {
    const reporter = await reporterRegistry.load(format)
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const before = JSON.stringify(document)
      const text = reporter.render(document, fileStyle)
      expect(text.endsWith('\n'), name).toBe(true)
      expect(unsafe.exec(text)?.[0], name).toBeUndefined()
      // The annotations of GitHub are commands.
      if (format !== 'github')
        expect(
          text.split('\n').filter((line) => command.test(line)),
          name,
        ).toEqual([])
      expect(reporter.render(JSON.parse(before) as ResultDocument, fileStyle) === text, name).toBe(true)
      expect(JSON.stringify(document) === before, name).toBe(true)
    }
  })
})

/** What a run covered, in the formats that say it to programs. */
it.each([
  ['go', undefined, true],
  ['go-of-a-part', undefined, false],
  ['go', 'other-selection', false],
  ['go-of-a-part', 'locked', true],
] as const)('%s with a lock in the state %s: a go for a release is %s', async (spec, state, isWhole) => {
  const made = new Map(await everyDocument()).get(spec)!
  const document: ResultDocument = {
    ...made,
    run: { ...made.run, lock: state === undefined ? null : { digest: '0'.repeat(64), state } },
  }
  const rendered = async (format: string): Promise<string> =>
    (await reporterRegistry.load(format)).render(document, fileStyle)
  expect(await rendered('prometheus')).toContain(`\npreflight_whole ${isWhole ? 1 : 0}\n`)
  expect(JSON.parse(await rendered('sarif'))).toMatchObject({ runs: [{ properties: { isPartial: !isWhole } }] })
})

/** The verdict's words, in the formats that say it in words. */
describe.each(reporterRegistry.names().filter((format) => !['json', 'prometheus', 'html'].includes(format)))(
  '%s says plainly',
  (format) => {
    it.each([
      ['every-status', 'NO-GO'],
      ['go-of-a-part', 'GO FOR A PART ONLY'],
      ['go-of-the-lock', '4 of 5 checks did not run: the lock does not contain them'],
      ['nothing-observed', 'nothing was observed'],
      ['interrupted', 'INCOMPLETE'],
      ['killed', 'the run did not end, so it proves nothing'],
      ['gap', 'the counts do not add up'],
      ['warnings-count', 'warnings count'],
    ])('%s: %s', async (spec, words) => {
      const document = new Map(await everyDocument()).get(spec)!
      expect((await reporterRegistry.load(format)).render(document, fileStyle)).toContain(words)
    })

    it('that a go of another selection than the locked one does not count, though no check is left out', async () => {
      const go = new Map(await everyDocument()).get('go')!
      expect(go.counts.deselected).toBe(0)
      const document: ResultDocument = {
        ...go,
        run: { ...go.run, lock: { digest: '0'.repeat(64), state: 'other-selection' } },
      }
      expect((await reporterRegistry.load(format)).render(document, fileStyle)).toContain('GO FOR A PART ONLY')
    })

    it('what a reader should know of the run as a whole', async () => {
      const reporter = await reporterRegistry.load(format)
      for (const spec of ['go', 'go-of-a-part', 'every-status']) {
        const document = new Map(await everyDocument()).get(spec)!
        expect(
          reporter.render({ ...document, notices: ['the waiver of a check ends soon'] }, fileStyle),
          spec,
        ).toContain('the waiver of a check ends soon')
      }
    })

    it('what keeps a run from beginning, at its place', async () => {
      const document = new Map(await everyDocument()).get('invalid')!
      const text = (await reporterRegistry.load(format)).render(document, fileStyle)
      for (const word of ['checks/demo/config.yaml', 'unknown key expct', 'demo/config/a is declared twice'])
        expect(text).toContain(word)
    })
  },
)
