import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { clearLeftovers } from '../../../../src/incidents/bundle/leftovers.js'
import { partialOf } from '../../../../src/incidents/bundle/partial.js'
import { readBundle, verifyBundle } from '../../../../src/incidents/bundle/read-bundle.js'
import { contents, origin, refusalOf, temporaryFolder } from '../support.js'
import { runWriters, type Stop, type Writer } from './writer.js'

const files = contents.slice(-3).map(({ path, content }) => ({ path, content: content.toString() }))
const request = (parent: string): Writer['request'] => ({ parent, name: 'incident', files, manifest: origin })
const namesIn = (parent: string): string[] => (existsSync(parent) ? readdirSync(parent).sort() : [])

/** What is in the folder after the writer died, having made sure that it is whole or hidden. */
async function leftBehind(parent: string): Promise<'nothing' | 'folder' | 'both'> {
  const hidden = namesIn(parent).filter((name) => partialOf(name) !== undefined)
  const visible = namesIn(parent).filter((name) => !hidden.includes(name))
  for (const name of visible) {
    const bundle = await readBundle(join(parent, name))
    expect(verifyBundle(bundle)).toEqual([])
    expect(bundle.files.size).toBe(files.length + 1)
  }
  for (const place of hidden.flatMap((name) =>
    ['', 'incident', 'incident.tar.gz'].map((part) => join(parent, name, part)),
  )) {
    expect(await refusalOf(readBundle(place))).toMatchObject({ fault: 'unfinished' })
  }
  if (visible.join() === 'incident,incident.tar.gz') return 'both'
  expect(visible).toEqual(visible.length === 0 ? [] : ['incident'])
  return visible.length === 0 ? 'nothing' : 'folder'
}

/** Clears up what was left, as the next writer does, and makes sure of it. */
async function cleared(parent: string, left: 'nothing' | 'folder' | 'both'): Promise<void> {
  if (!existsSync(parent)) return
  const partials = namesIn(parent).filter((name) => partialOf(name) !== undefined)
  expect(await clearLeftovers(parent)).toEqual(
    partials.map((name) => ({
      path: join(parent, name),
      became: left === 'folder' ? 'finished' : 'removed',
      because: '',
    })),
  )
  const expected = left === 'nothing' ? [] : ['incident', 'incident.tar.gz']
  expect(namesIn(parent)).toEqual(expected)
  for (const name of expected) expect(verifyBundle(await readBundle(join(parent, name)))).toEqual([])
}

/** What a writer does that nothing happens to. */
let operations: readonly string[] = []
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-bundle-'))
  const [whole] = await runWriters([{ request: request(join(folder, 'new')) }])
  expect(await leftBehind(join(folder, 'new'))).toBe('both')
  operations = whole?.operations ?? []
  expect(operations).toEqual(expect.arrayContaining(['mkdir', 'open', 'writeFile', 'sync', 'rename', 'link', 'rm']))
  await rm(folder, { recursive: true })
})

describe('a writer whose disk fails', () => {
  it('leaves nothing, or a whole bundle, whichever of its operations fails; and needs no hard links', async () => {
    const folder = await temporaryFolder()
    const failing = operations.map((_, index): Writer => ({
      request: request(join(folder, `${index + 1}`)),
      stop: { at: index + 1, error: 'EIO' },
    }))
    const withoutLinks: Writer = {
      request: request(join(folder, 'without-links')),
      stop: { at: operations.indexOf('link') + 1, error: 'EPERM' },
    }
    const ends = await runWriters([...failing, withoutLinks])

    expect(ends.at(-1)).toMatchObject({ end: 'written', written: { leftovers: [] } })
    expect(await leftBehind(join(folder, 'without-links'))).toBe('both')
    for (const [index, end] of ends.slice(0, -1).entries()) {
      const parent = join(folder, `${index + 1}`)
      if (index === operations.length - 1) {
        // Everything is in place by then; what could not be removed is named.
        expect(end).toMatchObject({
          end: 'written',
          written: { leftovers: [{ became: 'kept', because: 'EIO: made up' }] },
        })
        expect(await leftBehind(parent)).toBe('both')
      } else {
        expect({ operation: operations[index], end }).toMatchObject({
          end: { end: 'refused', refusal: { code: 'output', exitCode: 74 } },
        })
        expect({ index, left: namesIn(parent) }).toEqual({ index, left: [] })
      }
    }
    expect(operations.at(-1)).toBe('rm')
  })
})

describe('a writer that is killed', () => {
  it('leaves a whole bundle or none at each of its operations, and the next writer clears up', async () => {
    const folder = await temporaryFolder()
    const stops = operations.flatMap((name, index): Stop[] => [
      { at: index + 1 },
      ...(['writeFile', 'rm'].includes(name) ? [{ at: index + 1, inMiddle: true }] : []),
    ])
    const parentOf = (stop: Stop): string => join(folder, `${stop.at}${stop.inMiddle === true ? '-in-middle' : ''}`)
    const ends = await runWriters(stops.map((stop) => ({ request: request(parentOf(stop)), stop })))
    expect(ends.map(({ end }) => end)).toEqual(stops.map(() => 'stopped'))

    for (const stop of stops) {
      const left = await leftBehind(parentOf(stop))
      // The folder exists from its renaming on, the archive from its link on.
      const expected =
        stop.at - 1 <= operations.indexOf('rename')
          ? 'nothing'
          : stop.at - 1 <= operations.indexOf('link')
            ? 'folder'
            : 'both'
      expect({ stop, left }).toEqual({ stop, left: expected })
      await cleared(parentOf(stop), left)
    }
    expect(stops.length).toBeGreaterThan(90)
  })
})
