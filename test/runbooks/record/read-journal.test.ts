import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { continueJournal, createJournal } from '../../../src/runbooks/record/journal-file.js'
import { headName, journalName, readJournal } from '../../../src/runbooks/record/read-journal.js'
import { done, ended, intent, journalOf, started, temporaryFolder } from './support.js'
import { propertyRuns } from '../../property-runs.js'

const course = [
  started(),
  intent('one'),
  done('one'),
  intent('two'),
  done('two'),
  intent('three'),
  done('three'),
  ended(),
]

async function linesOf(folder: string): Promise<string[]> {
  return (await readFile(join(folder, journalName), 'utf8')).split('\n').slice(0, -1)
}

async function writeLines(folder: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, journalName), lines.map((line) => `${line}\n`).join(''))
}

describe('a journal as it was written', () => {
  it('is read back, entry by entry, with its head', async () => {
    const folder = await journalOf(course)
    const read = await readJournal(folder)
    expect(read.problems).toEqual([])
    expect(read.entries.map(({ event }) => event)).toEqual(course)
    expect(read.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(read.head).toEqual({ seq: 8, hash: read.hashes.at(-1) })
  })

  it('can be read by its owner only', async () => {
    const folder = await journalOf(course)
    for (const name of [journalName, headName]) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  })

  it('is gone on with where it ended, in another process too', async () => {
    const folder = await journalOf(course.slice(0, 4))
    const journal = await continueJournal(folder, await readJournal(folder))
    await journal.append(done('two'))
    await journal.close()
    const read = await readJournal(folder)
    expect(read.problems).toEqual([])
    expect(read.entries).toHaveLength(5)
  })

  it('never overwrites another one', async () => {
    const folder = await journalOf(course)
    await expect(createJournal(folder)).rejects.toThrow(/could not be written/)
  })

  it('is whole for whoever reads it while its run goes on', async () => {
    const folder = await temporaryFolder()
    const journal = await createJournal(folder)
    await journal.append(started())
    let isOver = false
    const written = (async () => {
      for (let count = 0; count < 200; count += 1) await journal.append(count % 2 === 0 ? intent('one') : done('one'))
      isOver = true
    })()
    const problems: string[] = []
    while (!isOver) problems.push(...(await readJournal(folder)).problems)
    await written
    await journal.close()
    expect(problems).toEqual([])
  })

  it('holds appends that were asked for at once in their order', async () => {
    const folder = await temporaryFolder()
    const journal = await createJournal(folder)
    await Promise.all(course.map((event) => journal.append(event)))
    await journal.close()
    expect((await readJournal(folder)).entries.map(({ event }) => event)).toEqual(course)
  })
})

describe('a last line without its end', () => {
  it('is passed over, and cut off when the run continues, when it was never acknowledged', async () => {
    const folder = await journalOf(course.slice(0, 4))
    const path = join(folder, journalName)
    const whole = await readFile(path)
    await writeFile(path, Buffer.concat([whole, Buffer.from('{"seq":5,"at":"2026-')]))
    const read = await readJournal(folder)
    expect(read.problems).toEqual([])
    expect(read.entries).toHaveLength(4)
    expect(read.tornBytes).toBe(20)
    const journal = await continueJournal(folder, read)
    await journal.append(done('two'))
    await journal.close()
    const after = await readJournal(folder)
    expect(after.problems).toEqual([])
    expect(after.entries).toHaveLength(5)
  })

  it('is refused at every length when it was acknowledged', async () => {
    const folder = await journalOf(course)
    const path = join(folder, journalName)
    const whole = await readFile(path)
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1
    for (let size = lastLine; size < whole.length; size += 1) {
      await truncate(path, size)
      expect((await readJournal(folder)).problems, `cut off at ${size} of ${whole.length}`).toHaveLength(1)
      await writeFile(path, whole)
    }
    expect((await readJournal(folder)).problems).toEqual([])
  })

  it('may be whole and not yet acknowledged: written, and the process ended before it could say so', async () => {
    const folder = await journalOf(course.slice(0, 4))
    const head = await readFile(join(folder, headName))
    const journal = await continueJournal(folder, await readJournal(folder))
    await journal.append(done('two'))
    await journal.close()
    await writeFile(join(folder, headName), head)
    const read = await readJournal(folder)
    expect(read.problems).toEqual([])
    expect(read.entries).toHaveLength(5)
  })
})

describe('a journal that was touched', () => {
  it.each([1, 2, 5])('is refused when its last %i lines are gone', async (count) => {
    const folder = await journalOf(course)
    await writeLines(folder, (await linesOf(folder)).slice(0, -count))
    const { problems } = await readJournal(folder)
    expect(problems).toEqual([`the end is missing: 8 entries were acknowledged, but only ${8 - count} exist`])
  })

  it('is refused when its head file is gone, empty, or set back', async () => {
    const folder = await journalOf(course)
    const earlier = await journalOf(course.slice(0, 3))
    await rm(join(folder, headName))
    expect((await readJournal(folder)).problems[0]).toMatch(/missing or damaged/)
    await writeFile(join(folder, headName), '')
    expect((await readJournal(folder)).problems[0]).toMatch(/missing or damaged/)
    await writeFile(join(folder, headName), await readFile(join(earlier, headName)))
    expect((await readJournal(folder)).problems).toHaveLength(1)
  })

  it('is refused for any edited, swapped, doubled or removed line and any changed byte', async () => {
    const folder = await journalOf(course)
    const path = join(folder, journalName)
    const whole = await readFile(path)
    const lines = await linesOf(folder)
    const index = fc.integer({ min: 0, max: lines.length - 1 })
    const change = fc.oneof(
      fc
        .tuple(index, index)
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => lines.with(a, lines[b]!).with(b, lines[a]!)),
      index.map((at) => [...lines.slice(0, at + 1), ...lines.slice(at)]),
      index.map((at) => lines.filter((_, each) => each !== at)),
      index.map((at) =>
        lines.with(
          at,
          lines[at]!.replace('"one"', '"two"').replace('"step":"t', '"step":"o').replace('completed', 'undone'),
        ),
      ),
    )
    await fc.assert(
      fc.asyncProperty(change, async (changed) => {
        fc.pre(changed.join('\n') !== lines.join('\n'))
        await writeLines(folder, changed)
        expect((await readJournal(folder)).problems).toHaveLength(1)
      }),
      { numRuns: propertyRuns(60) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const bytes = Buffer.from(whole)
          bytes[at] = bytes[at]! ^ by
          await writeFile(path, bytes)
          expect((await readJournal(folder)).problems).toHaveLength(1)
        },
      ),
      { numRuns: propertyRuns(150) },
    )
  })
})

describe.each([journalName, headName])('where the %s is not a regular file', (name) => {
  const wrong: Readonly<Record<string, [(path: string, aside: string) => Promise<void>, string]>> = {
    'a link to what it was': [
      async (path, aside) => (await rename(path, aside), symlink(aside, path)),
      'is a symbolic link',
    ],
    'a link to a missing file': [async (path) => (await rm(path), symlink('gone', path)), 'is a symbolic link'],
    'a link to itself': [async (path) => (await rm(path), symlink(path, path)), 'is a symbolic link'],
    'a folder': [async (path) => (await rm(path), mkdir(path)), 'is not a regular file'],
    'a pipe without a writer': [
      async (path) => (await rm(path), void execFileSync('mkfifo', [path])),
      'is not a regular file',
    ],
    'larger than the maximum size of a journal': [
      (path) => truncate(path, 2 ** 29 + 1),
      'is larger than the maximum size of a journal',
    ],
  }

  it.each(Object.entries(wrong))('but %s, it is refused', async (_, [change, said]) => {
    const folder = await journalOf(course)
    await change(join(folder, name), join(folder, 'aside'))
    const { problems, tornBytes } = await readJournal(folder)
    expect(problems).toEqual([expect.stringContaining(`${name} ${said}`)])
    expect(tornBytes).toBe(0)
  })
})

it.each([
  [100, []],
  [1000, ['line 3: it is not an entry of a journal']],
])('a line that nests %i levels deep is an entry only where that can be walked', async (levels, problems) => {
  const folder = await journalOf(course.slice(0, 2))
  const journal = await continueJournal(folder, await readJournal(folder))
  let deep: unknown = 0
  for (let level = 0; level < levels; level += 1) deep = [deep]
  const event = done('one')
  await journal.append({ ...event, facts: { json: deep } } as typeof event)
  await journal.close()
  expect((await readJournal(folder)).problems).toEqual(problems)
})
