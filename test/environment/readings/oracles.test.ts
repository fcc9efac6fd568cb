import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readVariable } from '../../../src/environment/read-variable.js'
import type { ReadingStep } from '../../../src/environment/variable-reading.js'
import { pythonStrip, trimWhiteSpace } from '../../../src/base/language/python-number.js'

// What the real CPython and the real rustc made of some 700 texts; see generate.py beside the fixtures.
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/readings/${name}`, import.meta.url), 'utf8')
const pythonRows = JSON.parse(fixture('python.json')) as [string, string, string | null, string | null, boolean][]
const rustRows = fixture('rust.tsv')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'))

const textOfHex = (hex: string) => Buffer.from(hex, 'hex').toString('utf8')
const read = (text: string, step: ReadingStep, minimum?: number) =>
  readVariable(text, { reads: [step], exposure: 'public', ...(minimum === undefined ? {} : { minimum }) })

const canonicalInteger = (hexadecimal: string) =>
  (hexadecimal.startsWith('-') ? -BigInt(hexadecimal.slice(1)) : BigInt(hexadecimal)).toString()
const floatOf = (text: string) => ({ inf: Infinity, '-inf': -Infinity, nan: Number.NaN })[text] ?? Number(text)

it('readings agree with CPython', () => {
  for (const [hex, stripped, int, float, isTrue] of pythonRows) {
    const text = textOfHex(hex)
    const about = JSON.stringify(text.slice(0, 40))
    expect(pythonStrip(text), about).toBe(textOfHex(stripped))

    const whole = read(text, 'python-int')
    expect(whole.valid ? whole.text : null, about).toBe(int === null ? null : canonicalInteger(int))

    const real = read(text, 'python-float')
    expect(real.valid ? real.number : null, about).toBe(float === null ? null : floatOf(float))

    expect(read(text, 'only-true').bool, about).toBe(isTrue)
  }
})

it('readings agree with Rust', () => {
  for (const [hex = '', trimmed = '', signed, unsigned, truth] of rustRows) {
    const text = textOfHex(hex)
    const about = JSON.stringify(text.slice(0, 40))
    expect(trimWhiteSpace(text), about).toBe(textOfHex(trimmed))

    const i64 = read(text, 'rust-integer')
    expect(i64.valid ? i64.text : '-', about).toBe(signed)
    const u64 = read(text, 'rust-integer', 0)
    expect(u64.valid ? u64.text : '-', about).toBe(unsigned)

    expect(String(read(text, 'true-or-one').bool), about).toBe(truth)
  }
})

it('the fixtures hold both accepted and refused texts', () => {
  expect(pythonRows.length).toBeGreaterThan(600)
  expect(rustRows.length).toBe(pythonRows.length)
  expect(pythonRows.filter(([, , int]) => int !== null).length).toBeGreaterThan(100)
  expect(pythonRows.filter(([, , int]) => int === null).length).toBeGreaterThan(100)
})
