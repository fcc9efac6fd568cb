import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullInputName, fullNameOf, isSameInputName, keptOfInput, readInputName } from '../../src/checks/input-names.js'
import { check, definitionsOf, file } from './load/support/packs.js'

const inputsOf = (names: readonly string[]): string =>
  `inputs:\n${names.map((name) => `  ${name}: { type: string, description: x, default: a }\n`).join('')}`

const { packs } = await definitionsOf({
  'bus/a.yaml': file({ one: check() }, inputsOf(['address', 'port', 'edge'])),
  'edge/a.yaml': file({ one: check() }, inputsOf(['address', 'token', 'folder'])),
  'edge-eu/a.yaml': file({ one: check() }, inputsOf(['address', 'folder'])),
})

describe('a written name', () => {
  it.each([
    ['port', 'bus.port'],
    ['bus.port', 'bus.port'],
    ['token', 'edge.token'],
    ['bus.address', 'bus.address'],
    ['edge.address', 'edge.address'],
    ['edge-eu.address', 'edge-eu.address'],
    // A name alone that is also the name of a pack.
    ['edge', 'bus.edge'],
  ])('%s means %s', (written, full) => {
    const { input } = readInputName({ packs }, written)
    expect(input && fullInputName(input)).toBe(full)
    expect(fullNameOf({ packs }, written)).toBe(full)
  })

  it.each([
    [
      'folder',
      'the input folder is ambiguous: 2 packs have it, as edge.folder and edge-eu.folder',
      'write edge.folder or edge-eu.folder; where each of them needs the value, give it to each',
    ],
    [
      'address',
      'the input address is ambiguous: 3 packs have it, as bus.address, edge.address and edge-eu.address',
      'write bus.address or edge.address or edge-eu.address; where each of them needs the value, give it to each',
    ],
  ])('%s of several packs means none of them, and is told how to be written', (written, message, hint) => {
    expect(readInputName({ packs }, written)).toEqual({ problem: { code: 'ambiguous-input', message, hint } })
    expect(fullNameOf({ packs }, written)).toBe(written)
  })

  it.each([
    ['prot', 'did you mean port?'],
    ['bus.prot', 'did you mean bus.port?'],
    ['bsu.port', 'did you mean bus.port?'],
    ['edge.port', 'did you mean bus.port?'],
    ['bus.folder', 'did you mean edge.folder or edge-eu.folder?'],
    ['.port', 'did you mean bus.port?'],
    ['bus.', 'known: bus.address, bus.port, bus.edge, edge.address, edge.token, edge.folder, '],
    ['bus.bus.port', 'did you mean bus.port?'],
    ['', 'known: '],
    ['__proto__', 'known: '],
    ['constructor', 'known: '],
    ['Port', 'did you mean port?'],
  ])('%j is unknown: %s', (written, hint) => {
    const reading = readInputName({ packs }, written)
    expect(reading).toMatchObject({
      problem: {
        code: 'unknown-input',
        message: `unknown input ${written}`,
        hint: expect.stringContaining(hint) as string,
      },
    })
  })

  it('is unknown where no pack has an input', () => {
    expect(readInputName({ packs: [] }, 'port')).toMatchObject({ problem: { hint: 'the packs declare no inputs' } })
  })
})

const segment = fc.stringMatching(/^[a-z][a-z0-9]{0,3}(?:-[a-z0-9]{1,2})?$/)
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,3}$/)
const declared = fc.dictionary(segment, fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), { maxKeys: 4 })
const [template] = packs[0]!.inputs

const packsOf = (systems: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(systems).map(([system, names]) => ({
    inputs: names.map((each) => ({ ...template!, system, name: each })),
  }))

describe('of any packs', () => {
  it('every full name means its own input, and a name alone means one exactly where one pack has it', () => {
    fc.assert(
      fc.property(declared, (systems) => {
        const made = packsOf(systems)
        const all = made.flatMap(({ inputs }) => inputs)
        for (const input of all) {
          expect(readInputName({ packs: made }, fullInputName(input)).input).toBe(input)
          const same = all.filter((other) => other.name === input.name)
          const reading = readInputName({ packs: made }, input.name)
          if (same.length === 1) expect(reading.input).toBe(input)
          else for (const other of same) expect(JSON.stringify(reading)).toContain(fullInputName(other))
          expect(reading.input === undefined).toBe(same.length > 1)
        }
      }),
    )
  })

  it('two names that each mean an input are the same one exactly when they are the same name', () => {
    fc.assert(
      fc.property(declared, (systems) => {
        const made = packsOf(systems)
        const names = made.flatMap(({ inputs }) => inputs).flatMap((input) => [input.name, fullInputName(input)])
        const meant = names.filter((each) => readInputName({ packs: made }, each).input !== undefined)
        for (const a of meant)
          for (const b of meant)
            expect(isSameInputName(a, b), `${a} ${b}`).toBe(
              fullNameOf({ packs: made }, a) === fullNameOf({ packs: made }, b),
            )
      }),
    )
  })
})

it('what an earlier version kept under a name alone is kept of every pack that has it, unless it has its own', () => {
  const kept = new Map([
    ['address', 1],
    ['edge.address', 2],
  ])
  const of = (system: string, input = 'address') => keptOfInput(kept, { system, name: input })
  expect([of('bus'), of('edge'), of('edge-eu'), of('bus', 'port')]).toEqual([1, 2, 1, undefined])
})
