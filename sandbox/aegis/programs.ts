import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const services = ['postgres', 'mosquitto', 'eventbus'] as const
export type Service = (typeof services)[number]

const scanners = ['bandit', 'safety', 'pip-audit'] as const
export type Scanner = (typeof scanners)[number]

const names = ['docker', 'kubectl', 'systemctl', ...scanners] as const
type Name = (typeof names)[number]

/** Stand-ins of the programs around Aegis, in a folder that goes first on PATH. What runs is in a file of each. */
export interface AegisPrograms {
  readonly bin: string
  readonly programs: Readonly<Record<Name, string>>
  /** The services of compose that run; each is a pod of Kubernetes as well, and `eventbus` the unit of systemd. */
  run(running: readonly Service[]): void
  running(): readonly string[]
  /** What a scanner finds: its exit code, and a line that it prints. */
  find(scanner: Scanner, code: number, line: string): void
  remove(name: Name): void
  /** Everything runs, nothing is found, every program is there. */
  reset(): void
}

const scripts: Readonly<Record<'docker' | 'kubectl' | 'systemctl', string>> = {
  docker: `
case "$1 $2" in
  "compose ps") cat "$state/running" ;;
  "compose logs") cat "$logs" ;;
  "compose restart") shift 2; for name in "$@"; do grep -qx "$name" "$state/services" || { echo "no such service: $name" >&2; exit 1; }; echo "$name" >> "$state/restarted"; done ;;
  *) echo "unknown command" >&2; exit 1 ;;
esac`,
  kubectl: `
[ "$1 $2" = "get pods" ] || { echo "unknown command" >&2; exit 1; }
while read -r name; do
  if grep -qx "$name" "$state/running"; then echo "$name=True"; else echo "$name=False"; fi
done < "$state/services"`,
  systemctl: `
if [ "$1" = "is-active" ] && grep -qx eventbus "$state/running"; then echo active; else echo inactive; exit 3; fi`,
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`

/** @param logFile what `docker compose logs` prints */
export function createAegisPrograms(folder: string, logFile: string): AegisPrograms {
  const bin = join(folder, 'bin')
  const state = join(folder, 'state')
  for (const each of [bin, state]) mkdirSync(each, { recursive: true })
  const path = (name: Name): string => join(bin, name)
  const lines = (words: readonly string[]): string => words.map((word) => `${word}\n`).join('')
  const install = (name: Name, script: string): void => {
    writeFileSync(path(name), `#!/bin/sh\nstate=${quoted(state)}\nlogs=${quoted(logFile)}${script}\n`)
    chmodSync(path(name), 0o755)
  }
  const run = (running: readonly Service[]): void => writeFileSync(join(state, 'running'), lines(running))
  const find = (scanner: Scanner, code: number, line: string): void =>
    install(scanner, `\nprintf '%s\\n' ${quoted(line)}\nexit ${code}`)
  const reset = (): void => {
    writeFileSync(join(state, 'services'), lines(services))
    run(services)
    for (const [name, script] of Object.entries(scripts)) install(name as keyof typeof scripts, script)
    for (const scanner of scanners) find(scanner, 0, 'No issues identified.')
  }
  reset()
  return {
    bin,
    programs: {
      docker: path('docker'),
      kubectl: path('kubectl'),
      systemctl: path('systemctl'),
      bandit: path('bandit'),
      safety: path('safety'),
      'pip-audit': path('pip-audit'),
    },
    run,
    running: () => readFileSync(join(state, 'running'), 'utf8').split('\n').filter(Boolean),
    find,
    remove: (name) => rmSync(path(name), { force: true }),
    reset,
  }
}
