import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest, SelfTestSubject } from '../../engine/self-test.js'

/** A program that answers as sqlite3 does, whether or not that, or any other, is installed. */
function answering(folder: string, script: string): SelfTestSubject {
  const [path, program] = [join(folder, 'app.db'), join(folder, 'sqlite3')]
  writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(84)]))
  writeFileSync(program, `#!/bin/sh\nwhile read -r _; do :; done\n${script}\n`)
  chmodSync(program, 0o755)
  return { input: { path, program, query: 'PRAGMA quick_check' } }
}

const says = (...lines: readonly string[]): string => lines.map((line) => `echo '${line}'`).join('\n')
const complains = (line: string): string => `echo '${line}' >&2\nexit 1`

export const selfTest: SelfTest = {
  kind: 'sqlite',
  expect: 'facts.rowCount == 1 && facts.rows[0].quick_check == "ok"',
  cases: [
    {
      meets: 'a database that is whole',
      end: 'pass',
      arrange: ({ folder }) => answering(folder, says('[{"tables":1}]', '[{"quick_check":"ok"}]')),
    },
    {
      meets: 'a database with a damaged page',
      end: 'fail',
      arrange: ({ folder }) =>
        answering(folder, complains('Runtime error near line 1: database disk image is malformed (11)')),
    },
    {
      meets: 'no file',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { path: join(folder, 'missing.db'), query: 'PRAGMA quick_check' } }),
    },
    {
      meets: 'a database that is locked',
      end: 'unknown',
      arrange: ({ folder }) => answering(folder, complains('Runtime error near line 1: database is locked (5)')),
    },
  ],
}
