import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, it } from 'vitest'
import { terminalSession } from '../../cli/support/terminal.js'
import { folderOf, preflight, startProgram } from '../cli/preflight.js'
import { program } from '../program.js'

/** Each look writes its name into a log; the slow one is as slow as the file `slow` says. */
const look = (name: string, then = ''): string =>
  `{ shell: 'echo ${name} >> "$1/log"; ${then}', arguments: ["\${{ params.place }}"] }`
const parameters = 'parameters: { place: { type: path, default: ., description: where it is } }\n'

const day = `title: check the site every day
checklist: true
schedule: daily
target: "the list of \${{ params.place }}"
${parameters}steps:
  - id: log
    title: the log has no error
    run: ${look('log', 'test ! -e "$1/red"')}
    effect: read
    expect: [{ that: facts.exitCode == 0, message: the log has errors }]
  - id: region
    title: the region is set
    check: { select: [site/a], env-files: ["\${{ params.place }}/site.env"] }
  - id: slow
    title: the page answers
    run: ${look('slow', 'if [ -e "$1/slow" ]; then echo waiting; sleep 600; fi')}
    effect: read
    timeout: 900s
  - id: graphs
    title: the graphs look as they do every day
    manual: { instructions: look at the graphs, ask: do they?, note: required }
  - id: backup
    title: a backup can be taken
    runbook: { id: site/backup, parameters: { place: "\${{ params.place }}" } }
  - id: people
    title: everybody knows who is on call
    manual: { instructions: ask in the channel, ask: does everybody know? }
`

const backup = `title: take a backup
${parameters}steps:
  - id: save
    title: save it
    run: ${look('save')}
    effect: idempotent
  - id: whole
    title: it is whole
    run: ${look('whole', 'test ! -e "$1/broken"')}
    effect: read
  - id: keep
    title: keep it
    run: ${look('keep')}
    effect: idempotent
`

const pack = `stage: config
variables: { REGION: { exposure: public } }
checks:
  region:
    title: the region is set
    severity: blocker
    class: config
    fix: set it
    env: { name: REGION }
    expect: [{ that: facts.set, message: it is not set }]
`

const own = ['--no-builtin', '--runbooks', 'books', '--checks', 'packs', '--state', 'state'] as const

class Site {
  readonly folder = folderOf({
    'books/site/day.yaml': day,
    'books/site/backup.yaml': backup,
    'packs/site/a.yaml': pack,
    'site.env': 'REGION=eu\n',
  })

  preflight = (...args: readonly string[]) => preflight(['runbook', ...args, ...own], { cwd: this.folder })

  start = (...args: readonly string[]) => startProgram(['runbook', ...args, ...own], { cwd: this.folder })

  atTerminal = (...args: readonly string[]) =>
    terminalSession([execPath, '--', program, 'runbook', ...args, ...own, '--plain'], {
      cwd: this.folder,
      environment: { HOME: this.folder, NO_COLOR: '1' },
    })

  mark(name: string): void {
    writeFileSync(join(this.folder, name), '')
  }

  /** What was done since this was asked last. */
  log(): readonly string[] {
    const path = join(this.folder, 'log')
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
    writeFileSync(path, '')
    return lines.filter((line) => line !== '')
  }

  async states(): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await preflight(['runbook', 'status', '--format', 'json', '--state', 'state'], {
      cwd: this.folder,
    })
    const { steps, state } = JSON.parse(stdout) as { state: string; steps: { path: string; state: string }[] }
    return { '': state, ...Object.fromEntries(steps.map((step) => [step.path, step.state])) }
  }
}

describe('without a terminal', () => {
  it('judges every item, ticks none that is red, and leaves what a person must say open', async () => {
    const site = new Site()
    site.mark('red')
    const { exitCode, stdout } = await site.preflight('run', 'site/day')
    expect(exitCode).toBe(1)
    expect(site.log()).toEqual(['log', 'slow'])
    expect(await site.states()).toEqual({
      '': 'failed',
      log: 'failed',
      region: 'done',
      slow: 'done',
      graphs: 'open',
      backup: 'open',
      'backup/save': 'not-run',
      'backup/whole': 'not-run',
      'backup/keep': 'not-run',
      people: 'open',
    })
    expect(stdout).toContain('✖ log  the log has no error  failed')
    expect(stdout).toContain('☐ graphs  the graphs look as they do every day  open')
    expect(stdout).toContain('The checklist: failed (exit 1).')
    expect(stdout).toContain('2 of 6 items hold; failed: log; open: graphs, backup, people')
    expect(stdout).toContain('--approve backup')
  })

  it('ends with 29 where only people are missing, and a resume asks for nothing else', async () => {
    const site = new Site()
    expect(await site.preflight('run', 'site/day', '--approve', 'backup')).toMatchObject({ exitCode: 29 })
    expect(site.log()).toEqual(['log', 'slow', 'save', 'whole', 'keep'])
    expect(await site.preflight('resume', 'last')).toMatchObject({ exitCode: 29 })
    expect(site.log()).toEqual([])
    expect(await site.preflight('due')).toMatchObject({ exitCode: 1 })
    for (const step of ['graphs', 'people'])
      await preflight(
        ['runbook', 'resolve', 'last', step, '--as', 'done', '--reason', 'by telephone', '--state', 'state'],
        { cwd: site.folder },
      )
    expect(await site.preflight('resume', 'last')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('every item holds, in part by the word of a person') as string,
    })
    expect(await site.preflight('due')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('None of 1 runbook is due') as string,
    })
  })

  it('ends with 4 where a check cannot be evaluated', async () => {
    const site = new Site()
    writeFileSync(join(site.folder, 'packs/site/a.yaml'), pack.replace('facts.set', '7 / (size(facts.value) - 2) > 0'))
    expect(await site.preflight('run', 'site/day', '--approve', 'backup')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('? region  the region is set  not-evaluated') as string,
    })
    expect(site.log()).toEqual(['log', 'slow', 'save', 'whole', 'keep'])
  })

  it('judges the others when a runbook of it fails, which stops at its own first red step', async () => {
    const site = new Site()
    site.mark('broken')
    expect(await site.preflight('run', 'site/day', '--approve', 'backup')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('✖ backup  a backup can be taken  failed') as string,
    })
    expect(site.log()).toEqual(['log', 'slow', 'save', 'whole'])
    expect(await site.states()).toMatchObject({ backup: 'failed', 'backup/keep': 'not-run', people: 'open' })
  })

  it('is not approved by a path that is no runbook of it', async () => {
    expect(await new Site().preflight('run', 'site/day', '--approve', 'graphs')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--approve graphs: the step does not need an approval') as string,
    })
  })
})

describe('at a terminal', () => {
  it('asks for each confirmation and for the runbook, and holds when all is said', async () => {
    const site = new Site()
    const session = site.atTerminal('run', 'site/day')
    await session.shows('do they? (type done, or no)')
    session.type('done\r')
    await session.shows('a note for the record')
    session.type('as always\r')
    await session.shows('This item runs site/backup:')
    await session.shows('type backup to continue, anything else to leave it open')
    session.type('backup\r')
    await session.shows('does everybody know? (type done, or no)')
    session.type('done\r')
    await session.shows('a note for the record, or nothing')
    session.type('Ada is on call\r')
    expect(await session.ended).toBe(0)
    expect(site.log()).toEqual(['log', 'slow', 'save', 'whole', 'keep'])
    expect(session.screen()).toContain('every item holds, in part by the word of a person')
  })

  it('takes a no for red, and anything but its path for no approval', async () => {
    const site = new Site()
    const session = site.atTerminal('run', 'site/day')
    await session.shows('do they? (type done, or no)')
    session.type('no\r')
    await session.shows('type backup to continue')
    session.type('later\r')
    await session.shows('does everybody know? (type done, or no)')
    session.type('no\r')
    expect(await session.ended).toBe(1)
    expect(await site.states()).toMatchObject({ graphs: 'failed', backup: 'open', people: 'failed' })
    expect(site.log()).toEqual(['log', 'slow'])
  })

  it('is interrupted by Ctrl-C in a question, and goes on with it', async () => {
    const site = new Site()
    const session = site.atTerminal('run', 'site/day')
    await session.shows('do they? (type done, or no)')
    session.type('done\r')
    await session.shows('a note for the record')
    session.type('as always\r')
    await session.shows('type backup to continue')
    session.type('\u0003')
    expect(await session.ended).toBe(130)
    expect(await site.states()).toMatchObject({ '': 'interrupted', graphs: 'done', people: 'not-run' })
    site.log()
    const again = site.atTerminal('resume', 'last')
    await again.shows('type backup to continue')
    again.type('backup\r')
    await again.shows('does everybody know? (type done, or no)')
    again.type('done\r')
    await again.shows('a note for the record, or nothing')
    again.type('Ada\r')
    expect(await again.ended).toBe(0)
    expect(again.screen()).not.toContain('look at the graphs')
    expect(site.log()).toEqual(['save', 'whole', 'keep'])
  })
})

describe('a process that ends within a checklist', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)('by %s leaves a run that goes on with the rest', async (signal) => {
    const site = new Site()
    site.mark('red')
    site.mark('slow')
    const run = site.start('run', 'site/day')
    await run.said('waiting')
    run.child.kill(signal)
    expect((await run).exitCode).toBe(signal === 'SIGINT' ? 130 : null)
    expect(site.log()).toEqual(['log', 'slow'])
    const { stdout } = await preflight(['runbook', 'status', '--state', 'state'], { cwd: site.folder })
    expect(stdout).toContain(signal === 'SIGINT' ? 'The checklist: interrupted' : 'in step slow; its process')
    for (const name of ['red', 'slow']) rmSync(join(site.folder, name))
    expect(await site.preflight('resume', 'last', '--approve', 'backup')).toMatchObject({ exitCode: 29 })
    // What was red is judged again, and what held is not.
    expect(site.log()).toEqual(['log', 'slow', 'save', 'whole', 'keep'])
    expect(await site.states()).toMatchObject({ '': 'open', region: 'done', people: 'open' })
  })
})
