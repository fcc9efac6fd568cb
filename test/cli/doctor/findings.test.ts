import { chmodSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clockFinding, openFilesFinding } from '../../../src/cli/doctor/machine.js'
import { stateFinding, codeCacheFinding, completionFinding } from '../../../src/cli/doctor/examine-host.js'
import { thisMachine } from '../../../src/cli/this-machine.js'

const folder = (): string => mkdtempSync(join(tmpdir(), 'preflight-doctor-'))

describe('open files', () => {
  it.each([
    [{ limit: 1024, free: 1000 }, 'ok', 'room for 244 checks at a time, a run takes 8'],
    [{ limit: 64, free: 44 }, 'warning', 'room for 5 checks at a time, a run takes 8'],
    [{ limit: 64, free: 20 }, 'warning', 'room for 1 check at a time'],
  ])('%j: %s', (files, state, found) => {
    const finding = openFilesFinding(8, files)
    expect(finding).toMatchObject({ state })
    expect(finding.found).toContain(found)
  })
})

describe('the clock', () => {
  const file = join(folder(), 'preflight.yaml')
  writeFileSync(file, '')
  const written = Date.UTC(2030, 0, 2)
  utimesSync(file, written / 1000, written / 1000)

  it.each([
    [Date.UTC(2030, 0, 3), 'ok'],
    // Clocks of several machines differ.
    [written - 60_000, 'ok'],
    [Date.UTC(2030, 0, 1), 'warning'],
    [Date.UTC(1970, 0, 1), 'warning'],
  ])('at %s is %s', async (now, state) => {
    expect(await clockFinding([file], now)).toMatchObject({ state })
  })

  it('is compared with this version where no file carries a date', async () => {
    const { state, found } = await clockFinding([], Date.UTC(2020, 0, 1))
    expect({ state, found }).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/^2020-01-01 00:00:00 UTC/),
    })
  })
})

describe('the state folder', () => {
  it('is not made', async () => {
    const state = join(folder(), 'a', 'b')
    expect(await stateFinding(state)).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('does not exist yet, and can be made'),
    })
  })

  it.each([
    [
      'that others can write to',
      (path: string) => {
        mkdirSync(path)
        chmodSync(path, 0o777)
      },
      'can be written to by other users',
    ],
    ['that is a file', (path: string) => writeFileSync(path, ''), 'is not a folder'],
  ])('%s is missing', async (_, arrange, found) => {
    const path = join(folder(), 'state')
    arrange(path)
    expect(await stateFinding(path)).toMatchObject({ state: 'missing', found: `${path} ${found}` })
  })

  it('below a file cannot be made', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    expect(await stateFinding(join(file, 'state'))).toMatchObject({
      state: 'missing',
      found: `${file}/state cannot be made: ${file} is not a folder`,
    })
  })
})

describe('the code cache', () => {
  it.each([
    ['from the sources', 'no build' as const, 'ok', 'from its sources'],
    ['of another Node', pinsOf('v19.0.0 10.8 linux x64'), 'warning', 'made for v19.0.0 linux x64'],
    ['that is damaged', pinsOf(thisMachine), 'warning', 'is not the one that the build made'],
  ])('%s', async (_, pins, state, found) => {
    const finding = await codeCacheFinding(pins)
    expect(finding).toMatchObject({ state })
    expect(finding.found).toContain(found)
  })
})

function pinsOf(madeBy: string) {
  return { madeBy, bundle: '', caches: { run: 'a', help: 'b' } }
}

it('completion is only looked for', async () => {
  const home = folder()
  expect(await completionFinding(home)).toMatchObject({ state: 'ok', found: expect.stringContaining('not set up') })
  writeFileSync(join(home, '.zshrc'), 'source <(preflight completion zsh)\n')
  expect(await completionFinding(home)).toMatchObject({ state: 'ok', found: 'set up for zsh' })
})
