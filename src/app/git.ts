import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { codeOf } from '../kernel/errors.js'
import { surrounding } from '../kernel/surroundings.js'

export interface GitState {
  readonly commit: string
  readonly dirty: boolean
}

/** The commit that is checked out in a folder, and whether anything differs from it; null outside a checkout or without git. */
export async function gitState(folder: string): Promise<GitState | null> {
  const git = async (...args: string[]): Promise<string> => {
    const environment = { PATH: surrounding('PATH'), HOME: surrounding('HOME'), LANG: 'C', GIT_OPTIONAL_LOCKS: '0' }
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], { timeout: 5000, maxBuffer: 16 * 1024 * 1024, env: environment })
    return stdout
  }
  try {
    const commit = (await git('rev-parse', 'HEAD')).trim()
    return { commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')).trim() !== '' }
  } catch (thrown) {
    if (codeOf(thrown) !== '' || (thrown instanceof Error && 'code' in thrown)) return null
    throw thrown
  }
}
