import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folderOf, ownPacks, preflight } from './preflight.js'

/** Known to the run, and given as a plain argument. */
const known = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'
/** Not known to the run: what is before it says that it is a secret. */
const named = 'kitchen-garden-9'
/** Part of a URL, as a driver is started with it. */
const inUrl = 'Sommer-Hafen-Katze'

const pack = (pid: number): string => `stage: runtime
variables: { TOKEN_SECRET: { exposure: secret } }
inputs: { pid_file: { type: path, description: the pid file } }
checks:
  service:
    title: the service is another one
    severity: high
    class: code
    process: { pid-file: "\${{ inputs.pid_file }}", busiest: true }
    expect:
      - that: facts.running && facts.pid == ${pid}
      - that: facts.commandLine == ""
        message: "it runs \${{ facts.commandLine }}"
    fix: look at it
`

const child = spawn(
  process.execPath,
  ['-e', 'setInterval(() => {}, 1000)', '--', known, '--password', named, `redis://bus:${inUrl}@127.0.0.1:6379/0`],
  { stdio: 'ignore' },
)
let folder: string
beforeAll(() => {
  folder = folderOf({
    'packs/site/a.yaml': pack(child.pid!),
    'prod.env': `TOKEN_SECRET='${known}'\n`,
    'service.pid': `${child.pid!}\n`,
  })
})
afterAll(() => void child.kill('SIGKILL'))

it('the command line of a process is shown without its secrets, in reports, results and bundles', async () => {
  const environment = { XDG_STATE_HOME: join(folder, 'state') }
  const given = [...ownPacks, '--env-file', 'prod.env', '--input', 'pid_file=service.pid']
  const outputs: string[] = []
  for (const args of [
    ['run', ...given, '--output', 'result.json', '--report', 'html=a.html', '--report', 'sarif=a.sarif'],
    ['run', ...given, '--format', 'json'],
    ['probe', 'process', 'pid-file=service.pid', ...given],
    ['incident', 'capture', ...given, '--output', 'bundles'],
  ]) {
    const { exitCode, stdout, stderr } = await preflight(args, { cwd: folder, environment })
    expect(exitCode, stderr).toBe(args[0] === 'run' ? 1 : 0)
    outputs.push(`${args[0]}\n${stdout}\n${stderr}`)
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }))
    if (name.isFile() && !['prod.env', 'a.yaml'].includes(name.name))
      outputs.push(readFileSync(join(name.parentPath, name.name), 'latin1'))
  expect(outputs[0]).toContain('setInterval')
  expect(outputs.filter((output) => output.includes('setInterval')).length).toBeGreaterThan(5)
  for (const output of outputs)
    for (const secret of [known, named, inUrl]) expect(output, output.slice(0, 200)).not.toContain(secret)
})
