import { join } from 'node:path'
import { setInterval } from 'node:timers'
import { startBus } from './bus.js'
import { launcherShapes } from './recorded-page.js'
import { readDotEnv } from './environment.js'

/**
 * The bus as a process of its own, in the folder whose `.env` it reads: `main HTTP-PORT OWNER-PID [LAUNCHER-SHAPE]`. It
 * ends at SIGTERM, and when its owner (the sandbox, not the launcher's caller) is gone, so that nothing of a sandbox
 * outlives it.
 */
const [httpPort = '0', owner = '0', given = 'storage-object'] = process.argv.slice(2)
const shape = launcherShapes.find((known) => known === given)
if (shape === undefined) throw new Error(`unknown launcher shape ${given}: ${launcherShapes.join(', ')}`)
const bus = await startBus(readDotEnv(join(process.cwd(), '.env')), {
  folder: process.cwd(),
  httpPort: Number(httpPort),
  shape,
})

async function end(): Promise<never> {
  await bus.stop()
  process.exit(0)
}

process.once('SIGTERM', () => void end())
setInterval(() => {
  try {
    process.kill(Number(owner), 0)
  } catch {
    void end()
  }
}, 500)
