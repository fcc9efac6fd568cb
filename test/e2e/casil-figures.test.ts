import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CasilFigures, casilFigures } from '../../sandbox/stand-ins/checkout/casil-figures.js'
import { capturedRun } from './captured-run.js'

let folder = ''
let file = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-figures-'))
  file = join(folder, 'casil-figures.json')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What the check says of a text in the file; without one there is no file. */
async function judged(text: string | undefined) {
  if (text === undefined) rmSync(file, { force: true })
  else writeFileSync(file, text)
  const { document, report, exitCode } = await capturedRun({
    environment: {},
    inputs: { repository: folder },
    selectors: ['arqonbus/gates/casil-performance'],
  })
  const [check] = document.checks
  return { status: check?.status, message: check?.message ?? '', report: report.replace(/\s+/g, ' '), exitCode }
}

const runs = (...each: Partial<CasilFigures>[]): string => {
  const {
    runs: [one],
  } = JSON.parse(casilFigures()) as { readonly runs: readonly CasilFigures[] }
  return JSON.stringify({ runs: each.map((changes) => ({ ...one, ...changes })) })
}

describe('the figures of the inspection benchmark (000-22)', () => {
  it.each<[string, Partial<CasilFigures>, string]>([
    ['just below the limit', { monitor_p99_ms: 4.9999 }, 'pass'],
    ['at the limit', { monitor_p99_ms: 5 }, 'warn'],
    ['just above the limit', { monitor_p99_ms: 5.0001 }, 'warn'],
    ['far from the baseline, which is not judged', { disabled_percent: 42, disabled_percent_most: 90 }, 'pass'],
    ['that are nothing', { monitor_p99_ms: 0 }, 'warn'],
  ])('%s', async (_, figures, status) => {
    const seen = await judged(casilFigures(figures))
    expect(seen).toMatchObject({ status, exitCode: 0 })
    expect(seen.message).not.toBe('')
  })

  it('are reported with the spread, and with the run before on the same machine', async () => {
    const { message, report } = await judged(
      runs(
        { monitor_p99_ms: 0.5, date: '2026-01-01T00:00:00+00:00' },
        { monitor_p99_ms: 4, machine: 'another', date: '2026-01-02T00:00:00+00:00' },
        { monitor_p99_ms: 0.6, date: '2026-01-03T00:00:00+00:00' },
      ),
    )
    expect(message).toBe(
      'p99 of monitor mode 0.6 ms of at most 5 ms, on sandbox, 2026-01-03T00:00:00+00:00; the run before on this machine: 0.5 ms, 2026-01-01T00:00:00+00:00; switched off 0.32% from the baseline (-0.85% to 1.4%), not judged',
    )
    expect(report).toContain('Noted (1)')
    expect(report).toContain('switched off 0.32% from the baseline (-0.85% to 1.4%), not judged')
  })

  it('are compared with none where the machine has one run', async () => {
    expect((await judged(runs({ machine: 'another' }, {}))).message).toContain('no earlier run of this machine')
    expect((await judged(runs({}, { monitor_p99_ms: 7 }))).message).toMatch(
      /adds 7 ms .* the limit is 5 ms; the run before on this machine: 0\.71 ms/,
    )
  })

  it.each<[string, string | undefined]>([
    ['no file', undefined],
    ['an empty file', ''],
    ['a file that is cut off', casilFigures().slice(0, 200)],
    ['no runs', '{}'],
    ['an empty list', '{"runs":[]}'],
    ['runs that are not a list', '{"runs":{"0":{}}}'],
    ['a run that is not an object', '{"runs":[7]}'],
    ['a run without its machine', runs({ machine: '' })],
    ['a p99 that is a text', runs({ monitor_p99_ms: '0.1' as unknown as number })],
    ['a run without its spread', runs({ disabled_percent_most: undefined as unknown as number })],
  ])('are missing with %s', async (_, text) => {
    const { status, message } = await judged(text)
    expect({ status, message }).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/^failed: no figures: /) as string,
    })
  })

  it('make a run with --fail-on-warn a no-go when they are missing', async () => {
    rmSync(file, { force: true })
    const { exitCode } = await capturedRun({
      environment: {},
      inputs: { repository: folder },
      selectors: ['arqonbus/gates/casil-performance'],
      failOnWarn: true,
    })
    expect(exitCode).toBe(5)
  })
})

const page = readFileSync(join(import.meta.dirname, '../../docs/arqonbus.md'), 'utf8')
const script = /```python\n([^]*?)```/.exec(page)?.[1] ?? ''
const hasPython = spawnSync('python3', ['-c', '']).status === 0

/** As much of the bus as the script uses, by the names that its repository has. */
const bus: Readonly<Record<string, string>> = {
  'arqonbus/casil/engine.py':
    'class CASILEngine:\n    def __init__(self, config):\n        self.config = config\n    def inspect(self, envelope, context):\n        return sum(range(400)) if self.config.enabled and self.config.mode == "monitor" else None\n',
  'arqonbus/config/config.py':
    'class Limits:\n    max_inspect_bytes = 65536\nclass CASILConfig:\n    def __init__(self, enabled=False):\n        self.enabled, self.mode, self.limits = enabled, "monitor", Limits()\n',
  'arqonbus/protocol/ids.py': 'def generate_message_id():\n    return "arq_1_1_abcdef"\n',
  'arqonbus/protocol/validator.py':
    'import json\nclass EnvelopeValidator:\n    @classmethod\n    def validate_and_parse_json(cls, text):\n        return json.loads(text), []\n',
}

describe.runIf(hasPython)('the script of the documentation', () => {
  it('writes a file that the check takes, and adds each run to it', async () => {
    for (const [path, text] of Object.entries(bus)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    writeFileSync(join(folder, 'casil_figures.py'), script)
    rmSync(file, { force: true })
    for (const count of [1, 2]) {
      const { status, stderr } = spawnSync('python3', ['casil_figures.py', 'casil-figures.json', 'a-machine'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      const written = readFileSync(file, 'utf8')
      expect((JSON.parse(written) as { readonly runs: unknown[] }).runs).toHaveLength(count)
      const seen = await judged(written)
      expect(seen).toMatchObject({
        status: 'pass',
        message: expect.stringContaining(
          count === 1 ? 'no earlier run of this machine' : 'the run before on this machine: ',
        ) as string,
      })
    }
  })
})
