import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { build } from '../e2e/built.js'

/**
 * Licences that may ship with a program under the Apache licence. Another one is looked at by a person before it is
 * added here.
 */
const accepted = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause', 'BlueOak-1.0.0', 'Unlicense'])

/** What the build contains of others, one entry a package. */
const [, ...entries] = readFileSync(join(build, 'THIRD-PARTY-NOTICES'), 'utf8').split(`\n\n${'-'.repeat(80)}\n\n`)
const [end, ...notices] = entries.reverse()

it('brings only licences along that were looked at, each with its text', () => {
  expect(end).toBe('')
  expect(notices.length).toBeGreaterThan(100)
  for (const notice of notices) {
    const [, name, licence] = /^(\S+@\d\S*) {2}(\S+)\n\n/.exec(notice) ?? []
    expect(accepted, name ?? notice.slice(0, 50)).toContain(licence)
    expect(notice, name).toMatch(/copyright|licen[cs]e|public domain/i)
  }
})

it('names every library that the sources import', () => {
  const named = notices.map((notice) => notice.slice(0, notice.indexOf('@', 1)))
  expect(named).toEqual(
    expect.arrayContaining(['@oclif/core', 'zod', 'yaml', 'pg', 'ioredis', 'ws', '@zxcvbn-ts/language-en']),
  )
})

it('needs no package of others when it is installed, and runs nothing then', () => {
  const manifest = JSON.parse(readFileSync(join(build, '../package.json'), 'utf8')) as Record<string, unknown>
  expect(manifest).not.toHaveProperty('dependencies')
  expect(Object.keys(manifest['scripts'] as object).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([])
})
