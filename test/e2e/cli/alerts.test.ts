import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { AlertsDocument } from '../../../src/alerts/alerts-document.js'
import { alertFile, filePack } from '../../alerts/site.js'
import { terminalSession } from '../../cli/support/terminal.js'
import { program } from '../program.js'
import { folderOf, preflight, startProgram } from './preflight.js'

const gone = 'when: [site/files/there]'

/** A folder whose alert is on the file `mark`. */
const siteOf = (keys = gone, more: Readonly<Record<string, string>> = { mark: 'x' }): string =>
  folderOf({ 'checks/site/files.yaml': filePack, 'alerts/site.yaml': alertFile(keys), ...more })

const own = [
  'alerts',
  '--no-builtin',
  '--checks',
  'checks',
  '--alerts',
  'alerts',
  '--input',
  'mark=mark',
  '--state',
  'state',
]

const schema = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../schemas', name), 'utf8')) as object

describe('preflight alerts', () => {
  it('ends with 0 where nothing fires, 1 where something does, 4 where that is unknown', async () => {
    const quiet = siteOf()
    expect((await preflight(own, { cwd: quiet })).exitCode).toBe(0)
    const red = await preflight(own, { cwd: siteOf(gone, {}) })
    expect(red.exitCode).toBe(1)
    expect(red.stdout).toMatch(
      /✖ firing {2}site\/gone {2}P0\n {4}the mark is gone\n {4}found: the mark is gone\n {4}check: site\/files\/there is fail\n {4}since: unknown/,
    )
    expect(red.stdout).toContain('    run: preflight runbook run site/restore --no-builtin --checks ')
    expect(red.stdout).toContain('    call: the engineer on call, within 5 minutes\n')
    const unknown = await preflight(own, { cwd: siteOf(`${gone}\n    for: 2`, {}) })
    expect(unknown).toMatchObject({ exitCode: 4, stdout: expect.stringContaining('--watch') })
  })

  it('refuses what is wrong before anything is asked', async () => {
    const cwd = siteOf()
    const refused = async (...words: readonly string[]) => preflight([...own, ...words], { cwd })
    expect(await refused('sit')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean site?') })
    expect(await refused('--on-change', './page')).toMatchObject({ exitCode: 2 })
    expect(await refused('--watch', '2s', '--format', 'prometheus')).toMatchObject({ exitCode: 2 })
    expect(await refused('--watch', '10ms')).toMatchObject({ exitCode: 2 })
    const wrong = await preflight(own, { cwd: siteOf('when: [site/files/ther]') })
    expect(wrong).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('alerts/site.yaml:7:12') })
    expect((await preflight(['alerts', '--no-builtin', '--checks', 'checks'], { cwd })).exitCode).toBe(2)
  })

  it('prints JSON that fits its schema, and Prometheus text', async () => {
    const cwd = siteOf(
      'when: [{ check: site/files/small, on: [warn, fail], value: facts.size, limit: inputs.most, unit: bytes }]',
      {
        mark: 'xxx',
      },
    )
    const { stdout, exitCode } = await preflight([...own, '--format', 'json'], { cwd })
    const validate = new Ajv2020().compile(schema('alerts-1.schema.json'))
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true)
    expect(exitCode).toBe(1)
    const metrics = (await preflight([...own, '--format', 'prometheus'], { cwd })).stdout
    expect(metrics).toContain('preflight_alert_state{alert="site/gone",priority="P0",state="firing"} 1\n')
    expect(metrics).toContain('preflight_alert_value{alert="site/gone",priority="P0",unit="bytes"} 3\n')
    expect(metrics).toContain('preflight_alert_limit{alert="site/gone",priority="P0",unit="bytes"} 4\n')
  })

  it('are validated with the checks, and their runbooks must exist', async () => {
    const cwd = siteOf()
    const words = ['validate', '--no-builtin', '--checks', 'checks', '--alerts', 'alerts']
    expect(await preflight(words, { cwd })).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 alert\n') })
    writeFileSync(join(cwd, 'preflight.yaml'), 'alerts: [alerts]\nchecks: [checks]\npacks: []\n')
    expect((await preflight(['validate'], { cwd })).stdout).toContain('1 alert\n')
    writeFileSync(join(cwd, 'alerts/site.yaml'), alertFile('when: [site/files/ther]'))
    expect(await preflight(['validate'], { cwd })).toMatchObject({ exitCode: 3 })
    const builtIn = await preflight(['validate', '--checks', 'checks', '--alerts', 'alerts'], { cwd: siteOf() })
    expect(builtIn).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('site/gone names the runbook site/restore, which does not exist'),
    })
  })
})

it.each([
  [
    'arqonbus (000-15)',
    'ARQONBUS_VALKEY_URL=redis://127.0.0.1:1/0\nARQONBUS_POSTGRES_URL=postgresql://a@127.0.0.1:1/a\n',
    [],
  ],
  [
    'aegis (001-09, 001-13)',
    'DATABASE_URL=postgresql://a:b@127.0.0.1:1/a\n',
    ['aegis_directory=.', 'api_url=http://127.0.0.1:1', 'broker_url=mqtt://127.0.0.1:1'],
  ],
])('the response of every alert of %s is a runbook that plans', async (title, environment, inputs) => {
  const [system = ''] = title.split(' ')
  const cwd = folderOf({ 'prod.env': environment })
  const given = inputs.flatMap((each) => ['--input', `${system}.${each}`])
  const once = [
    'alerts',
    system,
    '--env-file',
    'prod.env',
    '--state',
    'state',
    '--format',
    'json',
    '--timeout',
    '1s',
    ...given,
  ]
  const { alerts } = JSON.parse((await preflight(once, { cwd })).stdout) as AlertsDocument
  expect(alerts.length).toBeGreaterThanOrEqual(5)
  for (const command of new Set(alerts.map(({ response }) => response.command))) {
    const [, ...words] = command.replace(' run ', ' plan ').split(' ')
    const { exitCode, stdout, stderr } = await preflight(words, { cwd })
    expect(exitCode, `${command}: ${stderr}`).toBe(0)
    expect(stdout).toContain('To run exactly this')
  }
})

describe('preflight alerts --watch', () => {
  it('fires and resolves in a log, a line of JSON for each round, and ends with 143 when it is terminated', async () => {
    const cwd = siteOf(gone, {})
    const running = startProgram([...own, '--watch', '1s', '--format', 'json'], { cwd })
    try {
      await running.said('✖ firing  P0 site/gone: the mark is gone')
      writeFileSync(join(cwd, 'mark'), 'x')
      await running.said('✔ not firing  P0 site/gone (it was firing)')
    } finally {
      running.child.kill('SIGTERM')
    }
    const { exitCode, stdout, stderr } = await running
    expect(exitCode).toBe(143)
    expect(stderr).not.toContain('\u001B')
    const lines = stdout.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { exitCode: number }).exitCode).slice(0, 1)).toEqual([1])
    expect(lines.length).toBeGreaterThan(1)
  })

  it('is a live view at a terminal, which has it back at Ctrl-C, with 130', async () => {
    const cwd = siteOf()
    const terminal = terminalSession([execPath, '--', program, ...own, '--watch', '1s'], {
      cwd,
      environment: { HOME: cwd, NO_COLOR: '1' },
      size: { columns: 100, rows: 24 },
    })
    await terminal.shows('✔ not firing     P0  site/gone')
    await terminal.shows('round 2, every 1s, reached: every ')
    terminal.type('\u0003')
    expect(await terminal.ended).toBe(130)
    const written = terminal.screen()
    expect(written.lastIndexOf('\u001B[?25h')).toBeGreaterThan(written.lastIndexOf('\u001B[?25l'))
    expect(written.lastIndexOf('\u001B[?7h')).toBeGreaterThan(written.lastIndexOf('\u001B[?7l'))
  })
})
