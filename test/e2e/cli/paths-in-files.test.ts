import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

const check = (probe: string): string =>
  `{ title: it is there, severity: high, class: config, ${probe}, expect: [facts.exists], fix: make it }`

/** The same name lies beside the check, beside the runbook, in the folder of the deployment and where it is run. */
const place = folderOf({
  'preflight.yaml': 'packs: []\nchecks: [checks]\nrunbooks: [ops]\ninputs: { configured: data/here }\n',
  'data/here': '',
  'checks/site/pack.yaml': `inputs:
  configured: { type: path, description: a, default: none }
  given: { type: path, description: b, default: none }
`,
  'checks/site/data/beside': '',
  'checks/site/a.yaml': `stage: config
checks:
  literal: ${check('file: { path: data/beside }')}
  begun: ${check(`file: { path: "data/\${{ profile == 'prod' ? 'beside' : '' }}" }`)}
  configured: ${check('file: { path: "${{ inputs.configured }}" }')}
  given: ${check('file: { path: "${{ inputs.given }}" }')}
  variable: ${check('file: { path: "${{ env.PLACE }}" }')}
  folder: { title: it runs there, severity: high, class: code, command: { argv: [test, -e, beside], cwd: data }, expect: [facts.exitCode == 0], fix: move it }
  default-folder: { title: it runs here, severity: high, class: code, command: { argv: [test, -e, typed] }, expect: [facts.exitCode == 0], fix: move it }
`,
  'ops/site/look.yaml': `title: look
parameters: { given: { type: path, description: c } }
steps:
  - { id: literal, title: beside the runbook, run: { argv: [test, -e, only-ops], cwd: data }, effect: read }
  - { id: given, title: where it was typed, run: { argv: [test, -e, "\${{ params.given }}/typed"] }, effect: read }
  - { id: judged, title: its own environment, check: { select: [site/a/variable], env-files: [site.env] } }
  - { id: waited, title: it is there, wait: { file: { path: data/only-ops } }, timeout: 2s, expect: [facts.exists] }
`,
  'ops/site/site.env': 'PLACE=typed\n',
  'ops/site/data/only-ops': '',
})
const elsewhere = folderOf({ typed: '', 'run.env': 'PLACE=typed\n' })
const config = ['--config', join(place, 'preflight.yaml')]

describe('relative paths', () => {
  it('start where they are written: in the file, in the deployment file, on the command line', async () => {
    const { exitCode, stdout, stderr } = await preflight(
      ['run', ...config, '--env-file', 'run.env', '--input', 'given=typed', '--no-keep', '--format', 'json'],
      { cwd: elsewhere },
    )
    expect(exitCode, stderr).toBe(0)
    const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string }[] }
    expect(checks.map(({ id, status }) => `${id} ${status}`)).toEqual(
      ['literal', 'begun', 'configured', 'given', 'variable', 'folder', 'default-folder'].map(
        (name) => `site/a/${name} pass`,
      ),
    )
  })

  it('of a runbook start at its file, those of its parameters where they are typed', async () => {
    const state = mkdtempSync(join(tmpdir(), 'preflight-paths-'))
    const words = ['runbook', 'run', 'site/look', ...config, '--state', state, '--param', 'given=.']
    const { exitCode, stderr } = await preflight(words, { cwd: elsewhere })
    expect(exitCode, stderr).toBe(0)
  })

  it('are the same from every folder', async () => {
    const words = ['run', '--env-file', join(elsewhere, 'run.env'), '--no-keep', 'site/a/literal', 'site/a/folder']
    for (const folder of [place, join(place, 'checks'), elsewhere])
      expect(
        await preflight([...words, '--config', relative(folder, join(place, 'preflight.yaml'))], { cwd: folder }),
      ).toMatchObject({ exitCode: 0 })
  })
})
