import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeEnvironmentFile } from '../environment-file.js'
import { namedByFile } from '../process/pid-file.js'
import type { LauncherShape } from './recorded-page.js'

/** The bus as a deployment runs it: a folder with its `.env`, and `run_arqonbus.sh start|stop` beside it. */
export interface Launcher {
  readonly folder: string
  readonly script: string
  readonly environmentFile: string
  readonly pidFile: string
  readonly logFile: string
  readonly httpPort: number
  /** Of the process that the pid file names, while it lives. */
  pid(): number | undefined
  /** Ends it the hard way, and gives up the folder's registration. Harmless when it is not running. */
  stop(): Promise<void>
}

interface LauncherOptions {
  readonly environment: Readonly<Record<string, string>>
  /** Port of the HTTP pages, which no variable sets. */
  readonly httpPort: number
  /** What it hands the HTTP pages as storage; the bus's storage object by default. */
  readonly shape?: LauncherShape
  /** A built `main.js` to start; its own by default. */
  readonly program?: string
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * How this sandbox starts a program of its own: as shipped it is JavaScript, in a source tree it takes the compiler's
 * loader.
 */
function busCommand(built: string | undefined): string[] {
  if (built !== undefined) return [process.execPath, built]
  const own = import.meta.filename
  if (own.endsWith('.js')) return [process.execPath, own.replace(/launcher\.js$/, 'main.js')]
  const loader = pathToFileURL(createRequire(own).resolve('tsx')).href
  return [process.execPath, '--import', loader, own.replace(/launcher\.ts$/, 'main.ts')]
}

/**
 * A bus ignores nothing and may be slow to end: the script waits for it ten seconds, and says so when it has not ended.
 * One that has ended keeps its place in the process table until its parent, often a container's first process, looks.
 */
function script(httpPort: number, shape: LauncherShape, program: string | undefined): string {
  const command = [...busCommand(program), String(httpPort), String(process.pid), shape].map(quoted).join(' ')
  return `#!/bin/sh
cd "$(dirname "$0")" || exit 1
running() {
  [ -f arqonbus.pid ] && kill -0 "$(cat arqonbus.pid)" 2>/dev/null || return 1
  ! grep -qs '^State:.Z' "/proc/$(cat arqonbus.pid)/status"
}
case "$1" in
  start)
    if running; then echo "already running, pid $(cat arqonbus.pid)"; exit 0; fi
    mkdir -p logs
    nohup setsid ${command} >>logs/arqonbus.out 2>&1 </dev/null &
    echo $! >arqonbus.pid
    echo "started, pid $!" ;;
  stop)
    if ! running; then rm -f arqonbus.pid; echo "not running"; exit 0; fi
    kill "$(cat arqonbus.pid)"
    for _ in $(seq 100); do running || break; sleep 0.1; done
    if running; then echo "pid $(cat arqonbus.pid) has not ended"; exit 1; fi
    rm -f arqonbus.pid
    echo "stopped" ;;
  *) echo "usage: $0 start|stop" >&2; exit 2 ;;
esac
`
}

/** Puts the launcher and the `.env` into a folder that is there. Nothing is started. */
export function createLauncher(
  folder: string,
  { environment, httpPort, shape = 'storage-object', program }: LauncherOptions,
): Launcher {
  const paths = {
    script: join(folder, 'run_arqonbus.sh'),
    environmentFile: join(folder, '.env'),
    pidFile: join(folder, 'arqonbus.pid'),
    logFile: join(folder, 'logs', 'arqonbus.log'),
  }
  writeFileSync(paths.script, script(httpPort, shape, program))
  chmodSync(paths.script, 0o755)
  rmSync(paths.environmentFile, { force: true })
  writeEnvironmentFile(paths.environmentFile, environment)
  const bus = namedByFile(paths.pidFile)
  return {
    folder,
    ...paths,
    httpPort,
    pid: bus.pid,
    stop: bus.end,
  }
}
