import { tmpdir, userInfo } from 'node:os'
import { surrounding } from '../base/own-environment.js'

/**
 * What every program gets of preflight's own environment: enough to be found, to have a home, and to speak a language.
 */
export function basicEnvironment(): Record<string, string> {
  return {
    PATH: surrounding('PATH') ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: surrounding('HOME') ?? userInfo().homedir,
    LANG: surrounding('LANG') ?? 'C.UTF-8',
    TMPDIR: surrounding('TMPDIR') ?? tmpdir(),
  }
}
