import { expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

const pack = (more: string): string => `stage: config
checks:
  region:
    title: the region is set
    severity: high
    class: config
    env: { name: REGION }
    expect: [{ that: facts.set }]
    fix: set REGION
${more}`
const book = `title: restart the service
parameters: { port: { type: integer, description: the port } }
steps:
  - { id: note, title: note it, manual: note it }
`
const links = `    remedy: { run: [sed, -i, 's/a b/c/', .env], safe: false }
    runbook: orders/restart
    docs: region.html
`

function place(more: string) {
  const cwd = folderOf({
    'packs/orders/a.yaml': pack(more),
    'books/orders/restart.yaml': book,
    'preflight.yaml': 'docs-url: https://docs.example.org/orders/\nrunbooks: [books]\n',
    '.env': 'OTHER=1\n',
  })
  const common = ['--no-builtin', '--checks', 'packs']
  return {
    cwd,
    validate: () => preflight(['validate', ...common], { cwd }),
    run: (...flags: readonly string[]) => preflight(['run', ...common, '--env-file', '.env', ...flags], { cwd }),
    explain: () => preflight(['explain', 'orders/a/region', ...common], { cwd }),
  }
}

it('a check shows the command, the runbook and the page that help with it', async () => {
  const { validate, run, explain } = place(links)
  expect((await validate()).exitCode).toBe(0)
  const human = (await run()).stdout
  expect(human).toContain("    command  sed -i 's/a b/c/' .env  (read what it does first)\n")
  expect(human).toContain('    runbook  preflight runbook show orders/restart\n')
  expect(human).toContain('    docs     https://docs.example.org/orders/region.html\n')
  const document = JSON.parse((await run('--format', 'json')).stdout) as { checks: readonly unknown[] }
  expect(document.checks[0]).toMatchObject({
    remedy: { run: ['sed', '-i', 's/a b/c/', '.env'], safe: false },
    runbook: 'orders/restart',
    docs: 'https://docs.example.org/orders/region.html',
  })
  for (const format of ['html', 'junit', 'markdown', 'sarif', 'github']) {
    const { stdout } = await run('--format', format)
    expect(stdout, format).toContain('runbook show orders/restart')
    expect(stdout, format).toContain('https://docs.example.org/orders/region.html')
  }
  expect((await explain()).stdout).toContain('preflight runbook show orders/restart')
})

it('the command for the runbook works as it is printed, and says what is to be filled in', async () => {
  const { cwd, run } = place(links)
  const [, printed = ''] = /^ {4}runbook {2}preflight (.*)$/m.exec((await run()).stdout) ?? []
  const shown = await preflight(printed.split(' '), { cwd })
  expect(shown.exitCode, shown.stderr).toBe(0)
  expect(shown.stdout).toContain('preflight runbook plan orders/restart --param port=PORT\n')
})

it('a remedy may be a runbook', async () => {
  const { run } = place('    remedy: { runbook: orders/restart, safe: true }\n')
  expect((await run()).stdout).toContain('    command  preflight runbook run orders/restart  (safe at any time)\n')
})

it.each([
  [
    '    runbook: orders/restat\n',
    'orders/a/region names the runbook orders/restat, which does not exist',
    'did you mean orders/restart?',
  ],
  ['    remedy: { runbook: orders/none, safe: true }\n', 'names the runbook orders/none, which does not exist', ''],
  ['    remedy: { run: [], safe: true }\n', 'remedy', ''],
  ['    remedy: { run: [a] }\n', 'safe', ''],
  ['    runbook: Restart\n', 'must be the id of a runbook', ''],
])('validate refuses %j', async (more, message, hint) => {
  const { exitCode, stderr } = await place(more).validate()
  expect(exitCode).toBe(3)
  expect(stderr).toContain(message)
  expect(stderr).toContain(hint)
})
