import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resolveStep } from '../../../../src/runbooks/resolve-step.js'
import { renderRun } from '../../../../src/runbooks/render/render-run.js'
import { nextCommands } from '../../../../src/runbooks/text/runbook-next.js'
import { statusText } from '../../../../src/runbooks/text/runbook-status-text.js'
import { textStyle } from '../../../../src/cli/base-command.js'
import type { JournalEventOf } from '../../../../src/runbooks/record/journal.js'
import { UnansweredError, type Person } from '../../../../src/engine/person.js'
import { continueJournal, createJournal } from '../../../../src/runbooks/record/journal-file.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import { nobody } from '../quiet.js'
import { Site } from './site.js'

/** A step that writes the environment file before the gate, with this beside it. */
function changing(site: Site, more: string): void {
  site.replace(
    'books/site/deploy.yaml',
    '  - id: gate',
    `  - id: change\n    run: { shell: 'echo REGION=eu >"$1"; echo OTHER=1 >>"$1"', arguments: [${site.path('site.env')}] }\n    effect: idempotent\n${more}  - id: gate`,
  )
}

const declaring = '    changes: [environment_file]\n'

describe('a change that a step of the run makes', () => {
  it('is expected where the step declares it', async () => {
    const site = new Site()
    changing(site, declaring)
    const { started } = await site.run()
    const changed = (await site.entries(started.run)).flatMap(({ event }) =>
      event.type === 'step-result' ? (event.changed ?? []) : [],
    )
    expect(changed).toMatchObject([{ kind: 'environment_file', name: site.path('site.env'), expected: true }])
    site.write('go', '')
    expect(await site.resume()).toMatchObject({ state: 'completed' })
  })

  it('must be accepted where it does not', async () => {
    const site = new Site()
    changing(site, '')
    await site.run()
    site.write('go', '')
    await expect(site.resume()).rejects.toThrow(
      `environment_file:${site.path('site.env')} changed while the step change ran, which does not declare it`,
    )
    expect(await site.resume([`environment_file:${site.path('site.env')}`])).toMatchObject({ state: 'completed' })
  })

  it('is expected only from that step: what is changed afterwards must be accepted', async () => {
    const site = new Site()
    changing(site, declaring)
    await site.run()
    site.write('go', '')
    site.write('site.env', 'REGION=eu\nOTHER=2\n')
    await expect(site.resume()).rejects.toMatchObject({ exitCode: 26 })
  })

  it('is expected from a step that was cut off, and written down', async () => {
    const site = new Site()
    changing(site, declaring)
    const { started } = await site.run()
    const folder = `${site.state}/runs/${started.run}`
    const read = await readJournal(folder)
    const cut = read.entries.slice(
      0,
      read.entries.findIndex(({ event }) => event.type === 'step-result' && event.step === 'change'),
    )
    rmSync(`${folder}/journal.jsonl`)
    rmSync(`${folder}/journal.head`)
    const journal = await createJournal(folder)
    for (const { event } of cut) await journal.append(event)
    await journal.close()
    site.write('go', '')
    expect(await site.resume()).toMatchObject({ state: 'completed' })
    const accepted = (await site.entries(started.run)).flatMap(({ event }) =>
      event.type === 'changes-accepted' ? event.changes : [],
    )
    expect(accepted).toMatchObject([{ name: `environment_file:${site.path('site.env')}`, how: 'declared' }])
  })

  it('is expected from a person who did the step elsewhere, and from nobody after that', async () => {
    const site = new Site()
    site.replace(
      'books/site/deploy.yaml',
      '  - id: gate',
      '  - id: hand\n    manual: change the file\n    effect: once\n    changes: [environment_file]\n  - id: gate',
    )
    expect(await site.run()).toMatchObject({ state: 'cancelled' })
    site.write('site.env', 'REGION=eu\nOTHER=1\n')
    await expect(site.resume()).rejects.toMatchObject({ exitCode: 26 })
    await resolveStep({ state: site.state, run: 'last', step: 'hand', as: 'done', reason: 'the file was changed' })
    expect(await site.resume()).toMatchObject({ state: 'failed', message: expect.stringContaining('gate') as string })
    site.write('site.env', 'REGION=eu\nOTHER=2\n')
    site.write('go', '')
    await expect(site.resume()).rejects.toMatchObject({ exitCode: 26 })
  })

  it('is refused by the loader on a step that changes nothing, and of a kind that no step changes', async () => {
    const site = new Site()
    site.replace('books/site/deploy.yaml', '    effect: read\n', '    effect: read\n    changes: [environment_file]\n')
    await expect(site.plan()).rejects.toMatchObject({
      diagnostics: [{ message: 'a step that changes nothing cannot have changes' }],
    })
    site.replace('books/site/deploy.yaml', '    changes: [environment_file]\n', '')
    site.replace('books/site/deploy.yaml', '    effect: idempotent\n', '    effect: idempotent\n    changes: [packs]\n')
    await expect(site.plan()).rejects.toMatchObject({ exitCode: 3 })
  })
})

describe('a change that nobody declared', () => {
  const changedSite = async (): Promise<Site> => {
    const site = new Site()
    await site.run()
    site.write('go', '')
    site.write('site.env', 'REGION=eu\nOTHER=1\n')
    return site
  }
  const saying = (word: string): Person & { asked: string[] } => ({
    ...nobody,
    asked: [],
    type({ explain = '' }) {
      this.asked.push(explain)
      return word === '' ? Promise.reject(new UnansweredError('interrupted')) : Promise.resolve(word)
    },
  })

  it('is shown to whoever is there, who may accept it', async () => {
    const site = await changedSite()
    const person = saying('accept')
    site.give({ conductor: person })
    const record = await site.resume()
    expect(record).toMatchObject({ state: 'completed' })
    expect(person.asked.join()).toContain(`environment_file:${site.path('site.env')} was `)
    const accepted = (await site.entries(record.started.run))
      .map(({ event }) => event)
      .find((event): event is JournalEventOf<'changes-accepted'> => event.type === 'changes-accepted')
    expect(accepted).toMatchObject({
      operator: { uid: process.getuid!() },
      changes: [{ how: 'typed', before: { kind: 'environment_file' }, now: { kind: 'environment_file' } }],
    })
    expect(accepted!.changes[0]!.before!.digest).not.toBe(accepted!.changes[0]!.now!.digest)
  })

  it.each(['no', ''])('stays refused for the answer %j', async (answer) => {
    const site = await changedSite()
    site.give({ conductor: saying(answer) })
    await expect(site.resume()).rejects.toMatchObject({
      exitCode: 26,
      hint: expect.stringContaining(`--accept-changed environment_file:${site.path('site.env')}`) as string,
    })
  })

  it('is not accepted under another name', async () => {
    const site = await changedSite()
    await expect(site.resume([`environment_file:${site.path('other.env')}`])).rejects.toMatchObject({ exitCode: 2 })
    await expect(site.resume(['packs:checks'])).rejects.toMatchObject({ exitCode: 26 })
  })

  it('is asked about once', async () => {
    const site = await changedSite()
    site.remove('go')
    expect(await site.resume([`environment_file:${site.path('site.env')}`])).toMatchObject({ state: 'failed' })
    site.write('go', '')
    expect(await site.resume()).toMatchObject({ state: 'completed' })
  })
})

it('a step that changes something is in the status and in the report of the run, whatever became of its runbook', async () => {
  const site = new Site()
  changing(site, '')
  const record = await site.run()
  const accept = `--accept-changed environment_file:${site.path('site.env')}`
  const resume = nextCommands(record).find(({ command }) => command.startsWith('preflight runbook resume'))
  expect(resume?.command).toContain(accept)
  expect(statusText(record, textStyle())).toContain('Changed while change ran, which does not declare it')
  site.remove('books')
  const report = await renderRun(
    { definitions: site.options.definitions, runbooks: site.options.runbooks },
    { state: site.state, run: 'last' },
  )
  expect(report).toContain('a runbook on which everything has a say')
})

it('packs, inputs and waivers do not matter any more when every step that judges checks is done', async () => {
  const site = new Site()
  site.replace('books/site/deploy.yaml', '  - id: judged\n    check: site/a\n', '')
  site.replace('books/site/deploy.yaml', '  - id: gate', '  - id: judged\n    check: site/a\n  - id: gate')
  await site.run()
  site.write('go', '')
  site.replace('packs/site/a.yaml', 'facts.value == inputs.wanted', 'facts.value != ""')
  site.give({ inputs: ['wanted=us'] })
  site.remove('waivers.yaml.sig')
  expect(await site.resume()).toMatchObject({ state: 'completed' })
})

describe('an undo', () => {
  it.each([
    ['changed', (site: Site) => site.replace('books/site/deploy.yaml', 'echo undone', 'echo something else')],
    ['gone', (site: Site) => site.remove('books/site/deploy.yaml')],
    ['wrong', (site: Site) => site.write('books/site/deploy.yaml', 'title: [')],
  ])('goes by the recorded runbook when its file is %s', async (_what, change) => {
    const site = new Site()
    await site.run()
    change(site)
    expect(await site.undo()).toMatchObject({ state: 'undone' })
    expect(site.log).toBe('first\nundone vT7-qLw2.Zk9xR4\n')
  })

  it('is not kept back by packs, inputs, environment files and programs that changed, and says so', async () => {
    const site = new Site()
    await site.run()
    site.write('packs/site/a.yaml', 'checks: [')
    site.give({ inputs: ['wanted=us'] })
    site.write('site.env', 'REGION=us\n')
    site.remove('bin/site-tool')
    expect(await site.undo()).toMatchObject({ state: 'undone' })
    expect(site.warnings.join('\n')).toContain(`environment_file:${site.path('site.env')} was `)
  })

  it.each([
    ['an environment file that is gone', (site: Site) => site.remove('site.env')],
    ['an environment file that is wrong', (site: Site) => site.write('site.env', 'not an assignment\n')],
    ['a deployment file that is wrong', (site: Site) => site.write('preflight.yaml', 'profile: [')],
    [
      'a deployment file that is gone',
      (site: Site) => (
        site.remove('preflight.yaml'),
        site.give({ definitions: { checks: [site.path('packs')], noBuiltin: true, config: undefined } })
      ),
    ],
  ])('is not kept back by %s', async (_what, change) => {
    const site = new Site()
    await site.run()
    change(site)
    expect(await site.undo()).toMatchObject({ state: 'undone' })
    expect(site.log).toBe('first\nundone vT7-qLw2.Zk9xR4\n')
  })

  it('does not connect by another environment than the one that cannot be read', async () => {
    const site = new Site()
    site.replace(
      'books/site/deploy.yaml',
      '    undo: { run:',
      '    undo: { sql: { database: "${{ params.token }}", statements: [{ text: SELECT 1 }] }, timeout: 2s }\n  - id: second\n    run: ["true"]\n    effect: idempotent\n    undo: { run:',
    )
    process.env['SITE_TOKEN'] = 'postgresql://'
    await site.run()
    site.remove('site.env')
    const record = await site.undo()
    expect(record).toMatchObject({ state: 'undo-failed', exitCode: 22 })
    expect(record.message).toContain('it needs the environment of the deployment, which could not be read')
  })

  it('shows another secret, which must be accepted', async () => {
    const site = new Site()
    const { started } = await site.run()
    process.env['SITE_TOKEN'] = 'vT7-qLw2.Zk9xR5'
    await expect(site.undo()).rejects.toMatchObject({
      exitCode: 26,
      hint: expect.stringContaining(`preflight runbook undo ${started.run} --accept-changed parameter:token`) as string,
    })
    expect(await site.undo(['parameter:token'])).toMatchObject({ state: 'undone' })
    expect(site.log).toBe('first\nundone vT7-qLw2.Zk9xR5\n')
  })

  it('that was cut off is gone on with by the recorded runbook as well', async () => {
    const site = new Site()
    const { started } = await site.run()
    const folder = `${site.state}/runs/${started.run}`
    const journal = await continueJournal(folder, await readJournal(folder))
    await journal.append({ type: 'undo-started', reason: 'the test says so', operator: started.operator })
    await journal.close()
    site.remove('books/site/deploy.yaml')
    expect(await site.resume()).toMatchObject({ state: 'undone' })
  })
})

it('a journal of an earlier version is gone on with as before, and what it does not say is said', async () => {
  const site = new Site()
  const { started } = await site.run()
  const folder = `${site.state}/runs/${started.run}`
  const { entries } = await readJournal(folder)
  rmSync(`${folder}/journal.jsonl`)
  rmSync(`${folder}/journal.head`)
  const journal = await createJournal(folder)
  for (const { event } of entries) {
    if (event.type !== 'run-started') await journal.append(event)
    else {
      await journal.append(
        Object.fromEntries(
          Object.entries(event).filter(([key]) => key !== 'covers' && key !== 'folders'),
        ) as typeof event,
      )
    }
  }
  await journal.close()
  site.write('go', '')
  site.write('site.env', 'REGION=eu\nOTHER=1\n')
  expect(await site.resume()).toMatchObject({ state: 'completed' })
  expect(site.warnings.join('\n')).toContain('cannot be compared')
  expect(await site.undo()).toMatchObject({ state: 'undone' })
})

it('a file that a Compose file names is part of what it says', async () => {
  const site = new Site()
  site.give({
    environment: { files: [{ compose: `${site.path('compose.yaml')}#bus` }], pid: undefined, inherit: false },
  })
  await site.run()
  site.write('go', '')
  site.write('third.env', 'REGION=eu\nOTHER=1\n')
  await expect(site.resume()).rejects.toThrow(`environment_file:${site.path('compose.yaml')}#bus (compose) was `)
})

describe('a saved plan', () => {
  it('is run where nothing changed, by its file and by its hash', async () => {
    const site = new Site()
    const plan = await site.plan()
    const { hash } = JSON.parse(readFileSync(plan, 'utf8')) as { readonly hash: string }
    site.write('go', '')
    expect(await site.run({ plan: hash })).toMatchObject({ state: 'completed' })
    expect(await site.run({ plan: hash.slice(7) })).toMatchObject({ state: 'completed' })
    expect(await site.run({ plan })).toMatchObject({ state: 'completed' })
  })

  it('names every difference, and of a hash it is said that it cannot', async () => {
    const site = new Site()
    const plan = await site.plan()
    const { hash } = JSON.parse(readFileSync(plan, 'utf8')) as { readonly hash: string }
    site.write('site.env', 'REGION=us\n')
    site.write('input', 'two\n')
    const lines = await site.run({ plan }).catch((error: unknown) => (error as Error).message.split('\n').slice(1))
    expect(lines).toEqual([
      expect.stringContaining(`environment_file:${site.path('site.env')} was `),
      expect.stringContaining(`file:${site.path('input')} was `),
    ])
    await expect(site.run({ plan: hash })).rejects.toMatchObject({
      exitCode: 26,
      hint: expect.stringContaining('--plan FILE') as string,
    })
  })

  it.each([
    ['a digest of its list', (text: string) => text.replace(/"digest": "[0-9a-f]/, '"digest": "z')],
    ['an entry', (text: string) => text.replace('"kind": "program"', '"kind": "file"')],
    ['its hash', (text: string) => text.replace(/"hash": "sha256:.../, '"hash": "sha256:000')],
    ['what a step does', (text: string) => text.replace('site-tool ', 'harmless ')],
    ['a parameter', (text: string) => text.replace('"value": "good"', '"value": "harmless"')],
    ['a step left out', (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), steps: [] })],
  ])('of which %s was changed by hand is refused', async (_what, alter) => {
    const site = new Site()
    const plan = await site.plan()
    const text = readFileSync(plan, 'utf8')
    expect(alter(text)).not.toBe(text)
    writeFileSync(plan, alter(text))
    await expect(site.run({ plan })).rejects.toMatchObject({ exitCode: 2, code: 'plan-altered' })
    expect(site.log).toBe('')
  })

  it('is never written over anything, and what is no plan is refused', async () => {
    const site = new Site()
    await site.plan()
    await expect(site.plan()).rejects.toMatchObject({ exitCode: 2 })
    await expect(site.run({ plan: site.path('preflight.yaml') })).rejects.toMatchObject({ exitCode: 3 })
    await expect(site.run({ plan: site.path('no-plan') })).rejects.toMatchObject({ exitCode: 3 })
  })
})
