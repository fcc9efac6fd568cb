import { join } from 'node:path'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { snapshotText } from '../../../src/incidents/text/snapshot-text.js'
import { takeSnapshot } from '../../../src/incidents/snapshot/snapshot-deployment.js'
import type { SnapshotKey } from '../../../src/incidents/snapshot/snapshot-key.js'
import { environmentOf, meta, parts } from '../../checks/deployment.js'
import { expectGolden } from '../../runbooks/render/golden.js'

const style = { chalk: new Chalk({ level: 0 }), width: 80 }
const key: SnapshotKey = {
  kind: 'file',
  id: '00112233aabbccdd',
  ofValue: () => 'f00dfeedf00dfeed',
  ofName: () => 'cafecafecafecafe',
}

describe('a snapshot for people', () => {
  it('says what was found', () => {
    const result = {
      run: { id: 'r-1', finishedAt: null },
      checks: [{ id: 'site/datastores/store', facts: { server: 'valkey', version: '8.0.1' } }],
    }
    const environment = environmentOf([
      ['PORT', '9100'],
      ['BIND', ' 0.0.0.0'],
      ['DEBUG', 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'],
      ['STORE_URL', ''],
      ['__proto__', 'x'],
      ['MIIEpAIBAAKCAQEA7x8kQ2mN5vB7cD1f', '='],
      ['TOKEN_SECRET', 'pQ3sT6uV9wX2yZ5aB8cD1eF4'],
    ])
    const snapshot = takeSnapshot(parts({}, { environment, key, result: result as never }))
    expectGolden(join(import.meta.dirname, '../../runbooks/text/golden/snapshot.txt'), snapshotText(snapshot, style))
  })

  it('says what is not known', () => {
    const snapshot = takeSnapshot(
      parts(
        {},
        {
          meta: {
            ...meta,
            deployment: null,
            repository: null,
            system: { distribution: '', kernel: 'Linux 6', architecture: 'arm64' },
          },
        },
      ),
    )
    expectGolden(
      join(import.meta.dirname, '../../runbooks/text/golden/snapshot-of-nothing.txt'),
      snapshotText(snapshot, style),
    )
  })

  it('does not repaint the terminal', () => {
    const repository = {
      ...meta.repository!,
      branch: 'a\u001B[2Jb',
      changed: [{ state: '??', file: '\u202Ecod.exe' }],
      omitted: 3,
    }
    const text = snapshotText(
      takeSnapshot(
        parts(
          {},
          { environment: environmentOf([['A\u001B]0;x\u0007', 'y']]), meta: { ...meta, repository, host: 'h\rx' } },
        ),
      ),
      style,
    )
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/)
    expect(text).toContain('and 3 more')
  })
})
