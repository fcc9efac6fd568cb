import { spawn } from 'node:child_process'
import { messageOf, UsageError } from '../../base/errors.js'
import { passedOnVariable } from '../../base/own-environment.js'
import { approvalNamespace } from './approval.js'

/** What ssh-keygen may need to reach the key: an agent, or somebody to ask for its passphrase. */
const passedOn = [
  'PATH',
  'HOME',
  'TERM',
  'SSH_AUTH_SOCK',
  'SSH_ASKPASS',
  'SSH_ASKPASS_REQUIRE',
  'DISPLAY',
  'WAYLAND_DISPLAY',
] as const

/**
 * Signs a file with an OpenSSH key (ssh-keygen(1), -Y sign); the signature is `<file>.sig`. It has this process's
 * terminal, where it
 * asks for the key's passphrase: in a process group of its own it could not.
 *
 * @param file absolute path @param key absolute path of a private key, or of a public one whose other half is in the
 *   agent
 * @throws UsageError when it does not sign
 */
export async function signDocument(file: string, key: string): Promise<void> {
  const given = passedOn.flatMap((name): [string, string][] => {
    const value = passedOnVariable(name)
    return value === undefined ? [] : [[name, value]]
  })
  const env = { LANG: 'C', ...Object.fromEntries(given) }
  const ended = await new Promise<{ readonly code: number | null } | { readonly problem: string }>((settle) => {
    // What it says goes to standard error: standard output is ours.
    const child = spawn('ssh-keygen', ['-Y', 'sign', '-n', approvalNamespace, '-f', key, file], {
      env,
      stdio: ['inherit', 2, 2],
    })
    child.once('error', (error) => settle({ problem: messageOf(error) }))
    child.once('close', (code) => settle({ code }))
  })
  if ('problem' in ended)
    throw new UsageError(`ssh-keygen could not be started: ${ended.problem}`, {
      hint: 'it is part of OpenSSH, from 8.2 on',
    })
  if (ended.code !== 0)
    throw new UsageError(`ssh-keygen did not sign with ${key}`, {
      hint: 'its own words stand above; --sign names a private key, or a public one whose private half is in the agent',
    })
}
