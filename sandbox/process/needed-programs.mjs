// Plain JavaScript that needs nothing: the set-up of a fresh checkout imports it before anything is installed or built.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What an installed program may be called, who uses it, and the package that has it. */
const needed = [
  {
    programs: ['redis-server', 'valkey-server'],
    usedBy: ['sandbox', 'bench', 'test'],
    packages: { apt: 'redis-server', apk: 'redis', dnf: 'valkey', brew: 'redis', nix: 'redis' },
  },
  {
    programs: ['initdb'],
    usedBy: ['sandbox', 'bench', 'test', 'sandbox-aegis'],
    packages: {
      apt: 'postgresql',
      apk: 'postgresql',
      dnf: 'postgresql-server',
      brew: 'postgresql@17',
      nix: 'postgresql',
    },
  },
  { programs: ['nats-server'], usedBy: ['sandbox', 'bench', 'test'], packages: everywhere('nats-server') },
  { programs: ['mosquitto'], usedBy: ['test', 'sandbox-aegis'], packages: everywhere('mosquitto') },
  {
    programs: ['sqlite3'],
    usedBy: ['test'],
    packages: { apt: 'sqlite3', apk: 'sqlite', dnf: 'sqlite', brew: 'sqlite', nix: 'sqlite' },
  },
  { programs: ['git'], usedBy: ['bench', 'test'], packages: everywhere('git') },
  { programs: ['openssl'], usedBy: ['test'], packages: everywhere('openssl') },
  {
    programs: ['ssh-keygen'],
    usedBy: ['test'],
    packages: { ...everywhere('openssh'), apt: 'openssh-client', apk: 'openssh-keygen' },
  },
  {
    programs: ['script'],
    usedBy: ['bench', 'test'],
    packages: { ...everywhere('util-linux'), apt: 'bsdutils', apk: 'util-linux-misc', dnf: 'util-linux-script' },
  },
  // Shells that completion is for.
  { programs: ['zsh'], usedBy: ['test'], packages: everywhere('zsh') },
  { programs: ['fish'], usedBy: ['test'], packages: everywhere('fish') },
  // Large, and only tests open a page.
  { programs: ['chromium'], usedBy: ['test'], packages: everywhere('chromium') },
]

function everywhere(name) {
  return { apt: name, apk: name, dnf: name, brew: name, nix: name }
}

/** What is used by this and is not installed: one of its names is on PATH, or where Debian keeps servers. */
export function missingPrograms(user, path = process.env.PATH ?? '') {
  return needed.filter(({ programs, usedBy }) => usedBy.includes(user) && findProgram(programs, path) === undefined)
}

/** What has a program, where it is one of those. */
export function packagesOf(program) {
  return needed.find(({ programs }) => programs.includes(program))
}

/** The line to type for each package manager. */
export function installLines(missing) {
  const names = (manager) => missing.map(({ packages }) => packages[manager]).join(' ')
  return [
    `apt-get install ${names('apt')}`,
    `apk add ${names('apk')}`,
    `dnf install ${names('dnf')}`,
    `brew install ${names('brew')}`,
    `nix-shell -p ${names('nix')}`,
  ]
}

/** The path of the first executable of these names: on PATH, else where Debian keeps servers. */
export function findProgram(names, path = process.env.PATH ?? '') {
  const folders = [...path.split(':').filter(Boolean), '/usr/sbin', '/sbin', ...debianPostgres()]
  for (const name of names)
    for (const folder of folders) if (isExecutable(join(folder, name))) return join(folder, name)
  return undefined
}

/** Debian keeps the server programs of each major version of PostgreSQL out of PATH; the newest first. */
function debianPostgres() {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((left, right) => Number(right) - Number(left)) : []
  return versions.map((version) => join(root, version, 'bin'))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
