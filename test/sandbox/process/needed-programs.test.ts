import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findProgram, installLines, missingPrograms } from '../../../sandbox/process/needed-programs.mjs'
import { folderOf } from '../../e2e/cli/preflight.js'

describe('what the sandbox needs', () => {
  it('is installed with one line, which each package manager has', () => {
    expect(
      installLines([
        { programs: ['a'], packages: { apt: 'a1', apk: 'a2', dnf: 'a3', brew: 'a4', nix: 'a5' } },
        { programs: ['b'], packages: { apt: 'b1', apk: 'b2', dnf: 'b3', brew: 'b4', nix: 'b5' } },
      ]),
    ).toEqual([
      'apt-get install a1 b1',
      'apk add a2 b2',
      'dnf install a3 b3',
      'brew install a4 b4',
      'nix-shell -p a5 b5',
    ])
  })

  it('may have another name, and must be executable', () => {
    const folder = folderOf({})
    expect(missingPrograms('sandbox', folder).some(({ programs }) => programs.includes('valkey-server'))).toBe(true)
    writeFileSync(join(folder, 'valkey-server'), '#!/bin/sh\n')
    expect(findProgram(['redis-server', 'valkey-server'], folder)).toBeUndefined()
    chmodSync(join(folder, 'valkey-server'), 0o755)
    expect(findProgram(['redis-server', 'valkey-server'], folder)).toBe(join(folder, 'valkey-server'))
  })
})
