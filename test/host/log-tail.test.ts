import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTail } from '../../src/host/log-tail.js'
import { propertyRuns } from '../property-runs.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-tail-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const never = new AbortController().signal

/**
 * A file that something happens to between the look at its size and the reading: `act` is called once the size is
 * known.
 */
async function whileChanging(path: string, act: () => void): Promise<FileHandle> {
  const file = await open(path)
  const stat = file.stat.bind(file)
  let looks = 0
  file.stat = (async () => {
    const found = await stat()
    if ((looks += 1) === 1) act()
    return found
  }) as FileHandle['stat']
  return file
}

describe('readTail', () => {
  it('gives the longest run of whole lines at the end that fits, whatever the file holds', async () => {
    const path = join(folder, 'any')
    const line = fc.stringMatching(/^[a-c]{0,6}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        async (lines, ends, bytes, most) => {
          const pieces = lines
            .map((each, index) => (index < lines.length - 1 || ends ? `${each}\n` : each))
            .filter((piece) => piece !== '')
          writeFileSync(path, pieces.join(''))
          const file = await open(path)
          const { text, fromStart } = await readTail(file, { lines: most, bytes }, never)
          await file.close()
          let expected = ''
          for (const piece of pieces.slice(-most).reverse()) {
            if (expected.length + piece.length > bytes) break
            expected = piece + expected
          }
          expect(text).toBe(expected)
          expect(fromStart).toBe(expected === pieces.join(''))
        },
      ),
      { numRuns: propertyRuns(300) },
    )
  })

  it('gives what is left of a file that shrinks while it is read, and says so', async () => {
    const path = join(folder, 'shrinking')
    writeFileSync(path, 'one\ntwo\nthree\n')
    const file = await whileChanging(path, () => writeFileSync(path, 'new\n'))
    expect(await readTail(file, { lines: 10, bytes: 1000 }, never)).toEqual({
      text: 'new\n',
      fromStart: true,
      omitted: 'the file shrank while it was read',
    })
    await file.close()
  })

  it('leaves out the line that is being written', async () => {
    const path = join(folder, 'growing')
    writeFileSync(path, 'one\npassword=can')
    const file = await whileChanging(path, () => writeFileSync(path, 'ary\n', { flag: 'a' }))
    expect(await readTail(file, { lines: 10, bytes: 1000 }, never)).toMatchObject({
      text: 'one\n',
      fromStart: true,
      omitted: expect.stringContaining('the line that was being written') as string,
    })
    await file.close()
  })

  it('stops at the signal', async () => {
    const path = join(folder, 'cut')
    writeFileSync(path, 'one\n')
    const file = await open(path)
    expect(await readTail(file, { lines: 10, bytes: 1000 }, AbortSignal.abort())).toMatchObject({
      text: '',
      omitted: expect.stringContaining('reading was cut off') as string,
    })
    await file.close()
  })
})
