// Runs every benchmark in bench/, and compares with what was kept of the last time. In an environment without
// NODE_EXTRA_CA_CERTS, which costs each start of Node 20 more than all else.
import { spawnSync } from 'node:child_process'

const env = { ...process.env }
delete env.NODE_EXTRA_CA_CERTS
const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'bench/support/all.ts'], { stdio: 'inherit', env })
process.exitCode = status ?? 1
