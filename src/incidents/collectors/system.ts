import { arch, availableParallelism, loadavg, platform, release, uptime } from 'node:os'
import { z } from 'zod'
import { pathText } from '../../base/text/path-text.js'
import { defineCollector } from '../../engine/collector.js'
import { Parts } from './gathering/parts.js'
import { controlGroupMemory } from './system/control-group.js'
import { fileSystemAt } from './system/file-system.js'
import { machineMemory } from './system/memory.js'
import { openFilesOfMachine, openFilesOf } from './system/open-files.js'
import { pressure } from './system/pressure.js'

const input = z.strictObject({
  paths: z.array(pathText()).max(50).default([]).describe('files or folders whose file systems are measured'),
  pids: z
    .array(z.int().min(1))
    .max(100)
    .default([])
    .describe(
      'processes whose open files, their limit and whose control group are shown; without any, those of preflight itself',
    ),
})

/** What this machine has left: disk, memory, processor, open files. */
export const collector = defineCollector({
  kind: 'system',
  title: 'disk, memory, load and limits of this machine',
  input,
  async collect({ paths, pids }, { signal }) {
    const parts = new Parts(signal)
    const processes = pids.length === 0 ? ['self'] : pids.map(String)
    const [one = 0, five = 0, fifteen = 0] = loadavg()
    await parts.take('load', () =>
      Promise.resolve({ one, five, fifteen, processors: availableParallelism(), upSeconds: Math.floor(uptime()) }),
    )
    await parts.take('memory', machineMemory)
    await parts.take('pressure', pressure)
    await parts.take('openFiles', openFilesOfMachine)
    for (const process of processes) {
      await parts.take(`openFiles of ${process}`, () => openFilesOf(process))
      await parts.take(`controlGroup of ${process}`, () => controlGroupMemory(process))
    }
    // One that hangs (a network file system whose server is gone) must not keep the others from being told.
    await Promise.all(paths.map((path) => parts.take(`fileSystem of ${path}`, () => fileSystemAt(path))))
    return parts.gathered({ system: `${platform()} ${release()} ${arch()}` })
  },
})
