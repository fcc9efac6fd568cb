// Brings a fresh checkout to where it can run: npm packages, a build, and the servers that the sandbox and the tests
// start.
// Plain Node and nothing else, since it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, installLines, missingPrograms } from '../sandbox/process/needed-programs.mjs'

/** What the package's script of this name uses; the tests use all. */
const usedBy = { demo: 'sandbox', bench: 'bench' }[process.env.npm_lifecycle_event] ?? 'test'

installNpmPackages()
installServers()
build()

function installNpmPackages() {
  const installed = 'node_modules/.package-lock.json'
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs) return
  say('installing the npm packages (npm ci)')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

function installServers() {
  const programs = missingPrograms(usedBy)
  if (programs.length === 0) return
  const privilege = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const canInstall =
    findProgram(['apt-get']) !== undefined && (privilege.length === 0 || spawnSync('sudo', ['-n', 'true']).status === 0)
  if (!canInstall) {
    console.error(`not installed: ${programs.map((each) => each.programs.join(' or ')).join(', ')}`)
    console.error(
      ['install with the line for this machine, then run this again:', ...installLines(programs)].join('\n  '),
    )
    process.exit(2)
  }
  const missing = programs.map(({ packages }) => packages.apt)
  say(`installing ${missing.join(', ')} (apt-get)`)
  const allow = denyServiceStart(privilege)
  try {
    const apt = [...privilege, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0']
    run(...command([...apt, 'update']))
    run(...command([...apt, 'install', '-y', '--no-install-recommends', ...missing]))
  } finally {
    allow()
  }
}

/** Debian's packages start their daemons on the default ports; a policy-rc.d that says no keeps them down. */
function denyServiceStart(privilege) {
  const policy = '/usr/sbin/policy-rc.d'
  const cluster = '/etc/postgresql-common/createcluster.d/preflight.conf'
  const own = [
    [policy, '#!/bin/sh\nexit 101\n', '755'],
    [cluster, 'create_main_cluster = false\n', '644'],
  ].filter(([file]) => !existsSync(file))
  for (const [file, text, mode] of own) {
    if (privilege.length === 0) {
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, text, { mode: Number.parseInt(mode, 8) })
    } else {
      spawnSync(...command([...privilege, 'install', '-D', '-m', mode, '/dev/stdin', file]), { input: text })
    }
  }
  return () => {
    for (const [file] of own) {
      if (privilege.length === 0) rmSync(file, { force: true })
      else spawnSync(...command([...privilege, 'rm', '-f', file]))
    }
  }
}

function build() {
  const sources = [
    'src',
    'commands',
    'sandbox',
    'checks',
    'runbooks',
    'scripts/build.mjs',
    'scripts/build',
    'package.json',
    'package-lock.json',
  ]
  const built = 'dist/launch.cjs'
  if (existsSync(built) && newest(sources) <= statSync(built).mtimeMs) return
  say('building')
  run(process.execPath, ['scripts/build.mjs'])
}

function newest(paths) {
  const times = paths.flatMap((path) => {
    const stat = statSync(path)
    if (!stat.isDirectory()) return [stat.mtimeMs]
    return [stat.mtimeMs, ...readdirSync(path, { recursive: true }).map((entry) => statSync(join(path, entry)).mtimeMs)]
  })
  return Math.max(...times)
}

function command([program, ...args]) {
  return [program, args]
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] })
  if (error !== undefined) console.error(`${program}: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

function say(text) {
  console.error(`set-up: ${text}`)
}
