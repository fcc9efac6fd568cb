import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partialOf } from '../../../src/bundle/partial.js'
import { readBundle } from '../../../src/bundle/read-bundle.js'
import { verifyBundle } from '../../../src/bundle/verify-bundle.js'
import { writeBundle } from '../../../src/bundle/write-bundle.js'
import { contents, origin, refusalOf, temporaryFolder } from '../support.js'
import { runWriters, type Stop, type Writer } from './writer.js'

const files = contents.slice(-3).map(({ path, content }) => ({ path, content: content.toString() }))
const request = (parent: string): Writer['request'] => ({ parent, name: 'incident', files, manifest: origin })
const namesIn = (parent: string): string[] => (existsSync(parent) ? readdirSync(parent).sort() : [])

/** What stands in the folder after the writer died, having made sure that it is whole or hidden. */
async function leftBehind(parent: string): Promise<'nothing' | 'folder' | 'both'> {
  const hidden = namesIn(parent).filter((name) => partialOf(name) !== undefined)
  const visible = namesIn(parent).filter((name) => !hidden.includes(name))
  for (const name of visible) {
    const bundle = await readBundle(join(parent, name))
    expect(verifyBundle(bundle)).toEqual([])
    expect(bundle.files.size).toBe(files.length + 1)
  }
  for (const place of hidden.flatMap((name) => ['', 'incident', 'incident.tar.gz'].map((part) => join(parent, name, part)))) {
    expect(await refusalOf(readBundle(place))).toMatchObject({ fault: 'unfinished' })
  }
  if (visible.join() === 'incident,incident.tar.gz') return 'both'
  expect(visible).toEqual(visible.length === 0 ? [] : ['incident'])
  return visible.length === 0 ? 'nothing' : 'folder'
}

/** Has the next writer clear up what was left, and makes sure that it did. */
async function cleared(parent: string, left: 'nothing' | 'folder' | 'both'): Promise<void> {
  const partials = namesIn(parent).filter((name) => partialOf(name) !== undefined)
  const { leftovers } = await writeBundle({ ...request(parent), name: 'next' })
  expect(leftovers).toEqual(partials.map((name) => ({ path: join(parent, name), became: left === 'folder' ? 'finished' : 'removed', because: '' })))
  const expected = [...(left === 'nothing' ? [] : ['incident', 'incident.tar.gz']), 'next', 'next.tar.gz']
  expect(namesIn(parent)).toEqual(expected)
  for (const name of expected) expect(verifyBundle(await readBundle(join(parent, name)))).toEqual([])
}

describe('a writer that is killed', () => {
  it('leaves a whole bundle or none at each of its operations, and the next writer clears up', async () => {
    const folder = await temporaryFolder()
    const [whole] = await runWriters([{ request: request(join(folder, 'whole')) }])
    const operations = whole?.operations ?? []
    expect(operations).toEqual(expect.arrayContaining(['mkdir', 'open', 'writeFile', 'sync', 'rename', 'link', 'rm']))
    expect(await leftBehind(join(folder, 'whole'))).toBe('both')

    const stops = operations.flatMap((name, index): Stop[] => [{ at: index + 1 }, ...(['writeFile', 'rm'].includes(name) ? [{ at: index + 1, inMiddle: true }] : [])])
    const parentOf = (stop: Stop): string => join(folder, `${stop.at}${stop.inMiddle === true ? '-in-middle' : ''}`)
    const ends = await runWriters(stops.map((stop) => ({ request: request(parentOf(stop)), stop })))
    expect(ends.map(({ end }) => end)).toEqual(stops.map(() => 'stopped'))

    for (const stop of stops) {
      const left = await leftBehind(parentOf(stop))
      // The folder stands from its renaming on, the archive from its link on.
      const expected = stop.at - 1 <= operations.indexOf('rename') ? 'nothing' : stop.at - 1 <= operations.indexOf('link') ? 'folder' : 'both'
      expect({ stop, left }).toEqual({ stop, left: expected })
      await cleared(parentOf(stop), left)
    }
    expect(stops.length).toBeGreaterThan(90)
  })
})
