import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { probe } from '../../../src/checks/probes/command.js'
import type { Concealed } from '../../../src/engine/probe.js'
import { folderOf, preflight } from '../../e2e/cli/preflight.js'
import { contextOf } from './observe.js'

type Input = z.input<typeof probe.input>

const schema = {
  type: 'object',
  required: ['waiting'],
  properties: {
    waiting: { type: 'integer', minimum: 0, maximum: 100 },
    share: { type: 'number' },
    state: { type: 'string', enum: ['ok', 'bad'] },
    name: { type: 'string', minLength: 2, maxLength: 4 },
    isOpen: { type: 'boolean' },
    queues: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      items: { type: 'object', properties: { lag: { type: 'integer' } } },
    },
    byName: { type: 'object', additionalProperties: { type: 'integer' } },
  },
}

async function observed(input: Input) {
  const withheld: Record<string, string> = {}
  const context = contextOf({ withhold: (facts: Concealed) => void Object.assign(withheld, facts) })
  const facts = probe.declaredFacts!(input)!.parse(await probe.observe(probe.input.parse(input), context))
  return { facts, withheld }
}

const printing = (text: string, more: Partial<Input> = {}): Input => ({
  argv: [process.execPath, '-e', 'process.stdout.write(process.argv[1])', text],
  json: schema,
  ...more,
})

describe('output that becomes facts', () => {
  it('is what the schema describes, and nothing else', async () => {
    const text = JSON.stringify({
      waiting: 3,
      share: 0.5,
      state: 'ok',
      queues: [{ lag: 1, host: 'a' }],
      byName: { a: 1, constructor: 2 },
      secret: 'x',
    })
    expect((await observed(printing(` ${text}\n`))).facts['json']).toEqual({
      waiting: 3,
      share: 0.5,
      state: 'ok',
      queues: [{ lag: 1 }],
      byName: { a: 1, constructor: 2 },
    })
  })

  it.each([
    ['', 'not one JSON text: the text is empty'],
    ['waiting: 3', 'not one JSON text'],
    ['{"waiting":1}{"waiting":2}', 'not one JSON text'],
    ['{"waiting":1,"waiting":2}', 'duplicate key'],
    ['[]', 'json: expected object, received array'],
    ['{}', 'json.waiting: expected number, received undefined'],
    ['{"waiting":null}', 'json.waiting: expected number, received null'],
    ['{"waiting":"3"}', 'json.waiting: expected number, received string'],
    ['{"waiting":1.5}', 'json.waiting: expected int'],
    ['{"waiting":-1}', 'json.waiting: Too small: expected number to be >=0'],
    ['{"waiting":101}', 'json.waiting: Too big'],
    ['{"waiting":9007199254740993}', 'json.waiting'],
    ['{"waiting":1,"share":1e999}', 'json.share'],
    ['{"waiting":1,"state":"okay"}', 'json.state'],
    ['{"waiting":1,"name":"a"}', 'json.name'],
    ['{"waiting":1,"name":"abcde"}', 'json.name'],
    ['{"waiting":1,"isOpen":0}', 'json.isOpen'],
    ['{"waiting":1,"queues":[]}', 'json.queues'],
    ['{"waiting":1,"queues":[{},{},{}]}', 'json.queues'],
    ['{"waiting":1,"queues":[{},{"lag":"1"}]}', 'json.queues[1].lag'],
    ['{"waiting":1,"byName":{"a":{}}}', 'json.byName.a'],
    ['{"waiting":1,"byName":{"__proto__":"x"}}', '__proto__'],
    [`{"waiting":1,"name":${'['.repeat(70)}${']'.repeat(70)}}`, 'nests deeper'],
    [`{"waiting":1,"more":"${'x'.repeat(33_000)}"}`, 'longer than 32768 bytes'],
  ])('of %.60s is an error', async (text, message) => {
    await expect(observed(printing(text))).rejects.toThrow(message)
  })

  it('quotes nothing of the output in its message', async () => {
    const text = '{"waiting":"Zk3qP9xV7tR2mW8yB4nL6cD1","state":"Zk3qP9xV7tR2mW8yB4nL6cD1"}'
    const error = await observed(printing(text)).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('json.waiting')
    expect(String(error)).not.toContain('Zk3q')
  })

  it('is withheld of a program that failed, could not be started or was killed', async () => {
    const shell = (script: string) => ({ shell: script, json: schema })
    expect(await observed(shell('echo \'{"waiting":1}\'; exit 3'))).toMatchObject({
      facts: { exitCode: 3, json: {} },
      withheld: { json: 'the program ended with exit code 3' },
    })
    expect((await observed(shell('kill -TERM $$'))).withheld['json']).toBe('the program was ended by SIGTERM')
    expect((await observed({ argv: ['/no/such/program'], json: schema })).withheld['json']).toBe(
      'the program could not be started (tool-missing)',
    )
  })
})

describe('a script', () => {
  const run = async (input: Input) => probe.observe(probe.input.parse(input), contextOf())

  it('gets its arguments as they are, and ends at the first command that fails', async () => {
    expect(await run({ shell: 'printf "%s|" "$0" "$@"', arguments: ['a b', '$(id)', '-n', "'"] })).toMatchObject({
      exitCode: 0,
      stdout: "preflight|a b|$(id)|-n|'|",
    })
    expect(await run({ shell: 'false | cat; echo not reached' })).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await run({ shell: 'echo $UNSET_NAME; echo not reached' })).toMatchObject({ exitCode: 1, stdout: '' })
  })

  it.each([
    ['beside a program', { argv: ['true'], shell: 'true' }],
    ['that is missing', {}],
    ['that is empty', { shell: '' }],
    ['whose arguments are beside a program', { argv: ['true'], arguments: ['a'] }],
  ])('%s is refused', (_what, input) => {
    expect(probe.input.safeParse(input).success).toBe(false)
  })
})

const pack = (checks: string) =>
  `stage: runtime\nvariables: { API_KEY: { exposure: secret } }\ninputs: { word: { type: string, description: a word, default: x } }\nchecks:\n${checks}`
const own = ['--no-builtin', '--checks', 'packs']

describe('a pack', () => {
  it('is judged against the schema when it is loaded, each mistake with its place', async () => {
    const check = (name: string, command: string, expectations: string) =>
      `  ${name}:\n    title: t\n    severity: high\n    class: code\n    command: ${command}\n    expect: [${expectations}]\n    fix: f\n`
    const cwd = folderOf({
      'packs/site/a.yaml': pack(
        check('a', `{ shell: 'echo \${{ inputs.word }}' }`, 'facts.exitCode == 0') +
          check('b', '{ argv: [a], json: { type: object, properties: { n: { type: strin } } } }', 'facts.json.m == 1') +
          check(
            'c',
            '{ argv: [a], json: { type: object, required: [m], properties: { n: { type: integer, pattern: a } } } }',
            'facts.json.m == 1',
          ) +
          check(
            'd',
            `{ argv: [a], json: { type: array, items: { type: integer, minimum: '\${{ 3 }}' } } }`,
            'size(facts.json) == 1',
          ) +
          check(
            'e',
            '{ argv: [a], json: { type: object, properties: { n: { type: integer } } } }',
            `'facts.json.m < 3'`,
          ) +
          check(
            'f',
            '{ argv: [a], json: { type: object, properties: { n: { type: integer } } } }',
            `'facts.json.n == "3"'`,
          ) +
          check(
            'g',
            '{ argv: [a], json: { type: object, properties: { n: { type: string, enum: [on] } } } }',
            `'facts.json.n == "onn"'`,
          ) +
          check('h', '{ argv: [a] }', `'facts.json.n == 3'`) +
          check(
            'i',
            '{ argv: [a], json: { type: object, properties: { a-b: { type: boolean } } } }',
            `'facts.json == {}'`,
          ),
      ),
    })
    const { stdout, stderr, exitCode } = await preflight(['validate', ...own], { cwd })
    const said = stdout + stderr
    expect(exitCode).toBe(3)
    for (const [place, words] of [
      ['9:23', 'command.shell is read by an interpreter'],
      ['16:74', 'expected object, array, string, integer, number or boolean'],
      ['23:60', 'm is not one of the properties'],
      ['23:98', 'unknown key pattern'],
      ['30:81', 'is read by an interpreter'],
      ['38:26', 'facts.json has no member m'],
      ['45:15', 'no such overload: int == string'],
      ['52:31', 'is never "onn"'],
      ['59:21', 'unknown fact json'],
      ['65:68', 'expected a name of letters, digits and underscores'],
    ])
      expect(said, words).toMatch(new RegExp(`a\\.yaml:${place}: error: [^\\n]*${words!.replaceAll(/[?.]/g, '.')}`))
  })

  it('judges typed facts, with other checks of the kind and several samples beside it; no output has the secret', async () => {
    const secret = 'Zk3qP9xV7tR2mW8yB4nL6cD1'
    const cwd = folderOf({
      'a.env': `API_KEY=${secret}\n`,
      'packs/site/print.mjs':
        'console.log(JSON.stringify({ n: 7, key: process.env.API_KEY, byKey: { [process.env.API_KEY]: "x" } }))',
      'packs/site/a.yaml': pack(`
  plain: { title: t, severity: high, class: code, command: { argv: [echo, a] }, expect: ['facts.lines == 1'], fix: f }
  typed:
    title: t
    severity: high
    class: code
    command: &print
      argv: [${process.execPath}, print.mjs]
      cwd: .
      environment: { API_KEY: '\${{ env.API_KEY }}' }
      json:
        type: object
        required: [n, key]
        properties:
          n: { type: integer }
          key: { type: string }
          byKey: { type: object, additionalProperties: { type: string } }
    expect: ['facts.json.n == 7', { that: 'facts.json.key == "other"', message: 'it prints \${{ facts.json.key }}' }]
    fix: f
  misfit:
    title: t
    severity: high
    class: code
    command:
      argv: [${process.execPath}, print.mjs]
      cwd: .
      environment: { API_KEY: '\${{ env.API_KEY }}' }
      json: { type: object, properties: { byKey: { type: object, additionalProperties: { type: integer } } } }
    expect: ['size(facts.json.byKey) == 1']
    fix: f
  sampled:
    title: t
    severity: high
    class: code
    command: { argv: [echo, '{"n":7}'], json: { type: object, properties: { n: { type: integer } } } }
    sample: { times: 2, every: 10ms }
    expect: ['facts.samples.all.all(each, each.json.n == 7) && facts.samples.last.json.n == facts.json.n']
    fix: f
`),
    })
    const run = async (format: string) =>
      preflight(['run', ...own, '--env-file', 'a.env', '--no-keep', '--format', format], { cwd })
    const json = await run('json')
    const document = JSON.parse(json.stdout) as {
      readonly checks: readonly { readonly id: string; readonly status: string; readonly message: string }[]
    }
    const ended = Object.fromEntries(document.checks.map(({ id, status }) => [id, status]))
    expect(ended).toEqual({
      'site/a/plain': 'pass',
      'site/a/typed': 'fail',
      'site/a/misfit': 'error',
      'site/a/sampled': 'pass',
    })
    for (const format of ['human', 'html', 'junit', 'sarif', 'tap', 'markdown', 'prometheus']) {
      const { stdout, stderr, exitCode } = await run(format)
      expect(exitCode, format).toBe(json.exitCode)
      expect(stdout + stderr, format).not.toContain(secret)
    }
    expect(json.stdout + json.stderr).not.toContain(secret)
  })
})

const page = readFileSync(join(import.meta.dirname, '../../../docs/writing-checks.md'), 'utf8')
const section = page.slice(page.indexOf('## A program of your own'))
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(section)![1]!
const hasPython = spawnSync('python3', ['-c', '']).status === 0

/** The same program for this Node, where there is no Python. */
const inNode = `import { readdirSync, statSync, existsSync } from 'node:fs'
const folder = process.argv[2]
const letters = readdirSync(folder).filter((name) => name.endsWith('.letter')).map((name) => statSync(folder + '/' + name).mtimeMs)
console.log(JSON.stringify({
  waiting: letters.length,
  oldestSeconds: letters.length ? Math.max(0, Date.now() - Math.min(...letters)) / 1000 : 0,
  state: existsSync(folder + '/paused') ? 'paused' : 'running',
}))`

it('works as the example of the documentation', async () => {
  const cwd = folderOf({
    'spool/a.letter': '',
    'spool/b.letter': '',
    'packs/site/queue_figures.py': block('python'),
    'packs/site/queue_figures.mjs': inNode,
    'packs/site/a.yaml': '',
  })
  const check = block('yaml')
    .replace('/var/spool/letters', join(cwd, 'spool'))
    .replace(
      '[python3, ./queue_figures.py',
      hasPython ? '[python3, ./queue_figures.py' : `[${process.execPath}, ./queue_figures.mjs`,
    )
  writeFileSync(join(cwd, 'packs/site/a.yaml'), pack(check.replaceAll(/^/gm, '  ')))
  const run = () => preflight(['run', ...own, '--no-keep', '--env-shell', '--format', 'json'], { cwd })
  const green = await run()
  expect(JSON.parse(green.stdout)).toMatchObject({ verdict: 'go', checks: [{ facts: { json: { waiting: 2 } } }] })
  writeFileSync(join(cwd, 'spool/paused'), '')
  const red = await run()
  expect(JSON.parse(red.stdout)).toMatchObject({
    verdict: 'no-go',
    checks: [{ status: 'fail', message: '2 letters wait, the queue is paused' }],
  })
})
