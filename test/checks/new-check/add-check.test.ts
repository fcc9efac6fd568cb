import { parse } from 'yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { withCheck } from '../../../src/checks/new-check/new-check.js'
import { suggestCheck } from '../../../src/checks/single-probe/suggested-check.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import type { Probe } from '../../../src/engine/probe.js'

let probe: Probe

beforeAll(async () => {
  probe = await probeRegistry.load('tcp')
})

const added = (text: string): string =>
  withCheck(text, 'server.yaml', 'open', probe, suggestCheck(probe, { address: '127.0.0.1:1' }))
const old = 'title: "it is"\n    file: {path: /x}   # kept'

describe('a check that is added to a file', () => {
  it('is the last of its section, and every other byte stays', () => {
    const head = `# about\nstage: config\n\nchecks:\n  # the first\n  old:\n    ${old}\n    # and its rest\n`
    const tail = '\n# what they read\nvariables:\n  A: { exposure: public }\n'
    const text = added(head + tail)
    expect(text.startsWith(head)).toBe(true)
    expect(text.endsWith(tail)).toBe(true)
    const { checks, variables } = parse(text) as { checks: Record<string, unknown>; variables: unknown }
    expect(Object.keys(checks)).toEqual(['old', 'open'])
    expect(checks['open']).toMatchObject({ stage: 'runtime', tcp: { address: '127.0.0.1:1' } })
    expect(variables).toEqual({ A: { exposure: 'public' } })
  })

  it('takes the indentation and the stage of the file, and needs no line end', () => {
    const text = added(`stage: runtime\nchecks:\n    old:\n        file: { path: /x }`)
    expect(text).toMatch(/^ {4}open:$/m)
    expect(text).not.toMatch(/^ +stage:/m)
    expect(Object.keys((parse(text) as { checks: object }).checks)).toEqual(['old', 'open'])
  })

  it.each([
    ['no checks yet', 'variables:\n  A: { exposure: public } # kept\n'],
    ['checks in braces', '# kept\nchecks: { old: { file: { path: /x } } }\n'],
    ['checks that are empty', '# kept\nchecks:\n'],
    ['a file that is indented', '  # kept\n  checks:\n    old: { file: { path: /x } }\n'],
    ['an empty file', '# kept\n'],
  ])('goes into a file with %s', (_, before) => {
    const text = added(before)
    expect(text).toContain('# kept')
    expect(parse(text)).toMatchObject({ checks: { open: { tcp: { address: '127.0.0.1:1' } } } })
  })

  it('never takes the place of another', () => {
    expect(() => added('checks:\n  old: {}\n  open: {}\n')).toThrow('the check open already exists: server.yaml:3')
    expect(() => added('checks:\n  open: [\n')).toThrow('server.yaml cannot be added to')
    expect(() => added('checks: [a]\n')).toThrow('its checks are not a mapping')
    expect(() => added('- a list\n')).toThrow('it is not a mapping')
  })
})
