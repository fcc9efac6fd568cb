import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireBinary } from '../process/binary.js'
import { namedByFile } from '../process/pid-file.js'
import type { RedisServer } from './redis.js'

/** A script that starts and stops Redis as a service manager would, in place of the sandbox. */
export interface RedisControl {
  /** `start` comes back when the server is up; `stop` when it is gone. A stop saves nothing. */
  readonly script: string
  readonly dumpFile: string
  /** Ends what the script started. The server is the sandbox's again. */
  release(): Promise<void>
}

/** Hands a running Redis of the sandbox over to a script, on its port, in its folder, with its data. */
export async function controlRedis(server: RedisServer): Promise<RedisControl> {
  const { folder } = server
  const script = join(folder, 'redisctl')
  const pidFile = join(folder, 'redis.pid')
  const configurationFile = join(folder, 'controlled.conf')
  await save(server)
  await server.stop()
  writeFileSync(
    configurationFile,
    readFileSync(join(folder, 'redis.conf'), 'utf8').replace(
      'daemonize no',
      `daemonize yes\npidfile ${pidFile}\nlogfile ${join(folder, 'controlled.log')}`,
    ),
    { mode: 0o600 },
  )
  writeFileSync(
    script,
    `#!/bin/sh
running() {
  [ -f '${pidFile}' ] && kill -0 "$(cat '${pidFile}')" 2>/dev/null || return 1
  ! grep -qs '^State:.Z' "/proc/$(cat '${pidFile}')/status"
}
case "$1" in
  start)
    running && exit 0
    '${requireBinary(['redis-server', 'valkey-server'])}' '${configurationFile}' || exit 1
    for _ in $(seq 100); do running && exit 0; sleep 0.1; done
    exit 1 ;;
  stop)
    running || exit 0
    kill "$(cat '${pidFile}')"
    for _ in $(seq 100); do running || exit 0; sleep 0.1; done
    exit 1 ;;
  *) exit 2 ;;
esac
`,
  )
  chmodSync(script, 0o755)
  const controlled = namedByFile(pidFile)
  return {
    script,
    dumpFile: join(folder, 'dump.rdb'),
    release: controlled.end,
  }
}

/** A SAVE is refused while a snapshot that the server began by itself is being written. */
async function save(server: RedisServer): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await server.administer('SAVE')
      return
    } catch (error) {
      if (tries === 50 || !(error instanceof Error) || !error.message.includes('already in progress')) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
