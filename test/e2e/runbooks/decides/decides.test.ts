import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Site } from './site.js'

/** What decides a run: how it is called, how it is changed, and what a run that goes on makes of that. */
const table: readonly (readonly [
  what: string,
  id: (site: Site) => string,
  change: (site: Site) => void,
  atResume: 'refused' | 'accepted' | 'given anew',
])[] = [
  [
    'the runbook',
    () => 'runbook:site/deploy',
    (site) => site.replace('books/site/deploy.yaml', 'echo first', 'echo second'),
    'refused',
  ],
  [
    'a runbook that it includes',
    () => 'runbook:site/included',
    (site) => site.replace('books/site/included.yaml', '["true"]', '["false"]'),
    'refused',
  ],
  [
    'a parameter',
    () => 'parameter:word',
    (site) => site.give({ parameters: ['word=bad', `file=${site.path('input')}`] }),
    'given anew',
  ],
  ['a secret parameter', () => 'parameter:token', () => (process.env['SITE_TOKEN'] = 'vT7-qLw2.Zk9xR5'), 'refused'],
  [
    'the content of a file that a parameter names',
    (site) => `file:${site.path('input')}`,
    (site) => site.write('input', 'two\n'),
    'accepted',
  ],
  [
    'the content of a program',
    () => 'program:site-tool',
    (site) => site.replace('bin/site-tool', 'echo', 'printf'),
    'accepted',
  ],
  [
    'which program PATH finds',
    () => 'program:site-tool',
    (site) => {
      site.write('elsewhere/site-tool', '#!/bin/sh\necho "$2" >> "$1"\n')
      chmodSync(site.path('elsewhere/site-tool'), 0o755)
      process.env['PATH'] = `${site.path('elsewhere')}:${process.env['PATH']}`
    },
    'accepted',
  ],
  ['a program that is gone', () => 'program:site-tool', (site) => site.remove('bin/site-tool'), 'accepted'],
  [
    'the deployment file',
    (site) => `deployment_file:${site.path('preflight.yaml')}`,
    (site) => site.replace('preflight.yaml', 'profile: prod', 'profile: prod\nconcurrency: 1'),
    'accepted',
  ],
  [
    'the profile',
    () => 'profile:staging',
    (site) => site.replace('preflight.yaml', 'profile: prod', 'profile: staging'),
    'refused',
  ],
  [
    'an input of the deployment file',
    () => 'input:site.wanted',
    (site) => site.replace('preflight.yaml', 'wanted: eu', 'wanted: us'),
    'refused',
  ],
  [
    'an input of the command line',
    () => 'input:site.wanted',
    (site) => site.give({ inputs: ['wanted=us'] }),
    'refused',
  ],
  ['a secret input', () => 'input:site.password', (site) => site.give({ inputs: ['password=another-one'] }), 'refused'],
  [
    'the name of the deployment, by which waivers count',
    () => 'waivers:deployment',
    (site) => site.replace('preflight.yaml', 'deployment: here', 'deployment: there'),
    'accepted',
  ],
  [
    'the packs',
    () => 'packs:checks',
    (site) => site.replace('packs/site/a.yaml', 'facts.value == inputs.wanted', 'facts.value != ""'),
    'refused',
  ],
  [
    'the waivers',
    (site) => `waivers:${site.path('waivers.yaml')}`,
    (site) => site.write('waivers.yaml', 'waivers: [] # more to come\n'),
    'accepted',
  ],
  [
    'the signature of the waivers',
    (site) => `waivers:${site.path('waivers.yaml.sig')}`,
    (site) => site.remove('waivers.yaml.sig'),
    'accepted',
  ],
  [
    'who may sign waivers',
    (site) => `waiver_signers:${site.path('signers')}`,
    (site) => site.replace('signers', 'grace', 'mallory'),
    'accepted',
  ],
  ['the leaked secrets', (site) => `file:${site.path('leaked')}`, (site) => site.write('leaked', ''), 'accepted'],
  [
    'an environment file',
    (site) => `environment_file:${site.path('site.env')}`,
    (site) => site.write('site.env', 'REGION=us\n'),
    'accepted',
  ],
  [
    'which environment file',
    (site) => `environment_file:${site.path('second.env')}`,
    (site) => site.give({ environment: { files: [site.path('second.env')], pid: undefined, inherit: false } }),
    'accepted',
  ],
  [
    'that a process is asked for its environment',
    (site) => `environment_process:process ${site.options.environment.pid}`,
    (site) => site.give({ environment: { files: [], pid: site.process({ REGION: 'eu' }), inherit: false } }),
    'accepted',
  ],
  [
    "that the caller's variables count",
    () => 'environment_inherited:the variables of the caller of preflight',
    (site) => {
      for (const name of Object.keys(process.env))
        if (!['PATH', 'HOME', 'SITE_TOKEN'].includes(name)) Reflect.deleteProperty(process.env, name)
      site.give({ environment: { files: [], pid: undefined, inherit: true } })
    },
    'accepted',
  ],
  [
    'a further folder of runbooks',
    (site) => `runbook_root:${site.path('other')}`,
    (site) => site.give({ runbooks: [site.path('books'), site.path('other')] }),
    'refused',
  ],
]

const quoted = (text: string): RegExp => new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))

describe.each(table)('%s', (_what, id, change, atResume) => {
  it('that changed between plan and run is refused by name, and nothing is done', async () => {
    const site = new Site()
    const plan = await site.plan()
    change(site)
    const run = site.run({ plan })
    await expect(run).rejects.toMatchObject({ exitCode: 26 })
    await expect(run).rejects.toThrow(quoted(id(site)))
    expect([site.log, existsSync(site.state)]).toEqual(['', false])
  })

  it(`that changed between run and resume is ${atResume}`, async () => {
    const site = new Site()
    const { started } = await site.run()
    site.write('go', '')
    change(site)
    const before = await site.entries(started.run)
    if (atResume === 'given anew') {
      // What is not secret stands in the journal, and nobody can give another.
      expect(await site.resume()).toMatchObject({ state: 'completed' })
      expect(site.log).toBe('first\ngood\n')
      return
    }
    const refusal = await site.resume().then(
      () => undefined,
      (error: unknown) => error as Error & { readonly exitCode?: number; readonly hint?: string },
    )
    expect(refusal).toMatchObject({ exitCode: 26 })
    expect(refusal!.message).toMatch(
      atResume === 'refused' && id(site).startsWith('runbook:')
        ? quoted(`${id(site).slice(8)} (now)`)
        : atResume === 'refused' && id(site) === 'parameter:token'
          ? /the secret parameter token/
          : quoted(id(site)),
    )
    expect(await site.entries(started.run)).toHaveLength(before.length)
    const named = refusal!.message.match(/^ {2}\S+?:.*?(?= (?:was|is) )/gm)?.map((line) => line.trim()) ?? []
    const again = site.resume(named)
    if (atResume === 'refused') {
      await expect(again).rejects.toMatchObject({ exitCode: 26 })
      expect(await site.entries(started.run)).toHaveLength(before.length)
      return
    }
    await again
    const accepted = (await site.entries(started.run)).flatMap(({ event }) =>
      event.type === 'changes-accepted' ? event.changes : [],
    )
    expect(accepted.map(({ name, how }) => [name, how])).toEqual(named.map((name) => [name, 'flag']))
    expect(named).toContain(id(site))
  })
})

it('the plan covers each of them, with no secret in it, and says what it does not cover', async () => {
  const site = new Site()
  const text = readFileSync(await site.plan(), 'utf8')
  const { covers, notCovered } = JSON.parse(text) as {
    readonly covers: readonly {
      readonly kind: string
      readonly name: string
      readonly digest: string | null
      readonly detail?: string
    }[]
    readonly notCovered: readonly string[]
  }
  expect([...new Set(covers.map(({ kind }) => kind))]).toEqual([
    'tool',
    'working_folder',
    'runbook',
    'runbook_root',
    'target',
    'parameter',
    'deployment_file',
    'profile',
    'packs',
    'selection',
    'input',
    'waivers',
    'waiver_signers',
    'environment_file',
    'file',
    'program',
    'step',
  ])
  expect(covers.find(({ name }) => name === 'site-tool')?.detail).toBe(site.path('bin/site-tool'))
  expect(covers.find(({ kind }) => kind === 'environment_file')?.digest).toMatch(/^scrypt:/)
  expect(notCovered).toContain('first: the programs that its shell text calls, in addition to bash')
  expect(text).not.toContain('vT7-qLw2')
})
