import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, ownPacks, preflight } from './preflight.js'

/** Known to the run. */
const known = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'
/** Not known to the run: what is before it says that it is a secret. */
const named = 'kitchen-garden-9'
/** Not known to the run, and nothing says what it is: in lines that are not asked for. */
const unnamed = 'meadow bicycle'

const log = [
  `ERROR ${unnamed}`,
  `{"level":"ERROR","user":"${known}","message":"${unnamed}"}`,
  `{"level":"marker-of-a-value","user":"password=${named}"}`,
  `WARN marker-of-a-line refused ${known} password=${named}`,
]

const pack = `stage: runtime
variables: { TOKEN_SECRET: { exposure: secret } }
checks:
  of-a-file:
    title: the log has no warnings
    severity: high
    class: code
    log:
      paths: [bus.log]
      patterns: { errors: ERROR }
      json: { level: level, user: user }
    expect:
      - that: facts.counts.errors == 0 && size(facts.fields.user.values) == 0
        message: "users: \${{ facts.fields.user.values }}"
    fix: look at it
  of-a-program:
    title: the program prints no warnings
    severity: high
    class: code
    log:
      argv: [sh, -c, "cat bus.log; tail -n 1 bus.log >&2"]
      patterns: { warnings: marker-of-a-line }
      show-last: true
    expect:
      - that: facts.counts.warnings == 0
        message: "the last: \${{ facts.last.warnings }}"
    fix: look at it
`

it('what a log holds is shown only where it is asked for, and without secrets', async () => {
  const folder = folderOf({
    'packs/site/a.yaml': pack,
    'prod.env': `TOKEN_SECRET='${known}'\n`,
    'bus.log': `${log.join('\n')}\n`,
    'packs/site/bus.log': `${log.join('\n')}\n`,
  })
  const environment = { XDG_STATE_HOME: join(folder, 'state') }
  const given = [...ownPacks, '--env-file', 'prod.env']
  const outputs: string[] = []
  const formats = [
    'github',
    'gitlab',
    'html',
    'human',
    'json',
    'junit',
    'markdown',
    'prometheus',
    'sarif',
    'short',
    'tap',
  ]
  for (const args of [
    ['run', ...given, '--output', 'result.json', '--report', 'html=a.html', '--report', 'sarif=a.sarif'],
    ...formats.map((format) => ['run', ...given, '--format', format]),
    ['probe', 'log', 'paths=[bus.log]', 'json={"level":"level","user":"user"}', ...given],
    ['incident', 'capture', ...given, '--output', 'bundles'],
  ]) {
    const { exitCode, stdout, stderr } = await preflight(args, { cwd: folder, environment })
    expect(exitCode, stderr).toBe(args[0] === 'run' ? 1 : 0)
    outputs.push(`${args.join(' ')}\n${stdout}\n${stderr}`)
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }))
    if (name.isFile() && !['prod.env', 'a.yaml', 'bus.log'].includes(name.name))
      outputs.push(readFileSync(join(name.parentPath, name.name), 'latin1'))
  for (const seen of ['marker-of-a-value', 'marker-of-a-line'])
    expect(outputs.filter((output) => output.includes(seen)).length, seen).toBeGreaterThan(5)
  for (const output of outputs)
    for (const secret of [known, named, unnamed]) expect(output, output.slice(0, 200)).not.toContain(secret)
})
