import { readFileSync } from 'node:fs'

export interface Account {
  readonly uid: number
  readonly gid: number
}

const unprivileged: Account = { uid: 65_534, gid: 65_534 }

/**
 * The account a server must run as that refuses root (initdb and postgres do): `postgres` where it exists, else the
 * user `nobody`; undefined when this process is not root and can run it directly.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const row = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'postgres')
  return row === undefined ? unprivileged : { uid: Number(row[2]), gid: Number(row[3]) }
}
