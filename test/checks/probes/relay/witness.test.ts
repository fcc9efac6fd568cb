import { describe, expect, it } from 'vitest'
import { Witness } from '../../../../src/checks/probes/relay/witness.js'

const never = new AbortController().signal
const sought = (label: string) => ({ label, bytes: Buffer.from(`${label}:body`), mark: Buffer.from(label) })

describe('a witness', () => {
  it('distinguishes what came unchanged from what came changed and what did not come', async () => {
    const witness = new Witness()
    for (const label of ['one', 'two', 'three']) witness.seek(sought(label))
    witness.observe(Buffer.from('one:body'))
    witness.observe(Buffer.from('<two:body>'))
    witness.observe(Buffer.from('noise'))
    await witness.wait('two', 60_000, never)
    expect(['one', 'two', 'three'].map((label) => [witness.saw(label), witness.sawUnchanged(label)])).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ])
  })

  it('knows bytes without a mark only when they are the same', () => {
    const witness = new Witness()
    witness.seek({ label: 'bytes', bytes: Buffer.from([0xff]), mark: undefined })
    witness.observe(Buffer.from([0xff, 0xff]))
    expect(witness.saw('bytes')).toBe(false)
    witness.observe(Buffer.from([0xff]))
    expect(witness.sawUnchanged('bytes')).toBe(true)
  })

  it('ends a wait when the message comes, the channel ends, the time is up, or the attempt is cut off', async () => {
    const witness = new Witness()
    witness.seek(sought('one'))
    const coming = witness.wait('one', 60_000, never)
    witness.observe(Buffer.from('one:body'))
    await coming
    witness.seek(sought('two'))
    await witness.wait('two', 10, never)
    await witness.wait('two', 60_000, AbortSignal.timeout(10))
    const ending = witness.wait('two', 60_000, never)
    witness.end(new Error('first'))
    witness.end(new Error('second'))
    await ending
    await witness.wait('two', 60_000, never)
    expect(witness.failure).toMatchObject({ message: 'first' })
  })
})
