import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const folder = folderOf({
  'named/preflight.yaml': 'deployment: eu\npacks:\n  - shield\n  - arqonbus\ninputs:\n  conda: conda\n',
  'plain/deploy.yaml': 'deployment: eu\n',
  'own/packs/site/a.yaml': regionPack,
  'none/empty.env': '',
})
const environment = ['--env-file', '/dev/null']

type Sarif = { runs: { results: { ruleId: string; locations: { physicalLocation: unknown }[] }[] }[] }
type Gitlab = { check_name: string; location: { path: string; lines: { begin: number } } }[]

async function places(cwd: string, selector: string, ...args: string[]) {
  const run = async (format: string) =>
    (await preflight(['run', selector, ...args, ...environment, '--format', format], { cwd: `${folder}/${cwd}` }))
      .stdout
  const github = (await run('github')).split('\n').filter((line) => line.includes(`title=${selector} `))
  const sarif = (JSON.parse(await run('sarif')) as Sarif).runs[0]!.results.filter(({ ruleId }) => ruleId === selector)
  const gitlab = JSON.parse(await run('gitlab')) as Gitlab
  return {
    github: [
      ...new Set(github.flatMap((line) => /^::\w+ (?:file=([^,]*),line=(\d+))?/.exec(line)?.slice(1).join(':') ?? [])),
    ],
    sarif: [...new Set(sarif.map(({ locations }) => JSON.stringify(locations[0]!.physicalLocation)))],
    gitlab: [...new Set(gitlab.map(({ location }) => `${location.path}:${location.lines.begin}`))],
  }
}

const inSarif = (uri: string, startLine: number) => JSON.stringify({ artifactLocation: { uri }, region: { startLine } })

describe('a red check of a pack that ships', () => {
  it('points to the line of the deployment file that names its pack', async () => {
    expect(await places('named', 'arqonbus/config/infra-protocol')).toEqual({
      github: ['preflight.yaml:4'],
      sarif: [inSarif('preflight.yaml', 4)],
      gitlab: ['preflight.yaml:1', 'preflight.yaml:4'],
    })
  })

  it('points to its first line where it names no pack, by the path that was given', async () => {
    expect(await places('plain', 'arqonbus/config/infra-protocol', '--config', 'deploy.yaml')).toEqual({
      github: ['deploy.yaml:1'],
      sarif: [inSarif('deploy.yaml', 1)],
      gitlab: ['deploy.yaml:1'],
    })
  })

  it('points into no file of the package without a deployment file', async () => {
    const found = await places('none', 'arqonbus/config/infra-protocol')
    expect(found.github).toEqual([':'])
    expect(JSON.stringify(found)).not.toContain('checks/')
  })
})

describe('a red check of your own', () => {
  it('points to its definition', async () => {
    const { github, gitlab } = await places('own', 'site/a/region', ...ownPacks)
    expect(github).toEqual(['packs/site/a.yaml:9'])
    expect(gitlab).toContain('packs/site/a.yaml:9')
  })
})

describe('missing inputs', () => {
  it('are one screen for a person', async () => {
    const { exitCode, stdout, stderr } = await preflight(['run', ...environment], { cwd: `${folder}/none` })
    expect([exitCode, stdout]).toEqual([3, ''])
    expect(stderr).toMatch(/^Nothing was run: 4 inputs of the selected checks are missing\n/)
    for (const way of ['preflight init', 'preflight run --no-gates', 'packs: []', 'preflight sandbox run'])
      expect(stderr).toContain(`\n  ${way}\n`)
    expect(stderr).not.toContain('pack.yaml')
    expect(stderr.split('\n').length).toBeLessThan(45)
  })

  it('are at the inputs: of the deployment file for a program', async () => {
    const { stdout } = await preflight(['run', ...environment, '--format', 'json'], { cwd: `${folder}/named` })
    const { diagnostics } = JSON.parse(stdout) as ResultDocument
    expect(new Set(diagnostics!.map(({ file, line }) => `${file}:${line}`))).toEqual(new Set(['preflight.yaml:5']))
    for (const format of ['github', 'sarif', 'gitlab', 'junit', 'markdown', 'html', 'tap', 'short']) {
      const ended = await preflight(['run', ...environment, '--format', format], { cwd: `${folder}/named` })
      expect(ended.exitCode).toBe(3)
      expect(ended.stdout, format).not.toContain('pack.yaml')
    }
  })
})
