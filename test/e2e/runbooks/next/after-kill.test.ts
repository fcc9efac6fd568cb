import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderOf, preflight } from '../../cli/preflight.js'
import { program } from '../../program.js'

/** Kills preflight, which started the shell, if this place is armed; once. */
const killed = (place: string): string => `if [ -e "$1/${place}" ]; then rm "$1/${place}"; kill -9 $PPID; exit 1; fi`

const place = 'arguments: ["${{ params.place }}"], environment: { TOKEN: "${{ params.token }}" }'
const shell = (...commands: readonly string[]): string => `{ shell: '${commands.join('; ')}', ${place} }`
const effect = (name: string): string => `echo "${name} $TOKEN" >> "$1/log"`

const book = (pageEffect: 'idempotent' | 'once'): string => `title: a runbook whose process is killed
target: "\${{ params.place }}"
parameters:
  place: { type: path, default: ., description: the folder of the site }
  token: { type: secret, variable: SITE_TOKEN, description: a secret }
steps:
  - id: first
    run: ${shell(effect('first'))}
    effect: idempotent
    undo: { run: ${shell(killed('in-undo'), effect('un-first'))} }
  - id: page
    run: ${shell(killed('in-step'), effect('page'), killed('after-step'))}
    effect: ${pageEffect}
    undo: { run: ${shell(effect('un-page'))} }
  - id: quiet
    wait: { every: 50ms, command: { argv: [sh, -c, '${killed('in-wait')}', sh, "\${{ params.place }}"] } }
    expect: [facts.exitCode == 0]
  - id: judged
    check: site/a
`

const pack = `stage: config
variables: { REGION: { exposure: public } }
inputs: { wanted: { type: string, description: the region that is wanted, default: us } }
checks:
  region:
    title: the region is the one that is wanted
    severity: blocker
    class: config
    fix: set it
    env: { name: REGION }
    expect: [{ that: facts.value == inputs.wanted, message: it is another one }]
`

interface Ended {
  readonly code: number | string | null
  readonly output: string
}

/** A deployment, and a shell in another folder that finds `preflight` on its PATH. */
class Site {
  readonly folder: string

  constructor(pageEffect: 'idempotent' | 'once' = 'idempotent') {
    this.folder = folderOf({
      'books/site/deploy.yaml': book(pageEffect),
      'packs/site/a.yaml': pack,
      'site.env': 'REGION=eu\n',
      'preflight.yaml': 'deployment: here\n',
      'elsewhere/.keep': '',
      'bin/preflight': `#!/bin/sh\nexec '${execPath}' '${program}' "$@"\n`,
      'words/preflight': '#!/bin/sh\nprintf "%s\\0" "$@"\n',
    })
    for (const folder of ['bin', 'words']) chmodSync(join(this.folder, folder, 'preflight'), 0o755)
  }

  start(environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const given =
      '--no-builtin --runbooks books --checks packs --env-dotenv site.env --input wanted=eu --param-env token=TOKEN_OF_SITE'
    return this.#shell(`exec preflight runbook run site/deploy ${given}`, this.folder, environment)
  }

  /** Types a command in another folder, in which a process may be killed. */
  startTyped(command: string): Promise<Ended> {
    return this.#shell(`exec ${command}`, this.#elsewhere)
  }

  /** Types a command in another folder: a shell makes words of it, with which the program is called in this process. */
  async type(command: string): Promise<Ended> {
    const { stdout, status } = spawnSync('sh', ['-c', command], {
      cwd: this.#elsewhere,
      env: this.#environment('words'),
      encoding: 'utf8',
    })
    expect(status, command).toBe(0)
    const words = stdout.split('\0').slice(0, -1)
    const ended = await preflight(words, { cwd: this.#elsewhere, environment: this.#environment('bin') })
    return { code: ended.exitCode, output: ended.stdout + ended.stderr }
  }

  arm(where: string): void {
    writeFileSync(join(this.folder, where), '')
  }

  isArmed(where: string): boolean {
    return existsSync(join(this.folder, where))
  }

  log(): readonly string[] {
    return readFileSync(join(this.folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replace(/ a-token-of-the-site$/, ''))
  }

  get #elsewhere(): string {
    return join(this.folder, 'elsewhere')
  }

  /** @param bin folder of the `preflight` that is found */
  #environment(bin: 'bin' | 'words'): Readonly<Record<string, string>> {
    return {
      PATH: `${join(this.folder, bin)}:${process.env['PATH'] ?? ''}`,
      HOME: this.folder,
      TOKEN_OF_SITE: 'a-token-of-the-site',
    }
  }

  async #shell(command: string, cwd: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const child = spawn('sh', ['-c', command], {
      cwd,
      env: { ...this.#environment('bin'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    const [out, err, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { code: signal ?? code, output: out + err }
  }
}

/** The commands under "Next", in their order. */
function nextOf({ output }: Ended): readonly string[] {
  const [, next = ''] = output.split('\nNext\n')
  return [...next.matchAll(/^ {2}(preflight .*)$/gm)].map(([, command]) => command!)
}

function next(ended: Ended, subcommand: string): string {
  const found = nextOf(ended).find((command) => command.startsWith(`preflight runbook ${subcommand} `))
  if (found === undefined) throw new Error(`no ${subcommand} as next in:\n${ended.output}`)
  return found
}

const beforePage = {
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'kill-before.mjs')).href}`,
  KILL_BEFORE: '"type":"step-intent","step":"page"',
}

const places = [
  ['before a step', beforePage, undefined, 'before step page'],
  ['in a step', {}, 'in-step', 'in step page'],
  ['after the effect of a step', {}, 'after-step', 'in step page'],
  ['in a wait', {}, 'in-wait', 'in step quiet'],
] as const

describe.each(places)('killed %s, what status prints as next works as it is printed, from another folder', (...at) => {
  const [, environment, where, words] = at
  const killedSite = async (): Promise<{ readonly site: Site; readonly status: Ended }> => {
    const site = new Site()
    if (where !== undefined) site.arm(where)
    const start = await site.start(environment)
    expect(start.code, start.output).toBe('SIGKILL')
    if (where !== undefined) expect(site.isArmed(where)).toBe(false)
    const status = await site.type('preflight runbook status')
    expect(status.code, status.output).toBe(0)
    expect(status.output).toMatch(
      new RegExp(`^The run: cut off at \\d\\d:\\d\\d:\\d\\d UTC ${words}; its process \\d+ is gone\\.$`, 'm'),
    )
    return { site, status }
  }

  it('resume, and then undo', async () => {
    const { site, status } = await killedSite()
    const resumed = await site.type(next(status, 'resume'))
    expect(resumed.code, resumed.output).toBe(0)
    expect(new Set(site.log())).toEqual(new Set(['first', 'page']))
    const report = await site.type(next(resumed, 'render'))
    expect(report.code, report.output).toBe(0)
    const undone = await site.type(next(resumed, 'undo'))
    expect(undone.code, undone.output).toBe(21)
    expect(site.log().slice(-2)).toEqual(['un-page', 'un-first'])
  })

  it('undo', async () => {
    const { site, status } = await killedSite()
    const undone = await site.type(next(status, 'undo'))
    expect(undone.code, undone.output).toBe(21)
    expect(site.log().at(-1)).toBe('un-first')
  })
})

it('killed in an undo, resume goes on with it as it is printed, from another folder', async () => {
  const site = new Site()
  const completed = await site.start()
  expect(completed.code, completed.output).toBe(0)
  site.arm('in-undo')
  const cut = await site.startTyped(next(completed, 'undo'))
  expect(cut.code, cut.output).toBe('SIGKILL')
  const status = await site.type('preflight runbook status')
  expect(status.output).toMatch(/ in the undo of step first; its process \d+ is gone\.$/m)
  const undone = await site.type(next(status, 'resume'))
  expect(undone.code, undone.output).toBe(21)
  expect(site.log()).toEqual(['first', 'page', 'un-page', 'un-first'])
})

it.each([
  ['done', ['first', 'page']],
  ['not-done', ['first', 'page', 'page']],
])('killed in what must happen at most once, it is resolved as %s and goes on as printed', async (as, log) => {
  const site = new Site('once')
  site.arm('after-step')
  expect((await site.start()).code).toBe('SIGKILL')
  const asked = await site.type(next(await site.type('preflight runbook status'), 'resume'))
  expect(asked.code, asked.output).toBe(24)
  const command = nextOf(asked).find((each) => each.includes(`--as ${as} `))!
  // How they know is for the operator to say.
  const resolved = await site.type(command.replace('…', 'I looked'))
  expect(resolved.code, resolved.output).toBe(0)
  expect(resolved.output).toContain(`page is ${as} by the word of `)
  expect(resolved.output).toContain(as === 'done' ? '# continue with quiet' : '# continue with page')
  const resumed = await site.type(next(resolved, 'resume'))
  expect(resumed.code, resumed.output).toBe(0)
  expect(site.log()).toEqual(log)
})
