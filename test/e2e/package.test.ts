import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry } from '../peers/npm-registry.js'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'preflight-package-'))
const environment = { PATH: `${join(folder, 'prefix/bin')}:${process.env['PATH'] ?? ''}`, HOME: folder }

/** What was built before the tests is what they test, and is packed: the packing's own build would make the same. */
function withoutBuild(manifest: string): void {
  const { scripts, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  expect(scripts['prepack']).toBe('npm run build')
  writeFileSync(manifest, JSON.stringify({ ...rest, scripts: { ...scripts, build: 'true' } }))
}

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

const copy = join(folder, 'copy')

/** Packages are links, but for one that a test changes. */
function layOutPackages(): void {
  const packages = join(root, 'node_modules')
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(packages).filter((each) => each !== 'yaml'))
    symlinkSync(join(packages, name), join(copy, 'node_modules', name))
  cpSync(join(packages, 'yaml'), join(copy, 'node_modules/yaml'), { recursive: true })
}

beforeAll(() => {
  mkdirSync(copy)
  for (const name of readdirSync(root).filter((each) => !['node_modules', '.git', 'coverage'].includes(each)))
    cpSync(join(root, name), join(copy, name), { recursive: true })
  layOutPackages()
  withoutBuild(join(copy, 'package.json'))
  const packed = shell(`npm pack --pack-destination "${folder}"`, copy, process.env)
  expect(packed.status, packed.stderr).toBe(0)
  const installed = shell(
    `npm install --offline --ignore-scripts --cache "${join(folder, 'cache')}" --global --prefix "${join(folder, 'prefix')}" --no-audit --no-fund "${folder}"/arqonbus-preflight-*.tgz`,
    folder,
    process.env,
  )
  expect(installed.status, installed.stderr).toBe(0)
  mkdirSync(join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'elsewhere/prod.env'), 'ARQONBUS_ENVIRONMENT=production\n')
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every file below a folder, with what is in it. */
function contentsOf(place: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [relative(place, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  )
}

describe('what is packed', () => {
  it('holds the build, with the licences of what it contains, and no package beside it', () => {
    const listed = shell('tar tzf arqonbus-preflight-*.tgz', folder).stdout.trim().split('\n')
    for (const file of [
      'preflight.cjs',
      'preflight.cjs.map',
      'preflight-run.cache',
      'preflight-help.cache',
      'launch.cjs',
      'THIRD-PARTY-NOTICES',
      'words.bin',
    ])
      expect(listed).toContain(`package/dist/${file}`)
    expect(listed.filter((file) => /node_modules|package-lock|shrinkwrap/.test(file))).toEqual([])
    // A compiler that a library asks for would treble it, and slow down each start.
    const bundle = shell('tar xzOf arqonbus-preflight-*.tgz package/dist/preflight.cjs | wc -c', folder).stdout
    expect(Number(bundle)).toBeLessThan(5_000_000)
  })

  it('is refused when another version is installed than the lock names', () => {
    const manifest = join(copy, 'node_modules/yaml/package.json')
    const before = readFileSync(manifest, 'utf8')
    writeFileSync(manifest, before.replace(/"version": "[^"]+"/, '"version": "0.0.1"'))
    const { status, stderr } = shell(`"${process.execPath}" scripts/build.mjs`, copy, process.env)
    writeFileSync(manifest, before)
    expect(status).toBe(1)
    expect(stderr).toMatch(/node_modules\/yaml is 0\.0\.1, package-lock\.json has \d/)
  })
})

describe('what is installed is what was tested', () => {
  /** As it is in the tarball. */
  const packed = (): object => {
    const place = mkdtempSync(join(folder, 'unpacked-'))
    shell(`tar xzf "${folder}"/arqonbus-preflight-*.tgz -C "${place}"`, folder)
    return contentsOf(join(place, 'package'))
  }

  it('from the file, with no registry at all', () => {
    expect(contentsOf(join(folder, 'prefix/lib/node_modules/@arqonbus/preflight'))).toEqual(packed())
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
        '@arqonbus/preflight',
      ])
      expect(installed.status, installed.stderr).toBe(0)
      expect(readdirSync(join(folder, 'project/node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
        '@arqonbus',
      ])
      expect(contentsOf(join(folder, 'project/node_modules/@arqonbus/preflight'))).toEqual(packed())
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
