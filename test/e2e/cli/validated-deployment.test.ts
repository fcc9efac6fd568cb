import { describe, expect, it } from 'vitest'
import { folderOf, preflight, regionPack } from './preflight.js'

const files = {
  'packs/site/a.yaml': regionPack,
  'ops/site/look.yaml': `title: look
parameters:
  file: { type: path, description: x, default: a.env }
steps:
  - id: judge
    check: { select: [site/a/regoin, site/a/hint], env-files: ["\${{ params.file }}"], inputs: { wnated: eu }, profile: prdo }
    effect: read
`,
}

const problemsOf = async (cwd: string, ...args: string[]) => {
  const { exitCode, stderr } = await preflight(args, { cwd })
  return { exitCode, problems: stderr.split('\n').filter((line) => line.includes(': error: ')) }
}

describe('validate finds in preflight.yaml what plan would', () => {
  it('each at its line', async () => {
    const cwd = folderOf({
      ...files,
      'preflight.yaml': `packs: []
profile: prdo
checks: [packs, nowhere]
runbooks: [nothing]
select: [site/a, sit]
inputs:
  wnated: eu
  port: many
  wanted: { file: none }
`,
    })
    const { exitCode, problems } = await problemsOf(cwd, 'validate')
    expect(exitCode).toBe(3)
    expect(problems).toEqual([
      `preflight.yaml:3:17: error: nowhere: folder not found [unreadable-folder]`,
      `preflight.yaml:4:12: error: nothing: folder not found [unreadable-folder]`,
    ])
  })

  it('profile, selectors and inputs once the packs are read', async () => {
    const text =
      'packs: []\nprofile: prdo\nchecks: [packs]\nselect: [site/a, sit]\ninputs:\n  wnated: eu\n  port: many\n'
    const cwd = folderOf({ ...files, 'preflight.yaml': `${text}  wanted: { file: none }\n` })
    const found = [
      'preflight.yaml:2:1: error: unknown profile prdo [unknown-profile]',
      'preflight.yaml:4:18: error: unknown check sit [unknown-selector]',
      'preflight.yaml:6:11: error: unknown input wnated [unknown-input]',
      'preflight.yaml:7:9: error: the input site.port must be a whole number [input-value]',
    ]
    const { exitCode, problems } = await problemsOf(cwd, 'validate')
    expect(exitCode).toBe(3)
    expect(problems).toEqual([
      ...found,
      `preflight.yaml:8:11: error: the value of the input site.wanted cannot be read: ${cwd}/none does not exist [input-file]`,
    ])
    const inputs = await problemsOf(cwd, 'plan', '--env-file', '/dev/null')
    expect(inputs).toEqual({ exitCode: 3, problems: found.slice(2) })
  })

  it('plan finds a wrong profile or selector there too, unless the command line replaces it', async () => {
    const cwd = folderOf({ ...files, 'preflight.yaml': 'packs: []\nprofile: prdo\nchecks: [packs]\nselect: [sit]\n' })
    const plan = ['plan', '--env-file', '/dev/null']
    expect(await problemsOf(cwd, ...plan)).toEqual({
      exitCode: 3,
      problems: [
        'preflight.yaml:2:1: error: unknown profile prdo [unknown-profile]',
        'preflight.yaml:4:10: error: unknown check sit [unknown-selector]',
      ],
    })
    expect((await problemsOf(cwd, ...plan, 'site', '--profile', 'prod')).exitCode).toBe(0)
  })
})

describe('validate finds in a runbook', () => {
  it('checks, inputs and a profile that no pack has', async () => {
    const cwd = folderOf({ ...files, 'preflight.yaml': 'packs: []\nchecks: [packs]\nrunbooks: [ops]\n' })
    expect((await problemsOf(cwd, 'validate')).problems).toEqual([
      `ops/site/look.yaml:5:5: error: the step judge: unknown check site/a/regoin [unknown-check]`,
      `ops/site/look.yaml:5:5: error: the step judge: unknown input wnated [unknown-input]`,
      `ops/site/look.yaml:5:5: error: the step judge: unknown profile prdo [unknown-profile]`,
    ])
  })
})
