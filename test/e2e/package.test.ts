import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry } from '../peers/npm-registry.js'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'preflight-package-'))
const environment = { PATH: `${join(folder, 'prefix/bin')}:${process.env['PATH'] ?? ''}`, HOME: folder }

/** The packages of the lock that ship, by their path, with their version. */
const locked = new Map(
  Object.entries(
    (
      JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
        readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>
      }
    ).packages,
  )
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version }]) => [path, version]),
)

/**
 * What ships is laid out as `npm ci` does, since packing takes links for nothing; what is for developing alone is
 * linked.
 */
function layOutPackages(copy: string): void {
  const top = (folder: string): readonly string[] => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)
  for (const path of top('node_modules').flatMap((each) => (each.includes('/@') ? top(each) : [each]))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    if (locked.has(path)) cpSync(join(root, path), join(copy, path), { recursive: true })
    else symlinkSync(join(root, path), join(copy, path))
  }
}

/** What was built before the tests is what they test, and is packed: the packing's own build would make the same. */
function withoutBuild(manifest: string): void {
  const { scripts, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  expect(scripts['prepack']).toMatch(/^npm run build && /)
  writeFileSync(manifest, JSON.stringify({ ...rest, scripts: { ...scripts, build: 'true' } }))
}

/** The packages that an installation holds, as the lock would write them. */
function installedIn(preflight: string, folder = 'node_modules'): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of existsSync(join(preflight, folder))
    ? readdirSync(join(preflight, folder)).filter((each) => !each.startsWith('.'))
    : []) {
    const path = `${folder}/${name}`
    const manifest = join(preflight, path, 'package.json')
    if (existsSync(manifest))
      found.set(path, (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version)
    for (const [inner, version] of name.startsWith('@')
      ? installedIn(preflight, path)
      : installedIn(preflight, `${path}/node_modules`))
      found.set(inner, version)
  }
  return found
}

/** Types, without code: packing leaves them out, because they are also for developing. */
const isTypes = (path: string): boolean => /^node_modules\/(?:@types\/node|undici-types)$/.test(path)
const expected = Object.fromEntries([...locked].filter(([path]) => !isTypes(path)).sort())

const sorted = (packages: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries([...packages].sort())

/** @param env preflight gets none of this machine's own settings, npm all of them */
function shell(command: string, cwd: string, env: NodeJS.ProcessEnv = environment) {
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env,
    timeout: 240_000,
  })
  return { status, stdout, stderr }
}

beforeAll(() => {
  const copy = join(folder, 'copy')
  mkdirSync(copy)
  for (const name of readdirSync(root).filter((each) => !['node_modules', '.git', 'coverage'].includes(each)))
    cpSync(join(root, name), join(copy, name), { recursive: true })
  layOutPackages(copy)
  withoutBuild(join(copy, 'package.json'))
  const packed = shell(`npm pack --pack-destination "${folder}"`, copy, process.env)
  expect(packed.status, packed.stderr).toBe(0)
  const installed = shell(
    `npm install --offline --cache "${join(folder, 'cache')}" --global --prefix "${join(folder, 'prefix')}" --no-audit --no-fund "${folder}"/preflight-*.tgz`,
    folder,
    process.env,
  )
  expect(installed.status, installed.stderr).toBe(0)
  mkdirSync(join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'elsewhere/prod.env'), 'ARQONBUS_ENVIRONMENT=production\n')
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what is packed', () => {
  const listed = (): readonly string[] => shell('tar tzf preflight-*.tgz', folder).stdout.split('\n')

  it('has the lock with it, without what is for developing alone, and the checkout does not', () => {
    expect(listed()).toContain('package/npm-shrinkwrap.json')
    const { packages } = JSON.parse(shell('tar xzOf preflight-*.tgz package/npm-shrinkwrap.json', folder).stdout) as {
      readonly packages: Readonly<
        Record<string, { readonly version: string; readonly dev?: boolean; readonly devDependencies?: unknown }>
      >
    }
    const { '': own, ...others } = packages
    expect(own).not.toHaveProperty('devDependencies')
    expect(Object.fromEntries(Object.entries(others).map(([path, { version }]) => [path, version]))).toEqual(
      Object.fromEntries(locked),
    )
    expect(existsSync(join(folder, 'copy/npm-shrinkwrap.json'))).toBe(false)
    expect(existsSync(join(root, 'npm-shrinkwrap.json'))).toBe(false)
  })

  it('is refused when other versions are installed than the lock names', () => {
    const [path] = [...locked].find(([each]) => each === 'node_modules/yaml')!
    const manifest = join(folder, 'copy', path, 'package.json')
    const before = readFileSync(manifest, 'utf8')
    writeFileSync(manifest, before.replace(/"version": "[^"]+"/, '"version": "0.0.1"'))
    const { status, stderr } = shell(`"${process.execPath}" scripts/shrinkwrap.mjs`, join(folder, 'copy'), process.env)
    writeFileSync(manifest, before)
    expect(status).toBe(1)
    expect(stderr).toContain('node_modules/yaml')
    expect(existsSync(join(folder, 'copy/npm-shrinkwrap.json'))).toBe(false)
  })
})

describe('what is installed is what was tested', () => {
  it('from the file, with no registry at all', () => {
    expect(sorted(installedIn(join(folder, 'prefix/lib/node_modules/preflight')))).toEqual(expected)
  })

  it('from a registry, of which nothing else is asked', async () => {
    const registry = await startRegistry(
      join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
      ),
    )
    try {
      const installed = await registry.npm([
        'install',
        '--prefix',
        join(folder, 'project'),
        '--cache',
        join(folder, 'second-cache'),
        '--no-audit',
        '--no-fund',
        'preflight',
      ])
      expect(installed.status, installed.stderr).toBe(0)
      expect(sorted(installedIn(join(folder, 'project/node_modules/preflight')))).toEqual(expected)
      expect(registry.refused).toEqual([])
    } finally {
      await registry.stop()
    }
  })
})

describe('the packed program, installed globally into an empty prefix', () => {
  const elsewhere = join(folder, 'elsewhere')

  it('helps and finds its packs from another folder', () => {
    expect(shell('preflight --help', elsewhere)).toMatchObject({ status: 0 })
    expect(shell('preflight list --format json', elsewhere).stdout).toContain('shield/runtime/relays-valid-envelope')
  })

  it('runs, with --env-file reaching the program and not Node', () => {
    expect(shell('preflight run arqonbus/config/environment --env-file prod.env', elsewhere)).toMatchObject({
      status: 0,
    })
    expect(shell('preflight run arqonbus/config --env-file prod.env', elsewhere)).toMatchObject({ status: 1 })
    const missing = shell('preflight run --env-file nowhere.env', elsewhere)
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('nowhere.env does not exist')
  })

  it('tries itself out where no server and no tool is installed', () => {
    const node = join(folder, 'node-only')
    mkdirSync(node)
    symlinkSync(process.execPath, join(node, 'node'))
    const { status, stdout, stderr } = shell('preflight selftest', elsewhere, {
      PATH: `${join(folder, 'prefix/bin')}:${node}`,
      HOME: folder,
    })
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toContain('can pass, fail and end without an answer')
  })

  it('brings its sandbox along', () => {
    const { status, stdout, stderr } = shell('preflight sandbox run arqonbus/runtime shield/runtime', elsewhere)
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toContain('GO FOR A PART ONLY  exit 0')
  })
})
