import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry } from '../../../src/engine/folder-registry.js'
import { kinds } from './support/kinds.js'
import { check, definitionsOf, file, folderOf, load, problemsOf } from './support/packs.js'

describe('a pack that is right', () => {
  it('becomes definitions with every default filled in', async () => {
    const definitions = await definitionsOf({
      'demo/config.yaml': `stage: config
profiles: { prod: { aliases: [production] }, canary: { aliases: [] } }
variables:
  PORT: { reads: [python-int], default: 9100, exposure: public }
inputs:
  host: { type: string, description: where it listens, default: "\${{ env.HOST }}" }
  address: { type: string, description: both, default: "\${{ inputs.host }}:\${{ vars.PORT }}" }
checks:
  port:
    title: the port is right
    severity: blocker
    class: config
    profiles: [production, canary]
    env: { name: PORT }
    expect: [{ that: facts.set, message: "it is \${{ facts.value }}" }]
    fix: set it
  answers:
    title: it answers
    why: nobody could use it
    severity: high
    class: dependency
    stage: datastores
    needs: [demo/config/port]
    when: profile != "dev"
    tcp: { host: "\${{ inputs.address }}", port: "\${{ vars.PORT }}" }
    expect: [{ that: facts.reached == "ping" }]
    waivable: false
    timeout: 1.5s
    retry: { attempts: 3 }
    fix: start it
    source: docs/runbook.md
`,
    })
    expect([...definitions.checks.keys()]).toEqual(['demo/config/port', 'demo/config/answers'])
    expect(definitions.checks.get('demo/config/port')).toMatchObject({
      system: 'demo',
      stage: 'config',
      why: '',
      source: '',
      waivable: true,
      timeout: 1000,
      retry: { attempts: 1 },
      needs: [],
      inputs: [],
      variables: ['PORT'],
      profiles: ['prod', 'canary'],
      when: undefined,
    })
    expect(definitions.checks.get('demo/config/answers')).toMatchObject({
      stage: 'datastores',
      why: 'nobody could use it',
      waivable: false,
      timeout: 1500,
      retry: { attempts: 3, delay: 1000 },
      needs: ['demo/config/port'],
      inputs: ['address', 'host'],
      variables: ['HOST', 'PORT'],
      profiles: ['prod', 'staging', 'dev', 'canary'],
      probe: { kind: 'tcp' },
    })
    expect(Object.fromEntries(definitions.profiles)).toEqual({
      prod: 'prod',
      staging: 'staging',
      dev: 'dev',
      canary: 'canary',
      production: 'prod',
    })
    expect(definitions.defaultSelection).toEqual(['demo'])
    expect(Object.isFrozen(definitions.checks.get('demo/config/port'))).toBe(true)
  })

  it('resolves its probe input when it is used, and not before', async () => {
    const definitions = await definitionsOf({
      'demo/a.yaml': file({
        a: check({
          env: undefined,
          tcp: '{ host: "${{ env.H }}", port: 1, headers: { X: "t ${{ env.H }}" } }',
          expect: '[{ that: facts.latency < 1.0 }]',
        }),
      }),
    })
    const scope = { vars: {}, env: { H: '${{ profile }}\n- x' }, inputs: {}, profile: 'prod' }
    expect(definitions.checks.get('demo/a/a')!.probe.input.resolve(scope)).toEqual({
      host: '${{ profile }}\n- x',
      port: 1,
      headers: { X: 't ${{ profile }}\n- x' },
    })
  })

  it('names ids after the path of the file, folders included', async () => {
    const definitions = await definitionsOf({
      'demo/deep/er/area.yaml': file({ one: check() }),
      'demo/proto/data.proto': 'x',
      'demo/.hidden.yaml': '[',
    })
    expect([...definitions.checks.keys()]).toEqual(['demo/deep/er/area/one'])
    expect(definitions.checks.get('demo/deep/er/area/one')!.folder).toMatch(/\/demo\/deep\/er$/)
  })

  it('shares variables and inputs with every file of its system, and with no other', async () => {
    const head = 'variables:\n  A: { exposure: public }\ninputs:\n  i: { type: integer, description: a number }\n'
    const user = file({ one: check({ when: 'vars.A == "x" && inputs.i > 1' }) })
    await definitionsOf({ 'demo/a.yaml': `stage: config\n${head}`, 'demo/b.yaml': user })
    expect(await problemsOf({ 'demo/a.yaml': file({ one: check() }, head), 'other/b.yaml': user })).toEqual([
      'checks/other/b.yaml:3:135 unknown-name',
      'checks/other/b.yaml:3:154 unknown-name',
    ])
  })

  it('may be added to from a further root', async () => {
    const definitions = await definitionsOf(
      { 'demo/a.yaml': file({ one: check() }, 'variables: { A: { exposure: public } }\n') },
      { 'demo/b.yaml': file({ two: check({ when: 'vars.A == ""' }) }), 'site/c.yaml': file({ three: check() }) },
    )
    expect([...definitions.checks.keys()]).toEqual(['demo/a/one', 'demo/b/two', 'site/c/three'])
    expect(definitions.packs.map((pack) => [pack.system, pack.files.length])).toEqual([
      ['demo', 2],
      ['site', 1],
    ])
  })

  it('takes the default selection of each root from its selection.yaml', async () => {
    const files = { 'a/x.yaml': file({ one: check() }), 'b/x.yaml': file({ one: check() }) }
    expect(
      (
        await definitionsOf(
          { ...files, 'selection.yaml': 'select: [b, a/x/one]' },
          { 'c/x.yaml': file({ one: check() }) },
        )
      ).defaultSelection,
    ).toEqual(['b', 'a/x/one', 'c'])
  })

  it('has a digest that depends on what it says and on nothing else', async () => {
    const text = file({ one: check(), two: check() }, 'inputs: { i: { type: string, description: d, default: x } }\n')
    const digestOf = async (content: string, name = 'demo/a.yaml') => (await definitionsOf({ [name]: content })).digest
    const digest = await digestOf(text)
    expect(await digestOf(text)).toBe(digest)
    expect(await digestOf(`# a comment\n${text}`)).toBe(digest)
    expect(await digestOf(text.replace('make it so', 'do it'))).not.toBe(digest)
    expect(await digestOf(text.replace('default: x', 'default: y'))).not.toBe(digest)
    expect(await digestOf(text, 'demo/b.yaml')).not.toBe(digest)
  })

  it('has checks whose digests depend on what they read, too, and on nothing else', async () => {
    const inputs =
      'j: { type: string, description: d, default: x }, i: { type: string, description: d, default: "${{ inputs.j }}" }, k: { type: string, description: d, default: x }'
    const text = file(
      { one: check({ expect: '[{ that: facts.value == inputs.i }]' }), two: check({ env: '{ name: B }' }) },
      `variables: { A: { default: x, exposure: public }, B: { default: x, exposure: public } }\ninputs: { ${inputs} }\n`,
    )
    const digestsOf = async (content: string) =>
      [...(await definitionsOf({ 'demo/a.yaml': content })).checks.values()].map(({ digest }) => digest)
    const [one, two] = await digestsOf(text)
    const changed = async (from: string, to: string): Promise<readonly boolean[]> => {
      expect(text).toContain(from)
      const [otherOne, otherTwo] = await digestsOf(text.replace(from, to))
      return [otherOne !== one, otherTwo !== two]
    }
    expect(await changed('A: { default: x,', 'A: { default: y,')).toEqual([true, false])
    expect(await changed('B: { default: x,', 'B: { default: y,')).toEqual([false, true])
    expect(
      await changed(
        'j: { type: string, description: d, default: x }',
        'j: { type: string, description: d, default: y }',
      ),
    ).toEqual([true, false])
    expect(
      await changed(
        'k: { type: string, description: d, default: x }',
        'k: { type: string, description: d, default: y }',
      ),
    ).toEqual([false, false])
    expect(await changed('variables:', '# a comment\nvariables:')).toEqual([false, false])
  })
})

describe('a gate that would open by itself', () => {
  it.each([
    ['an empty file', { 'demo/a.yaml': '' }, ['checks/demo/a.yaml:1:1 empty-file']],
    ['only comments', { 'demo/a.yaml': '# nothing\n' }, ['checks/demo/a.yaml:1:1 empty-file']],
    [
      'only declarations',
      { 'demo/a.yaml': 'stage: config\nvariables: { A: { exposure: public } }' },
      ['checks/demo/a.yaml:1:1 empty-pack'],
    ],
    ['checks without any', { 'demo/a.yaml': 'stage: config\nchecks:\n' }, ['checks/demo/a.yaml:2:1 wrong-type']],
    [
      'no expectation',
      { 'demo/a.yaml': file({ a: check({ expect: '[]' }) }) },
      ['checks/demo/a.yaml:3:82 invalid-value'],
    ],
    [
      'a constant expectation',
      { 'demo/a.yaml': file({ a: check({ expect: '[{ that: 1 == 1 }, { that: facts.set }]' }) }) },
      ['checks/demo/a.yaml:3:91 constant-expectation'],
    ],
    [
      'expectations that read no fact',
      { 'demo/a.yaml': file({ a: check({ expect: '[{ that: profile == "prod" }]' }) }) },
      ['checks/demo/a.yaml:3:82 unobserved-expectations'],
    ],
    ['a duplicate key', { 'demo/a.yaml': file({ a: check() }) + '  a: 1\n' }, ['checks/demo/a.yaml:4:3 duplicate-key']],
    [
      'a second document',
      { 'demo/a.yaml': `${file({ a: check() })}---\nchecks: {}\n` },
      ['checks/demo/a.yaml:4:1 several-documents'],
    ],
    [
      'an unknown tag',
      { 'demo/a.yaml': file({ a: check({ fix: '!secret x' }) }) },
      ['checks/demo/a.yaml:3:110 unknown-tag'],
    ],
    [
      '__proto__',
      { 'demo/a.yaml': file({ a: check({ __proto__: '{}' }) }) + '  __proto__: { }\n' },
      ['checks/demo/a.yaml:4:3 unknown-key'],
    ],
    ['no probe', { 'demo/a.yaml': file({ a: check({ env: undefined }) }) }, ['checks/demo/a.yaml:3:3 no-probe']],
    [
      'two probes',
      { 'demo/a.yaml': file({ a: check({ tcp: '{ host: h, port: 1 }' }) }) },
      ['checks/demo/a.yaml:3:122 several-probes'],
    ],
    ['no stage', { 'demo/a.yaml': `checks:\n  a: ${check()}\n` }, ['checks/demo/a.yaml:2:3 missing-key']],
    [
      'a wrong stage, reported once',
      { 'demo/a.yaml': `stage: confg\nchecks:\n  a: ${check()}\n` },
      ['checks/demo/a.yaml:1:8 invalid-value'],
    ],
    [
      'nothing that is required',
      { 'demo/a.yaml': file({ a: '{ env: { name: A } }' }) },
      Array(5).fill('checks/demo/a.yaml:3:3 missing-key'),
    ],
    [
      'zero attempts',
      { 'demo/a.yaml': file({ a: check({ retry: '{ attempts: 0 }' }) }) },
      ['checks/demo/a.yaml:3:141 invalid-value'],
    ],
    [
      'a timeout without a unit',
      { 'demo/a.yaml': file({ a: check({ timeout: '30' }) }) },
      ['checks/demo/a.yaml:3:131 wrong-type'],
    ],
    [
      'an unknown need',
      { 'demo/a.yaml': file({ a: check({ needs: '[demo/a/b]' }) }) },
      ['checks/demo/a.yaml:3:130 unknown-need'],
    ],
    [
      'a template where none is resolved',
      { 'demo/a.yaml': file({ a: check({ fix: '"set ${{ vars.A }}"' }) }) },
      ['checks/demo/a.yaml:3:110 invalid-value'],
    ],
    [
      'no boolean',
      { 'demo/a.yaml': file({ a: check({ when: 'profile' }) }) },
      ['checks/demo/a.yaml:3:128 not-boolean'],
    ],
    [
      'facts in when',
      { 'demo/a.yaml': file({ a: check({ when: 'facts.set' }) }) },
      ['checks/demo/a.yaml:3:128 facts-out-of-place'],
    ],
    [
      'a file beside the systems',
      { 'demo/a.yaml': file({ a: check() }), 'b.yaml': file({ a: check() }) },
      ['checks/b.yaml:1:1 misplaced-file'],
    ],
    [
      'another extension',
      { 'demo/a.yaml': file({ a: check() }), 'demo/b.yml': file({ a: check() }) },
      ['checks/demo/b.yml:1:1 file-name'],
    ],
    [
      'a name that is not a part of an id',
      { 'demo/a.yaml': file({ A_b: check() }) },
      ['checks/demo/a.yaml:3:3 check-name'],
    ],
    ['no UTF-8', { 'demo/a.yaml': Uint8Array.of(0x61, 0xff) }, ['checks/demo/a.yaml:1:1 unreadable-file']],
    ['an empty folder of a system', { 'demo/readme.md': '' }, ['checks/demo:1:1 empty-pack']],
    ['nothing at all', {}, ['checks:1:1 no-packs']],
    [
      'a selection of nothing',
      { 'demo/a.yaml': file({ a: check() }), 'selection.yaml': 'select: [demoo]' },
      ['checks/selection.yaml:1:10 unknown-selector'],
    ],
    [
      'an empty selection',
      { 'demo/a.yaml': file({ a: check() }), 'selection.yaml': 'select: []' },
      ['checks/selection.yaml:1:9 invalid-value'],
    ],
  ] satisfies [string, Record<string, string | Uint8Array>, string[]][])(
    '%s is refused',
    async (_, files, expected) => {
      expect(await problemsOf(files)).toEqual(expected)
    },
  )

  it('a folder that is not there is refused', async () => {
    const { diagnostics } = await loadDefinitions(
      [{ folder: `${await folderOf({})}/none`, label: 'none' }],
      kinds,
      collectorRegistry,
    )
    expect(diagnostics).toMatchObject([{ code: 'unreadable-folder', message: 'folder not found' }])
  })

  it('duplicate ids, variables and inputs are refused across files and roots', async () => {
    const text = file(
      { a: check() },
      'variables: { A: { exposure: public } }\ninputs: { i: { type: string, description: d } }\n',
    )
    expect(await problemsOf({ 'demo/a.yaml': text }, { 'demo/a.yaml': text })).toEqual([
      'more1/demo/a.yaml:2:14 duplicate-variable',
      'more1/demo/a.yaml:3:11 duplicate-input',
      'more1/demo/a.yaml:5:3 duplicate-id',
    ])
  })

  it('a syntax error in one file hides no mistake of another, and invents none', async () => {
    const problems = await problemsOf({
      'demo/a.yaml': 'stage: config\nvariables: {\n',
      'demo/b.yaml': file({
        one: check({ when: 'vars.DECLARED_IN_A == "x"', needs: '[demo/a/unknown]' }),
        two: check({ severity: 'hihg' }),
      }),
    })
    expect(problems.filter((problem) => problem.includes('b.yaml'))).toEqual(['checks/demo/b.yaml:4:37 invalid-value'])
    expect(problems.filter((problem) => problem.includes('a.yaml')).length).toBeGreaterThan(0)
  })
})

describe('needs', () => {
  it('that go round in a circle are shown as a path, once', async () => {
    const { diagnostics } = await load({
      'demo/a.yaml': file({
        c: check({ needs: '[demo/a/a]' }),
        a: check({ needs: '[demo/a/b]' }),
        b: check({ needs: '[demo/a/c]' }),
        d: check({ needs: '[demo/a/d]' }),
      }),
    })
    expect(diagnostics.map((diagnostic) => diagnostic.message)).toEqual([
      'the needs of these checks form a circle: demo/a/a → demo/a/b → demo/a/c → demo/a/a',
      'the needs of these checks form a circle: demo/a/d → demo/a/d',
    ])
  })

  it('of a later stage are refused', async () => {
    expect(
      await problemsOf({ 'demo/a.yaml': file({ a: check({ needs: '[demo/a/b]' }), b: check({ stage: 'runtime' }) }) }),
    ).toEqual(['checks/demo/a.yaml:3:130 need-in-later-stage'])
  })
})

describe('probe inputs', () => {
  const tcp = (input: string) => ({
    'demo/a.yaml': file(
      { a: check({ env: undefined, tcp: input, expect: '[{ that: facts.latency < 1.0 }]' }) },
      'inputs:\n  n: { type: integer, description: d }\n  s: { type: string, description: d, secret: true }\n  b: { type: boolean, description: d }\n',
    ),
  })
  const codes = async (input: string) =>
    (await load(tcp(input))).diagnostics.map(({ code, message }) => `${code}: ${message}`)

  it.each([
    '{ host: "${{ inputs.s }}", port: "${{ inputs.n }}" }',
    '{ host: "h${{ inputs.n }}", port: 1, url: "redis://:${{ inputs.s }}@h", verify: "${{ inputs.b }}" }',
    '{ host: h, port: 1, mode: "${{ inputs.s }}", pause: "${{ inputs.s }}" }',
    '{ host: h, port: 1, headers: { A: "${{ inputs.s }}" } }',
    '{ host: h, port: 1, expected: { json: "${{ inputs.s }}", depth: "${{ inputs.n }}" } }',
    '{ host: h, port: 1, expected: "${{ inputs.s }}", anything: [1, { a: "${{ inputs.n }}" }] }',
  ])('%s compiles', async (input) => {
    expect(await codes(input)).toEqual([])
  })

  it.each([
    ['{ host: h, port: "x${{ inputs.n }}" }', ['template-type: the expression gives string, but tcp.port must be int']],
    ['{ host: h, port: "${{ inputs.b }}" }', ['template-type: the expression gives bool, but tcp.port must be int']],
    ['{ host: "${{ inputs.n }}", port: 1 }', ['template-type: the expression gives int, but tcp.host must be string']],
    [
      '{ host: h, port: 1, url: "${{ inputs.n }}" }',
      ['template-type: the expression gives int, but tcp.url must be string'],
    ],
    ['{ host: h, port: 1, mode: plan }', ['invalid-value: tcp.mode: expected one of plain, tls']],
    ['{ host: h, port: 1, pause: 3 }', ['wrong-type: tcp.pause: expected text, found a number']],
    ['{ host: h, port: 1, pause: soon }', ['invalid-value: tcp.pause: expected a duration']],
    [
      '{ host: h, port: 1, expected: { json: "${{ inputs.s }}", depth: deep } }',
      ['wrong-type: tcp.expected.depth: expected a number, found text'],
    ],
    ['{ host: h }', ['missing-key: port is missing']],
    ['{ host: h, port: 0 }', ['invalid-value: tcp.port: must be at least 1']],
    ['h', ['wrong-type: tcp: expected a mapping, found text']],
    ['', ['wrong-type: tcp: expected a mapping, found nothing']],
  ])('%s does not', async (input, expected) => {
    expect(await codes(input)).toEqual(expected)
  })
})

describe('messages', () => {
  it.each(['vars.SECRET', 'env.SECRET', 'env.UNDECLARED', 'inputs.token'])('cannot show %s', async (path) => {
    const head =
      'variables: { SECRET: { exposure: secret }, OPEN: { exposure: public } }\ninputs: { token: { type: string, description: d, secret: true } }\n'
    const message = (shown: string) => ({
      'demo/a.yaml': file({ a: check({ expect: `[{ that: facts.set, message: "\${{ ${shown} }}" }]` }) }, head),
    })
    expect((await load(message(path))).diagnostics.map(({ code }) => code)).toEqual(['secret-in-message'])
    expect((await load(message('env.OPEN + vars.OPEN'))).diagnostics).toEqual([])
  })
})

describe('profiles', () => {
  it('that would mean two things are refused', async () => {
    expect(
      await problemsOf({
        'a/x.yaml': file({ a: check() }, 'profiles: { prod: { aliases: [live] } }\n'),
        'b/x.yaml': file({ a: check() }, 'profiles: { dev: { aliases: [live, staging] } }\n'),
      }),
    ).toEqual(['checks/b/x.yaml:2:18 duplicate-profile', 'checks/b/x.yaml:2:18 duplicate-profile'])
  })

  it('are compared by their own name, since an alias is never in profile', async () => {
    expect(
      await problemsOf({
        'a/x.yaml': file({ a: check({ when: 'profile == "live"' }) }, 'profiles: { prod: { aliases: [live] } }\n'),
      }),
    ).toEqual(['checks/a/x.yaml:4:139 impossible-value'])
  })
})

it('a system is compiled once, and anew when a file, a profile or the folder is another one', async () => {
  const a = file(
    { a: check({ expect: '[{ that: facts.set && vars.V != "" }]' }) },
    'variables: { V: { exposure: public } }\n',
  )
  const b = file({ b: check({ when: 'profile == "prod"' }) })
  const folder = await folderOf({ 'demo/a.yaml': a, 'demo/b.yaml': b, 'other/x.yaml': file({ x: check() }) })
  const checksOf = async () => {
    const { definitions } = await loadDefinitions([{ folder, label: 'checks' }], kinds, collectorRegistry)
    return definitions?.checks
  }
  const before = await checksOf()
  const again = await checksOf()
  for (const id of ['demo/a/a', 'demo/b/b', 'other/x/x']) expect(again?.get(id)).toBe(before?.get(id))
  writeFileSync(join(folder, 'demo/a.yaml'), a.replace('V: {', 'W: { exposure: public }, V: {'))
  const changed = await checksOf()
  expect(changed?.get('demo/b/b')).not.toBe(before?.get('demo/b/b'))
  expect(changed?.get('other/x/x')).toBe(before?.get('other/x/x'))
  writeFileSync(join(folder, 'demo/a.yaml'), a.replace('vars.V', 'vars.U'))
  expect(await checksOf()).toBeUndefined()
  expect(await checksOf()).toBeUndefined()
  writeFileSync(join(folder, 'demo/a.yaml'), a)
  writeFileSync(join(folder, 'other/x.yaml'), file({ x: check() }, 'profiles: { prod: { aliases: [live] } }\n'))
  expect((await checksOf())?.get('demo/b/b')?.digest).toBe(before?.get('demo/b/b')?.digest)
  const elsewhere = (await load({ 'demo/b.yaml': b })).definitions?.packs
  expect(elsewhere?.[0]?.root).not.toBe(folder)
})
