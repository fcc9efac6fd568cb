import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

/** A runbook of two steps whose requirements begin on line 6. */
async function load(requires: string, steps = '') {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-requirements-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'demo'))
  const head = `title: one
parameters:
  place: { type: path, description: a folder, default: . }
  token: { type: secret, description: a secret }
`
  writeFileSync(
    join(folder, 'demo/one.yaml'),
    `${head}requires:\n${requires}steps:\n  - { id: first, run: ["true"], effect: read, capture: { out: { type: string, value: facts.stdout } } }\n  - { id: second, manual: look }\n${steps}`,
  )
  return loadRunbooks([{ folder, label: 'books' }], actionRegistry, probeRegistry)
}

const problemsOf = async (requires: string, steps?: string): Promise<readonly string[]> =>
  (await load(requires, steps)).diagnostics.map(
    ({ position: { line, column }, code, message, hint }) =>
      `${line}:${column} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  )

it('a good list is compiled whole', async () => {
  const { runbooks, diagnostics } = await load(`  - program: { name: ./run.sh, cwd: "\${{ params.place }}" }
    needed-by: [first]
    fix: get it for \${{ params.place }}
  - address: \${{ params.token }}
    timeout: 300ms
    when: params.place != "."
`)
  expect(diagnostics).toEqual([])
  expect(runbooks!.get('demo/one')!.requires).toMatchObject([
    { kind: 'program', neededBy: ['first'], timeout: 5000, written: { name: './run.sh in ${{ params.place }}' } },
    { kind: 'address', neededBy: [], timeout: 300, when: { source: 'params.place != "."' } },
  ])
})

describe('a mistake is reported with its place', () => {
  it.each([
    ['  - program: [ls]\n', '6:14 invalid-value: program: is not one of the accepted forms'],
    [
      '  - programm: ls\n',
      /^6:5 unknown-key: unknown key programm: neither a property of an entry nor a kind of requirement \(did you mean program\?\)$/,
    ],
    ['  - fix: do it\n', '6:5 no-requirement: the entry has no requirement (kinds: program, file, address)'],
    [
      '  - program: ls\n    file: /etc\n',
      '7:5 several-requirements: an entry must have exactly one requirement; found program and file',
    ],
    ['  - ls\n', '6:5 wrong-type: a requirement is a mapping (for example: - program: psql)'],
    ['  - address: localhost\n', '6:14 invalid-value: address: expected host:port, or a URL with a port'],
    [
      '  - program: ls\n    needed-by: [frist]\n',
      '7:17 unknown-step: no step frist in this runbook (did you mean first?)',
    ],
    ['  - program: ls\n    timeout: 5\n', /^7:14 .*a duration has a unit/],
    ['  - program: ls\n    needed-by: []\n', '7:16 invalid-value: needed-by: must have at least 1 entry'],
    [
      '  - file: "${{ params.plaec }}"\n',
      /^6:16 unknown-name: unknown parameter plaec|^6:\d+ unknown-name: .*plaec.*did you mean place/,
    ],
    ['  - file: "${{ outputs.out }}"\n', /^6:\d+ output-too-early: outputs\.out is not captured before this step$/],
    ['  - file: "${{ params.token }}"\n', /^6:11 secret-place: params\.token is a secret, which file must not contain/],
    [
      '  - program: ls\n    fix: ask ${{ params.token }}\n',
      /^7:10 secret-place: params\.token is a secret, which a fix must not contain/,
    ],
    [
      '  - program: ls\n    when: params.token != ""\n',
      /^7:11 secret-place: params\.token is a secret, which a condition must not contain/,
    ],
    ['  - program: ls\n    when: params.place\n', /^7:11 not-boolean: /],
    ['  - file: "${{ 1 + 1 }}"\n', /^6:11 template-type: the expression gives int, but file must be string$/],
  ])('%j', async (requires, expected) => {
    expect(await problemsOf(requires)).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ])
  })

  it('all of them at once, an empty list too', async () => {
    expect(await problemsOf('  - program: ""\n  - file: ""\n')).toHaveLength(2)
    const { diagnostics } = await load('  []\n')
    expect(diagnostics.map(({ message }) => message)).toEqual(['requires: must have at least 1 entry'])
  })
})

describe('a probe inside a step is judged as that of a check', () => {
  const step = (text: string): string => `  - id: look\n    probe: { ${text} }\n`

  it.each([
    [step('tcp: { host: a, port: 1 }'), /missing-key: expect is missing: it says what the facts of the probe must be/],
    [
      step('tpc: { host: a, port: 1 }'),
      /no-probe: probe must have exactly one probe; found none \(did you mean tcp\?\)/,
    ],
    [
      step('tcp: { host: a, port: 1 }, file: { path: a }'),
      /no-probe: probe must have exactly one probe; found tcp and file/,
    ],
    [`${step('tcp: { host: a, prot: 1 }')}    expect: [facts.open]\n`, /unknown-key: .*prot.*did you mean port/],
    [
      `${step('tcp: { host: a, port: 1 }')}    expect: [facts.opne]\n`,
      /unknown-name: unknown fact opne \(did you mean open\?\)|unknown fact opne/,
    ],
    [`${step('tcp: { host: a, port: 1 }')}    expect: ['facts.reached == "connected"']\n`, /connected/],
    [`${step('tcp: { host: a, port: 1 }')}    expect: [facts.remoteAddress]\n`, /not-boolean/],
    [`${step('env: { name: A }')}    expect: [facts.value == "a"]\n`, /concealed-fact: facts\.value has no value here/],
    [
      `${step('file: { path: "${{ params.token }}" }')}    expect: [facts.exists]\n`,
      /secret-place: params\.token is a secret, which file\.path must not contain/,
    ],
    [`${step('file: { path: a }')}    expect: [facts.exists]\n    undo: { run: [ls] }\n`, /nothing-to-undo/],
    ['  - id: look\n    tcp: { host: a, port: 1 }\n', /a step observes with `probe: \{ tcp: \{ … \} \}`/],
  ])('%j', async (text, expected) => {
    const found = await problemsOf('  - program: ls\n', text)
    expect(found).toContainEqual(expect.stringMatching(expected))
    for (const each of found) expect(each).toMatch(/^1\d:\d+ /)
  })
})
