import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { practise } from '../../../src/runbooks/practice/practice.js'
import { prepareRunbook } from '../../../src/runbooks/prepare/prepare-runbook.js'
import { resumeRun, undoRun } from '../../../src/runbooks/resume-run.js'
import { startRun, type ConductedRun } from '../../../src/runbooks/start-run.js'
import { exitCodes } from '../../../src/base/errors.js'
import { startFullPort, type FullPort } from '../../peers/full-port.js'
import { folderOf, preflight, startProgram } from '../cli/preflight.js'
import { booksOf, quietly } from './quiet.js'
import { ending } from './real.js'

let server: Server
let open: number
let full: FullPort

beforeAll(async () => {
  server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  open = (server.address() as { port: number }).port
  full = await startFullPort()
  process.env['REQUIRES_URL'] = `redis://somebody:hidden-Vq8w2Lx9@127.0.0.1:${full.port}/0`
})
afterAll(async () => {
  server.close()
  delete process.env['REQUIRES_URL']
  await full.stop()
})

const parameters = `parameters:
  place: { type: path, description: the folder }
  port: { type: integer, description: a port, default: 1 }
  url: { type: secret, variable: REQUIRES_URL, description: a server }
  mode: { type: enum, values: [plain, grand], description: how, default: plain }
`

const touch = (id: string, file: string): string =>
  `  - { id: ${id}, run: [touch, "\${{ params.place }}/${file}"], effect: idempotent, undo: { run: [rm, "\${{ params.place }}/${file}"] } }\n`

class Site {
  readonly folder: string
  readonly state: string

  constructor(book: string, more: Readonly<Record<string, string>> = {}) {
    this.folder = folderOf({
      'books/site/one.yaml': `title: one\ntarget: "\${{ params.place }}"\n${parameters}${book}`,
      ...more,
    })
    this.state = join(this.folder, 'state')
    mkdirSync(join(this.folder, 'place'))
  }

  path(name: string): string {
    return join(this.folder, 'place', name)
  }

  options(...values: readonly string[]) {
    return {
      ...booksOf(join(this.folder, 'books')),
      id: 'site/one',
      parameters: [`place=${this.path('')}`, ...values],
    }
  }

  run(...values: readonly string[]): Promise<ConductedRun> {
    return startRun({ ...this.options(...values), ...quietly(this.state) })
  }

  resume({ started }: ConductedRun): Promise<ConductedRun> {
    return resumeRun({ ...this.options(), ...quietly(this.state), parameters: [], run: started.run })
  }

  undo({ started }: ConductedRun): Promise<ConductedRun> {
    return undoRun({ ...this.options(), ...quietly(this.state), parameters: [], run: started.run, reason: 'a test' })
  }
}

describe('what is missing', () => {
  it('ends the run before anything happened, all of it at once, each with what to do', async () => {
    const site = new Site(`requires:
  - program: no-such-program
    fix: install the package \${{ params.mode }}
    needed-by: [first]
  - program: { name: ./start.sh, cwd: "\${{ params.place }}" }
  - file: "\${{ params.place }}/settings"
  - file: "\${{ params.place }}"
  - address: 127.0.0.1:\${{ string(params.port) }}
  - address: \${{ params.url }}
    timeout: 300ms
  - address: 127.0.0.1:${open}
steps:
${touch('first', 'first')}`)
    const record = await site.run()
    expect(record).toMatchObject({ state: 'failed', exitCode: exitCodes.runFailed })
    expect(record.message.split('\n')).toEqual([
      '6 of 7 requirements do not hold; nothing was done',
      'program no-such-program was not found on the PATH (needed by first); fix: install the package plain',
      `program ./start.sh in ${join(site.folder, 'place')} does not exist; fix: install it, or put its folder on the PATH`,
      `file ${site.path('settings')} does not exist; fix: create it, or name another one`,
      `file ${join(site.folder, 'place')} is not a regular file (folder); fix: create it, or name another one`,
      expect.stringMatching(
        /^address 127\.0\.0\.1:1 cannot be reached \(connection-refused\): .*; fix: start what listens/,
      ),
      `address 127.0.0.1:${full.port} cannot be reached: no answer within 300ms; reached: resolve, next: connect; fix: start what listens there, or correct the address`,
    ])
    expect(record.steps.get('first')).toMatchObject({ state: 'not-run', attempts: 0 })
    expect(existsSync(site.path('first'))).toBe(false)
    expect(record.requirements.map(({ holds }) => holds)).toEqual([false, false, false, false, false, false, true])
    const journal = readFileSync(join(site.state, 'runs', record.started.run, 'journal.jsonl'), 'utf8')
    expect(journal).not.toContain('hidden-Vq8w2Lx9')
    await expect(site.undo(record)).rejects.toThrow(/nothing in .* can be undone: it changed nothing/)
  })

  it('is judged again by a resume, which goes on when it is there', async () => {
    const site = new Site(`requires:
  - program: { name: ./start.sh, cwd: "\${{ params.place }}" }
steps:
${touch('first', 'first')}`)
    const failed = await site.run()
    expect(failed.message).toMatch(
      /^what it requires is missing; nothing was done\nprogram \.\/start\.sh in .* does not/,
    )
    writeFileSync(site.path('start.sh'), '#!/bin/sh\n')
    expect((await site.resume(failed)).message).toContain('./start.sh in')
    chmodSync(site.path('start.sh'), 0o755)
    const record = await site.resume(failed)
    expect(ending(record)).toBe('completed')
    expect(record.requirements).toEqual([
      expect.objectContaining({ kind: 'program', holds: true, found: '', neededBy: [] }),
    ])
  })

  it('says of a program that it is there and not executable', async () => {
    const site = new Site(`requires:
  - program: { name: tool, path: "\${{ params.place }}" }
steps:
${touch('first', 'first')}`)
    writeFileSync(site.path('tool'), '#!/bin/sh\n')
    expect((await site.run()).message).toContain(`tool is not an executable file (${site.path('tool')})`)
  })

  it('does not matter where its condition is false', async () => {
    const site = new Site(`requires:
  - program: no-such-program
    when: params.mode == "grand"
steps:
${touch('first', 'first')}`)
    expect(ending(await site.run())).toBe('completed')
    expect((await site.run('mode=grand')).message).toContain('program no-such-program was not found')
  })
})

describe('a resume', () => {
  const book = `requires:
  - file: "\${{ params.place }}/seed"
    needed-by: [move]
  - file: "\${{ params.place }}/later"
    needed-by: [use]
steps:
  - id: move
    run: { shell: 'mv -- "$1/seed" "$1/moved"; [ ! -e "$1/fail" ]', arguments: ["\${{ params.place }}"] }
    effect: idempotent
    verify:
      probe: { file: { path: "\${{ params.place }}/moved" } }
      expect: [facts.exists]
  - id: use
    run: { shell: 'rm -- "$1/later"; [ ! -e "$1/fail" ]', arguments: ["\${{ params.place }}"] }
    effect: once
    verify:
      probe: { file: { path: "\${{ params.place }}/later" } }
      expect: [!facts.exists]
`.replace('[!facts.exists]', "['!facts.exists']")

  it('asks only for what the steps to come need, and not for what a step has used up', async () => {
    const site = new Site(book)
    for (const file of ['seed', 'later', 'fail']) writeFileSync(site.path(file), '')
    const failed = await site.run()
    expect(ending(failed)).toMatch(/^failed: move failed/)
    rmSync(site.path('fail'))
    rmSync(site.path('later'))
    // The step that moved the file away asks for it no more; the one that is still to come does.
    const again = await site.resume(failed)
    expect(again.message.split('\n')).toEqual([
      'what it requires is missing; nothing more was done',
      `file ${site.path('later')} does not exist (needed by use); fix: create it, or name another one`,
    ])
    expect(again.steps.get('move')?.attempts).toBe(1)
  })

  it('after a kill asks for what is needed by the steps that were not begun', async () => {
    const site = new Site(`requires:
  - file: "\${{ params.place }}/seed"
    needed-by: [move]
  - file: "\${{ params.place }}/later"
    needed-by: [use]
steps:
  - id: move
    run: { shell: 'mv -- "$1/seed" "$1/moved" 2>/dev/null || true; if [ -e "$1/kill" ]; then rm -- "$1/kill"; kill -9 $PPID; fi', arguments: ["\${{ params.place }}"] }
    effect: idempotent
${touch('use', 'used')}`)
    for (const file of ['seed', 'later', 'kill']) writeFileSync(site.path(file), '')
    const flags = ['--param', `place=${site.path('')}`, '--runbooks', join(site.folder, 'books'), '--state', site.state]
    const environment = { REQUIRES_URL: process.env['REQUIRES_URL'] ?? '' }
    const killed = startProgram(['runbook', 'run', 'site/one', '--no-builtin', ...flags], { environment })
    expect(await once(killed.child, 'exit')).toEqual([null, 'SIGKILL'])
    rmSync(site.path('later'))
    const resume = () => preflight(['runbook', 'resume', 'last', '--state', site.state], { environment })
    const missing = await resume()
    expect(missing.exitCode).toBe(exitCodes.runFailed)
    expect(missing.stdout).toMatch(/what it requires is missing; nothing more was done\n +file .*later does not exist/)
    expect(existsSync(site.path('used'))).toBe(false)
    writeFileSync(site.path('later'), '')
    expect((await resume()).exitCode).toBe(0)
    expect(existsSync(site.path('used'))).toBe(true)
  })

  it('and an undo asks for nothing', async () => {
    const site = new Site(`requires:
  - file: "\${{ params.place }}/seed"
steps:
${touch('first', 'first')}  - { id: second, run: ["false"], effect: idempotent }
${touch('third', 'third')}`)
    writeFileSync(site.path('seed'), '')
    const failed = await site.run()
    rmSync(site.path('seed'))
    expect((await site.resume(failed)).message).toContain('nothing more was done')
    expect((await site.undo(failed)).state).toBe('undone')
    expect(existsSync(site.path('first'))).toBe(false)
  })
})

describe('an included runbook', () => {
  const inner = `title: inner
parameters: { folder: { type: path, description: a folder } }
requires:
  - file: "\${{ params.folder }}/needed"
steps:
  - { id: act, run: [touch, "\${{ params.folder }}/acted"], effect: idempotent }
`
  const outer = (more: string, folder = '${{ params.place }}'): string => `steps:
${touch('first', 'first')}  - id: look
    run: [echo, "\${{ params.place }}"]
    effect: read
    capture: { folder: { type: string, value: facts.stdout.trim() } }
  - id: inner
    ${more}runbook: { id: site/inner, parameters: { folder: "${folder}" } }
`

  it.each([
    ['is judged with it at the start', '', undefined, true],
    ['is judged when it is reached, where a condition decides', 'when: params.mode == "plain"\n    ', undefined, false],
    [
      'is judged when it is reached, where an earlier step finds out what it is given',
      '',
      '${{ outputs.folder }}',
      false,
    ],
  ])('%s', async (_what, more, folder, isAtStart) => {
    const site = new Site(outer(more, folder), { 'books/site/inner.yaml': inner })
    const record = await site.run()
    expect(record).toMatchObject({ state: 'failed', exitCode: exitCodes.runFailed })
    const text = isAtStart ? record.message : record.steps.get('inner')!.message
    expect(text).toContain(`file ${site.path('needed')} does not exist (needed by inner); fix: create it`)
    expect(existsSync(site.path('first'))).toBe(!isAtStart)
    expect(existsSync(site.path('acted'))).toBe(false)
    writeFileSync(site.path('needed'), '')
    expect(ending(await site.resume(record))).toBe('completed')
    expect(existsSync(site.path('acted'))).toBe(true)
  })

  it('that is left out requires nothing', async () => {
    const site = new Site(outer('when: params.mode == "grand"\n    '), { 'books/site/inner.yaml': inner })
    expect(ending(await site.run())).toBe('completed')
  })
})

describe('beforehand', () => {
  const book = (): string => `requires:
  - program: touch
  - file: "\${{ params.place }}/settings"
    needed-by: [first]
  - address: 127.0.0.1:${full.port}
steps:
${touch('first', 'first')}`

  it('the plan judges what it can without talking to anybody, and its hash does not depend on it', async () => {
    const site = new Site(book())
    const { plan } = await prepareRunbook(site.options())
    expect(
      plan.requires.map(({ kind, name, neededBy, judgedBefore, now, found }) => [
        kind,
        name,
        neededBy,
        judgedBefore,
        now,
        found,
      ]),
    ).toEqual([
      ['program', 'touch', [], null, 'holds', ''],
      ['file', site.path('settings'), ['first'], null, 'missing', 'does not exist'],
      ['address', `127.0.0.1:${full.port}`, [], null, 'not-judged', ''],
    ])
    writeFileSync(site.path('settings'), '')
    const again = (await prepareRunbook(site.options())).plan
    expect(again.requires[1]).toMatchObject({ now: 'holds' })
    expect(again.hash).toBe(plan.hash)
  })

  it('the commands show it', async () => {
    const site = new Site(book())
    const source = ['--runbooks', join(site.folder, 'books'), '--no-builtin']
    const shown = await preflight(['runbook', 'show', 'site/one', ...source])
    expect(shown.stdout).toContain(
      'Requires\n  program touch\n  file ${{ params.place }}/settings\n    needed by first\n',
    )
    const given = ['--param', `place=${site.path('')}`, ...source]
    const environment = { REQUIRES_URL: process.env['REQUIRES_URL'] ?? '' }
    const planned = await preflight(['runbook', 'plan', 'site/one', ...given], { environment })
    expect(planned.stdout).toMatch(
      /Requires \(3\)\n {2}✔ program touch .*\n {2}✖ file .*settings .*\n {6}does not exist; fix: create it/,
    )
    const ran = await preflight(['runbook', 'run', 'site/one', ...given, '--state', site.state], { environment })
    expect(ran.exitCode).toBe(exitCodes.runFailed)
    expect(ran.stdout + ran.stderr).toMatch(/requirements checked: 2 missing/)
    expect(ran.stdout + ran.stderr).toMatch(
      /2 of 3 requirements do not hold; nothing was done\n +file .*settings does not/,
    )
    const report = await preflight(['runbook', 'render', '--run', 'last', '--state', site.state])
    expect(report.stdout).toMatch(/\| ✖ \| file `.*settings`, needed by `first` \| does not exist; fix: create it/)
  })

  it('a practice looks at nothing, and an answer can say that something is missing', async () => {
    const site = new Site(book())
    const { terminal, interruption, conductor } = quietly('')
    const play = async (text: string) => {
      writeFileSync(join(site.folder, 'answers.yaml'), text)
      const injected = { failAt: undefined, killAt: undefined, isAsking: false, terminal, interruption, conductor }
      return (await practise({ ...site.options(), ...injected, answers: join(site.folder, 'answers.yaml') })).record
    }
    expect(ending(await play('first: {}\n'))).toBe('completed')
    expect(existsSync(site.path('first'))).toBe(false)
    const missing = await play("'#requires': { outcome: failed }\n")
    expect(missing).toMatchObject({ state: 'failed', exitCode: exitCodes.runFailed })
    expect(missing.message).toContain('program touch is missing (practice); fix: install it')
    await expect(play("'second#requires': {}\n")).rejects.toThrow('no such step')
  })
})
