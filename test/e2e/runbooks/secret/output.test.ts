import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { folderOf } from '../../cli/preflight.js'
import { program } from '../../program.js'
import { formsOf, TokenService } from './token-service.js'

const password = 'correct-horse-9'

/** Kills preflight, which started the shell, if this place is armed; once. */
const killed = (place: string): string => `if [ -e "$1/${place}" ]; then rm "$1/${place}"; kill -9 $PPID; exit 1; fi`

const withToken = 'headers: { authorization: "Bearer ${{ outputs.token }}" }'

const book = (effect: 'idempotent' | 'once'): string => `title: a token from a login
target: "\${{ params.place }}"
parameters:
  place: { type: path, description: a folder }
  url: { type: url, description: the service }
  password: { type: secret, variable: SERVICE_PASSWORD, description: the password }
steps:
  - id: login
    http: { url: "\${{ params.url }}/login", method: POST, form: { user: ada & bob, password: "\${{ params.password }}" } }
    effect: ${effect}
    capture: { token: { type: secret, value: facts.json.access_token } }
  - id: pause
    run: { shell: '${killed('between')}', arguments: ["\${{ params.place }}"] }
    effect: idempotent
  - id: change
    http: { url: "\${{ params.url }}/change", method: POST, ${withToken}, json: { token: "\${{ outputs.token }}" } }
    effect: idempotent
    undo:
      http: { url: "\${{ params.url }}/unchange", method: DELETE, ${withToken} }
      verify: { probe: { http: { url: "\${{ params.url }}/gone", ${withToken} } }, expect: [facts.status == 200] }
  - id: form
    http: { url: "\${{ params.url }}/form", method: POST, ${withToken}, form: { token: "\${{ outputs.token }}" } }
    effect: read
  - id: seen
    wait: { every: 50ms, http: { url: "\${{ params.url }}/seen", ${withToken} } }
    expect: [facts.status == 200]
  - id: child
    run: { shell: 'echo "$TOKEN"; cat; echo "$TOKEN" | base64; printf %s "$TOKEN" | od -An -tx1 | tr -d " \\n"; echo "$TOKEN" >&2', environment: { TOKEN: "\${{ outputs.token }}" }, input: "it is \${{ outputs.token }}" }
    effect: read
  - id: broken
    http: { url: "\${{ params.url }}/broken", method: POST, ${withToken}, body: "token=\${{ outputs.token }}" }
    effect: read
    expect: [{ that: facts.status == 200, message: "it answered \${{ facts.text }}" }]
after-undo:
  - id: reload
    title: make the service read its files
    run: { shell: '${killed('in-reload')}; echo reload >> "$1/log"', arguments: ["\${{ params.place }}"] }
    effect: idempotent
  - id: tell
    run: { shell: 'echo tell >> "$1/log"; test ! -e "$1/refuse"', arguments: ["\${{ params.place }}"] }
    effect: idempotent
`

/** A check that fails, so that there is an incident; its bundle has what the run wrote down. */
const pack = `stage: config
variables: { HOME: { exposure: public } }
checks:
  red:
    title: there is no home
    severity: blocker
    class: config
    fix: none
    env: { name: HOME }
    expect: ['!facts.set']
evidence:
  journals:
    title: what the runs wrote down
    program: { argv: [sh, -c, cat state/preflight/runs/*/*] }
`

interface Ended {
  readonly code: number | string | null
  readonly output: string
}

/** A run of the book, in a folder of its own. */
class Site {
  readonly folder = folderOf({ 'books/site/token.yaml': '', 'checks/site/red.yaml': pack })
  readonly state = join(this.folder, 'state')

  constructor(
    readonly service: TokenService,
    effect: 'idempotent' | 'once' = 'idempotent',
  ) {
    mkdirSync(this.state)
    writeFileSync(join(this.folder, 'books/site/token.yaml'), book(effect))
  }

  arm(place: string): void {
    writeFileSync(join(this.folder, place), '')
  }

  async preflight(...args: readonly string[]): Promise<Ended> {
    const child = spawn(execPath, ['--', program, ...args], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        XDG_STATE_HOME: this.state,
        SERVICE_PASSWORD: password,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [[code, signal], out, err] = await Promise.all([
      once(child, 'exit') as Promise<[number | null, string | null]>,
      text(child.stdout),
      text(child.stderr),
    ])
    return { code: code ?? signal, output: out + err }
  }

  runbook(command: string, ...args: readonly string[]): Promise<Ended> {
    const own = ['--no-builtin', '--runbooks', 'books', 'site/token', '--param', `url=${this.service.peer.url}`]
    return this.preflight('runbook', command, ...own, '--param', 'place=.', ...args)
  }

  /** Every file that was written, and what is in it. */
  files(): readonly (readonly [string, string])[] {
    return readdirSync(this.state, { recursive: true })
      .map((name) => join(this.state, String(name)))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, readFileSync(path, 'latin1')] as const)
  }

  log(): readonly string[] {
    const path = join(this.folder, 'log')
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  }
}

let service: TokenService
beforeAll(async () => (service = await TokenService.start()))
afterAll(() => service.peer.stop())
beforeEach(() => {
  service.seen.length = 0
  service.tokens.length = 0
})

function expectNoToken(texts: readonly (readonly [string, string])[]): void {
  expect(service.tokens.length).toBeGreaterThan(0)
  for (const [name, content] of texts)
    for (const form of [...service.tokens.flatMap(formsOf), password])
      expect(content.includes(form), `${form} in ${name}`).toBe(false)
}

describe('a secret that a step captured', () => {
  it('is used, and is in no output and no file in any form', async () => {
    const site = new Site(service)
    const outputs: Record<string, Ended> = {
      plan: await site.runbook('plan'),
      planJson: await site.runbook('plan', '--format', 'json'),
      show: await site.preflight('runbook', 'show', '--no-builtin', '--runbooks', 'books', 'site/token'),
      practice: await site.runbook('practice', '--fail-at', 'form', '--kill-at', 'change'),
    }
    expect(service.seen).toEqual([])
    expect(outputs['plan']!.output).toContain('body: {"token":"(secret)"}')
    expect(outputs['plan']!.output).toContain('form: "password": "(secret)"')
    expect(outputs['plan']!.output).toContain("reading '(secret)'")
    expect(outputs['show']!.output).toContain('captures token (secret)')
    expect(outputs['practice']).toMatchObject({ code: 0 })
    expect(outputs['plan']!.output).toContain(`'headers={"authorization":"(secret)"}'`)
    expect(outputs['plan']!.output).toContain('After an undo (2), once what was done is undone')
    expect(outputs['show']!.output).toContain('after-undo/reload  make the service read its files')
    expect(outputs['practice']!.output).toContain('after an undo: 2 of 2 (after-undo/reload, after-undo/tell)')
    Object.assign(outputs, {
      run: await site.runbook('run'),
      status: await site.preflight('runbook', 'status', 'last'),
      json: await site.preflight('runbook', 'status', 'last', '--format', 'json'),
      report: await site.preflight('runbook', 'render', '--run', 'last'),
      history: await site.preflight('runbook', 'history', '--format', 'json'),
    })
    const [token] = service.tokens
    expect(service.paths).toEqual(['/login', '/change', '/form', '/seen', '/broken'])
    expect(service.seen[0]).toMatchObject({
      type: 'application/x-www-form-urlencoded',
      body: `user=ada+%26+bob&password=${password}`,
    })
    expect(service.seen[1]).toMatchObject({ token, body: JSON.stringify({ token }) })
    expect(service.seen[2]).toMatchObject({ token, body: `token=${token}` })
    expect(service.seen[3]).toMatchObject({ token })
    expect(service.seen[4]).toMatchObject({ token, body: `token=${token}` })
    expect(outputs['run']).toMatchObject({ code: 20 })
    expect(outputs['run']!.output).toContain('broken failed: it answered')
    expect(outputs['run']!.output).toContain('| it is [redacted]')
    expect(outputs['report']!.output).toContain('## After an undo')
    expect(outputs['status']!.output).not.toContain('after-undo')
    const incident = join(site.state, 'incident')
    outputs['incident'] = await site.preflight(
      ...['incident', 'capture', '--no-builtin', '--checks', 'checks', '--env-shell', '--output', incident],
    )
    outputs['undo'] = await site.preflight('runbook', 'undo', idIn(outputs['run']!), '--reason', 'a test')
    expect(outputs['undo']).toMatchObject({ code: 21 })
    expect(service.paths.slice(5)).toEqual(['/login', '/unchange', '/gone'])
    expect(service.seen.at(-1)!.token).toBe(service.tokens[1])
    const bundled = site.files().filter(([path]) => path.startsWith(incident))
    expect(
      bundled.some(([, content]) => content.includes('run-started')),
      outputs['incident'].output,
    ).toBe(true)
    expectNoToken([...Object.entries(outputs).map(([name, { output }]) => [name, output] as const), ...site.files()])
  })

  it('is got again after a kill between its capture and its use', async () => {
    const site = new Site(service)
    site.arm('between')
    const run = await site.runbook('run')
    expect(run.code).toBe('SIGKILL')
    expect(service.paths).toEqual(['/login'])
    const resumed = await site.preflight('runbook', 'resume', idIn(run))
    expect(resumed.code).toBe(20)
    expect(service.paths).toEqual(['/login', '/login', '/change', '/form', '/seen', '/broken'])
    expect(new Set(service.seen.slice(2).map(({ token }) => token))).toEqual(new Set([service.tokens[1]]))
    expectNoToken([['run', run.output], ['resume', resumed.output], ...site.files()])
  })

  it('is not got again by a step that must happen at most once: nothing is done, and what to do is said', async () => {
    const site = new Site(service, 'once')
    site.arm('between')
    const run = await site.runbook('run')
    expect(run.code).toBe('SIGKILL')
    const resumed = await site.preflight('runbook', 'resume', idIn(run))
    expect(resumed.code).toBe(20)
    expect(resumed.output.replace(/\s+/g, ' ')).toContain(
      'change needs the secret token, which login captured in a process that has ended; login must happen at most once, so it is not repeated: nothing was done; undo the run and start a new one',
    )
    expect(service.paths).toEqual(['/login'])
    expectNoToken([['run', run.output], ['resume', resumed.output], ...site.files()])
  })
})

describe('the steps after an undo', () => {
  it('are continued after a kill in the middle of them', async () => {
    const site = new Site(service)
    const run = await site.runbook('run')
    const id = idIn(run)
    expect(site.log()).toEqual([])
    site.arm('in-reload')
    expect((await site.preflight('runbook', 'undo', id, '--reason', 'a test')).code).toBe('SIGKILL')
    const status = await site.preflight('runbook', 'status', id)
    expect(status.output).toMatch(/cut off at .* in step after-undo\/reload; its process \d+ is gone/)
    site.arm('refuse')
    const failed = await site.preflight('runbook', 'resume', id)
    expect(failed.code).toBe(22)
    expect(failed.output.replace(/\s+/g, ' ')).toContain(
      'the steps are undone, but after-undo/tell, which must follow that, failed',
    )
    expect(site.log()).toEqual(['reload', 'tell'])
    const resolved = await site.preflight(
      ...['runbook', 'resolve', id, 'after-undo/tell', '--as', 'done', '--reason', 'told them by phone'],
    )
    expect(resolved.output).toContain('goes on after it')
    expect((await site.preflight('runbook', 'resume', id)).code).toBe(21)
    expect(site.log()).toEqual(['reload', 'tell'])
    expect(service.paths.filter((path) => path === '/unchange')).toHaveLength(1)
  })

  it('are not resolved before there is an undo', async () => {
    const site = new Site(service)
    const id = idIn(await site.runbook('run'))
    const { code, output } = await site.preflight(
      ...['runbook', 'resolve', id, 'after-undo/tell', '--as', 'done', '--reason', 'told them by phone'],
    )
    expect(code).toBe(2)
    expect(output).toContain('after-undo/tell runs only when an undo has ended')
  })
})

function idIn({ output }: Ended): string {
  const [id] = /\d{8}T\d{6}Z-token-[0-9a-f]{6}/.exec(output) ?? []
  if (id === undefined) throw new Error(`there is no run in: ${output}`)
  return id
}
