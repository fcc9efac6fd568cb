import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { resumeRun, undoRun } from '../../../../src/runbooks/resume-run.js'
import { startRun, type StartOptions } from '../../../../src/runbooks/start-run.js'
import { prepareRunbook } from '../../../../src/runbooks/prepare/prepare-runbook.js'
import { savePlan } from '../../../../src/runbooks/plan/runbook-plan.js'
import { planJson } from '../../../../src/runbooks/text/runbook-plan-text.js'
import type { JournalEntry } from '../../../../src/runbooks/record/journal.js'
import type { RunRecord } from '../../../../src/runbooks/record/run-record.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import { sign, signersFile, signingKey } from '../../../runbooks/actions/support/signing.js'
import { booksOf, quietly } from '../quiet.js'

const files = (folder: string): Readonly<Record<string, string>> => ({
  'books/site/deploy.yaml': `title: a runbook on which everything has a say
target: ${folder}
parameters:
  word: { type: string, description: a word }
  file: { type: path, description: a file }
  token: { type: secret, variable: SITE_TOKEN, description: a secret }
steps:
  - id: first
    run: { shell: 'echo first >> "$1"', arguments: [${folder}/log] }
    effect: idempotent
    undo: { run: { shell: 'echo undone "$TOKEN" >> "$1"', arguments: [${folder}/log], environment: { TOKEN: "\${{ params.token }}" } } }
  - id: gate
    run: [test, -e, ${folder}/go]
    effect: read
  - id: tool
    run: { argv: [site-tool, ${folder}/log, "\${{ params.word }}", "\${{ params.file }}"], environment: { TOKEN: "\${{ params.token }}" } }
    effect: idempotent
  - id: judged
    check: site/a
  - id: included
    runbook: site/included
`,
  'books/site/included.yaml':
    'title: a part of another\nsteps:\n  - id: nothing\n    run: ["true"]\n    effect: read\n',
  'other/site/other.yaml': 'title: another\nsteps:\n  - id: nothing\n    run: ["true"]\n    effect: read\n',
  'packs/site/a.yaml': `stage: config
variables: { REGION: { exposure: public } }
inputs:
  wanted: { type: string, description: the region that is wanted, default: eu }
  password: { type: string, secret: true, description: a secret, default: none-is-given }
checks:
  region:
    title: the region is the one that is wanted
    severity: blocker
    class: config
    fix: set it
    env: { name: REGION }
    expect:
      - that: facts.value == inputs.wanted && size(inputs.password) > 0
        message: it is another one
`,
  'preflight.yaml':
    'deployment: here\nprofile: prod\nenvironment: [site.env]\ninputs: { wanted: eu }\nwaivers: { file: waivers.yaml, signers: signers }\nknown-secrets: leaked\n',
  'waivers.yaml': 'waivers: []\n',
  leaked: 'hunter2\n',
  'site.env': 'REGION=eu\n',
  'second.env': 'REGION=eu\n',
  'compose.yaml': 'services:\n  bus: { image: bus, env_file: [third.env] }\n',
  'third.env': 'REGION=eu\n',
  input: 'one\n',
  'bin/site-tool': '#!/bin/sh\necho "$2" >> "$1"\n',
})

/** Made once: each site's waivers are signed with it. */
const shared = mkdtempSync(join(tmpdir(), 'preflight-decides-key-'))
const key = signingKey(shared)
const signers = readFileSync(signersFile(shared, ['grace@example.org', key]), 'utf8')
writeFileSync(join(shared, 'waivers.yaml'), 'waivers: []\n')
sign(join(shared, 'waivers.yaml'), key, 'preflight-waivers')
const signature = readFileSync(join(shared, 'waivers.yaml.sig'), 'utf8')
rmSync(shared, { recursive: true, force: true })

/**
 * Of every site in turn: fingerprints are of a secret and its place, are slow on purpose, and are remembered in a
 * process.
 */
const place = join(tmpdir(), `preflight-decides-${process.pid}`)

/** A deployment with its runbook, in which everything that decides can be changed. One at a time. */
export class Site {
  readonly folder = place
  readonly state = join(this.folder, 'state')
  readonly warnings: string[] = []
  readonly #before = { ...process.env }
  #options: Partial<StartOptions> = {}

  constructor() {
    mkdirSync(place)
    for (const [path, text] of Object.entries(files(this.folder))) this.write(path, text)
    chmodSync(join(this.folder, 'bin/site-tool'), 0o755)
    this.write('waivers.yaml.sig', signature)
    this.write('signers', signers)
    process.env['PATH'] = `${join(this.folder, 'bin')}${delimiter}${this.#before['PATH'] ?? ''}`
    process.env['SITE_TOKEN'] = 'vT7-qLw2.Zk9xR4'
    onTestFinished(() => {
      for (const name of Object.keys(process.env))
        if (!Object.hasOwn(this.#before, name)) Reflect.deleteProperty(process.env, name)
      Object.assign(process.env, this.#before)
      rmSync(this.folder, { recursive: true, force: true })
    })
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text)
  }

  /** Puts another text in place of the one there. */
  replace(name: string, from: string, to: string): void {
    const text = readFileSync(this.path(name), 'utf8')
    if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`)
    this.write(name, text.replace(from, to))
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true })
  }

  /** What is given on the command line from now on. */
  give(options: Partial<StartOptions>): void {
    this.#options = { ...this.#options, ...options }
  }

  /** A process with an environment of its own; it ends with the test. @returns its id */
  process(environment: Readonly<Record<string, string>>): number {
    const child = spawn('/bin/sleep', ['600'], { env: environment, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child.pid!
  }

  get log(): string {
    return existsSync(this.path('log')) ? readFileSync(this.path('log'), 'utf8') : ''
  }

  get options() {
    const terminal = { ...quietly('').terminal, warn: (text: string) => this.warnings.push(text) }
    return {
      ...booksOf(this.path('books')),
      definitions: { checks: [this.path('packs')], noBuiltin: true, config: this.path('preflight.yaml') },
      ...quietly(this.state),
      terminal,
      id: 'site/deploy',
      parameters: ['word=good', `file=${this.path('input')}`],
      ...this.#options,
    }
  }

  /** @returns the path of the saved plan */
  async plan(): Promise<string> {
    const { plan } = await prepareRunbook(this.options)
    await savePlan(this.path('plan.json'), planJson(plan))
    return this.path('plan.json')
  }

  run(more: Partial<StartOptions> = {}): Promise<RunRecord> {
    return startRun({ ...this.options, ...more })
  }

  /** @param acceptedChanges as `--accept-changed` names them */
  resume(acceptedChanges: readonly string[] = []): Promise<RunRecord> {
    return resumeRun({ ...goingOn(this.options), run: 'last', acceptedChanges })
  }

  undo(acceptedChanges: readonly string[] = []): Promise<RunRecord> {
    return undoRun({ ...goingOn(this.options), run: 'last', reason: 'the test says so', acceptedChanges })
  }

  async entries(run: string): Promise<readonly JournalEntry[]> {
    return (await readJournal(join(this.state, 'runs', run))).entries
  }
}

/** Parameters that are no secrets are not given again. */
function goingOn(options: Site['options']): Site['options'] {
  return { ...options, parameters: [] }
}
