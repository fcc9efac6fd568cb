import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeptOutput, ProgramOutput } from '../../src/processes/program-output.js'

const kept = (...chunks: string[]) => {
  const output = new KeptOutput()
  for (const chunk of chunks) output.push(Buffer.from(chunk))
  return output
}

describe('KeptOutput', () => {
  it('keeps everything up to its bound, however it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3000 }), { maxLength: 8 }), (chunks) => {
        const output = kept(...chunks)
        expect(output.truncated).toBe(false)
        expect(output.text()).toBe(chunks.join(''))
      }),
    )
  })

  it('keeps the beginning and the end of more, in whole lines, and says how much is missing', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`)
    const output = kept(...lines)
    const [head = '', missing, tail = ''] = output.text().split(/… (\d+) bytes left out …\n/)
    expect(output.truncated).toBe(true)
    expect(output.bytes).toBe(lines.join('').length)
    expect(lines.join('').startsWith(head)).toBe(true)
    expect(lines.join('').endsWith(tail)).toBe(true)
    expect(head).toMatch(/^line 0\n(line \d+\n)+$/)
    expect(tail).toMatch(/^(line \d+\n)+$/)
    expect(head.length + tail.length + Number(missing)).toBe(output.bytes)
    expect(output.text().length).toBeLessThan(33_000)
  })

  it('shows no half of a line that is longer than the bound', () => {
    expect(kept('x'.repeat(100_000)).text()).toBe('… 100000 bytes left out …\n')
  })
})

describe('ProgramOutput', () => {
  const observed = (...chunks: [stream: 'stdout' | 'stderr', text: string | Buffer][]) => {
    const output = new ProgramOutput()
    for (const [stream, text] of chunks) output.push(stream, Buffer.from(text as string))
    return output.observed()
  }

  it('reads lines whatever the chunks they come in', () => {
    const text = 'rustc 1.82.0 (f6e511eec)\r\nzażółć\n\n3 passed in 0.02s'
    fc.assert(
      fc.property(fc.array(fc.nat({ max: Buffer.byteLength(text) })), (cuts) => {
        const bytes = Buffer.from(text)
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        const chunks = edges
          .slice(1)
          .map((end, index): ['stdout', Buffer] => ['stdout', bytes.subarray(edges[index], end)])
        expect(observed(...chunks)).toMatchObject({
          stdout: text,
          version: '1.82.0',
          tail: 'rustc 1.82.0 (f6e511eec)\nzażółć\n3 passed in 0.02s',
        })
      }),
    )
  })

  it('takes the colours out', () => {
    expect(observed(['stdout', '\u001B[1m\u001B[32m3 passed\u001B[0m in 0.02s\n'])).toMatchObject({
      stdout: '3 passed in 0.02s\n',
    })
  })

  it('finds the first full version, else the first short one', () => {
    expect(observed(['stdout', 'tool 16.1 (16.1.4-deb)']).version).toBe('16.1.4')
    expect(observed(['stdout', 'tool 16.1\n']).version).toBe('16.1')
    expect(observed(['stdout', 'no number 7']).version).toBe('')
    expect(observed(['stderr', '1.2.3']).version).toBe('')
  })

  it('ends with the last lines of both streams, in whole lines', () => {
    const { tail } = observed(['stdout', 'one\n'.repeat(30)], ['stderr', 'two\n\n'], ['stdout', 'three\n'])
    expect(tail.split('\n')).toEqual([...Array.from({ length: 18 }, () => 'one'), 'two', 'three'])
    expect(observed(['stdout', `${'y'.repeat(5000)}\nlast`]).tail).toBe('… a line of 5000 characters left out …\nlast')
    expect(observed(['stdout', `${'y'.repeat(3990)}\n${'z'.repeat(30)}`]).tail).toBe('z'.repeat(30))
  })
})
