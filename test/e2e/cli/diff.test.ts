import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

it('two results are compared: exit 1 when the later one is worse, 0 when not', async () => {
  const cwd = folderOf({ 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n', 'us.env': 'REGION=us\n' })
  const run = (environment: string, output: string, ...more: readonly string[]) =>
    preflight(['run', ...ownPacks, '--no-keep', '--env-file', environment, '--output', output, ...more], { cwd })
  const diff = (...args: readonly string[]) => preflight(['diff', ...args], { cwd })
  await Promise.all([
    run('eu.env', 'good.json'),
    run('us.env', 'bad.json'),
    run('eu.env', 'part.json', '--stage', 'config'),
  ])

  const worse = await diff('good.json', 'bad.json')
  expect(worse).toMatchObject({ exitCode: 1, stderr: '' })
  expect(worse.stdout).toMatch(
    /^WORSE {2}the verdict and 1 check\n[^]*Newly failing \(1\)\n {2}✖ site\/a\/region[^]*pass → fail\n {4}REGION is us[^]*Newly a warning \(1\)[^]*Changed facts \(2\)[^]*value: eu → us/,
  )
  expect((await diff('bad.json', 'good.json')).stdout).toMatch(/^NOT WORSE\n[^]*Newly green \(2\)/)
  expect(await diff('good.json', 'good.json')).toMatchObject({ exitCode: 0 })

  const part = await diff('good.json', 'part.json', '--format', 'json', '--slower', '2')
  expect(part.exitCode).toBe(1)
  expect(JSON.parse(part.stdout)).toMatchObject({
    isWorse: true,
    isVerdictWorse: true,
    after: { coverage: 'part' },
    checks: [
      { id: 'site/a/hint', turn: 'deselected' },
      { id: 'site/a/slow', turn: 'deselected' },
    ],
    circumstances: [{ what: 'stages' }],
  })

  writeFileSync(join(cwd, 'none.json'), '{}')
  const refused = await Promise.all([
    diff('good.json', 'none.json'),
    diff('good.json', 'nowhere.json'),
    diff('good.json'),
    diff('good.json', 'bad.json', '--slower', '1'),
  ])
  expect(refused.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [3, ''],
    [3, ''],
    [2, ''],
    [2, ''],
  ])
})
