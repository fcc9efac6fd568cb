import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadProtobufSchema } from '../../src/net/protobuf/protobuf-schema.js'
import { readNamedFiles } from '../../src/net/named-files.js'
import { readTrustFile } from '../../src/net/tls-connection.js'

it('a pipe that no process writes to is not a file that a driver names: it is refused and not waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-named-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  for (const isOptional of [true, false])
    await expect(readNamedFiles([{ path, purpose: 'trusted certificates', isOptional }])).rejects.toThrow(
      `${path} is a pipe, not a file`,
    )
  await expect(readTrustFile(path)).rejects.toThrow(/^trust-file-unreadable: .* is a pipe, not a file$/)
  await expect(loadProtobufSchema(folder, ['pipe'])).rejects.toThrow(/^pipe: .* is a pipe, not a file$/)
})
